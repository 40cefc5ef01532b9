export {
  conservedSpecies,
  inputCount,
  inputIndex,
  inputNames,
  massGroups,
  outputCount,
  outputIndex,
  outputNames,
  pairInputs,
  pairOutputs,
  stateCount,
  stateOffset,
} from './columns.js';
export type {
  ConservedSpecies,
  InputColumn,
  InputKind,
  InputName,
  OutputColumn,
  OutputName,
} from './columns.js';
export { inputRows, moleculesPerMixingRatio, outputRows, stateOfRows } from './rows.js';
export type { BlockOfRows, MeteorologyFields, RowOptions } from './rows.js';
export { generatePairs } from './generatePairs.js';
export type { GeneratePairsOptions } from './generatePairs.js';
export { pairChunk } from './pairChunk.js';
export type { PairChunk } from './pairChunk.js';
export { daysOfSplit, splits } from './settings.js';
export type { PairSettings, ResolvedSettings, Split } from './settings.js';
export { regimeNames } from './regime.js';
export type { RegimeName } from './regime.js';
export { edgeNames } from './edges.js';
export type { EdgeName } from './edges.js';
export { pairStatistics } from './pairStatistics.js';
export type { ColumnStatistics, Pairs, PairStatistics, PairStatisticsOptions } from './pairStatistics.js';
