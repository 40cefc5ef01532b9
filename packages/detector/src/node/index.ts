export { readHits } from './readHits.js';
export type { ReadHitsOptions } from './readHits.js';
export { writeHits } from './writeHits.js';
export type { WriteHitsOptions } from './writeHits.js';
