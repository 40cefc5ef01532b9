export { digitsSpace } from './digitsSpace.js';
export { digitsTable } from './digitsTable.js';
export { gridOf } from './grid.js';
export type { LearningCurveTable } from './LearningCurveTable.js';
