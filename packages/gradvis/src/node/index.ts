export { readResult, writeFigure, writeResult } from './files.js';
export type { WriteFigureOptions } from './files.js';
export { surfaceJournal } from './surfaceJournal.js';
export type { SurfaceJournal } from './surfaceJournal.js';
export { svgToPng } from './svgToPng.js';
export type { SvgToPngOptions } from './svgToPng.js';
