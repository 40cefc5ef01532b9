export { readResult, writeFigure, writeResult } from './files.js';
export type { WriteFigureOptions } from './files.js';
export { fileJournal } from './fileJournal.js';
export type { FileJournal } from './fileJournal.js';
export { svgToPng } from './svgToPng.js';
export type { SvgToPngOptions } from './svgToPng.js';
