export { openDataSet } from './openDataSet.js';
export type { DataSetReader, OpenDataSetOptions } from './openDataSet.js';
export { openPairs, readPairs } from './openPairs.js';
export type { OpenPairsOptions, PairReader, ReadRowsOptions } from './openPairs.js';
export { writeDataSet } from './writeDataSet.js';
export type { WriteDataSetOptions } from './writeDataSet.js';
export type { DataSetInfo } from './sideFile.js';
