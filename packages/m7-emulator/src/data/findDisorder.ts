import { conservedSpecies, inputCount, inputNames, massGroups, outputCount, stateOffset } from './columns.js';
import type { Pairs } from './pairStatistics.js';

/** Where the inputs before the state lie, whatever the air. */
const airLimits: readonly (readonly [low: number, high: number])[] = [
  [1, 1.2e5],
  [100, 400],
  [0, 1],
  [0, 1e4],
  [0, 1],
  [0, 1],
  [0, 1],
  [-1e-6, 1e-6],
];
/** Share of rows that may be odd: published rows have rounding errors and negative values. */
const oddShare = 0.1;
/** Relative difference of a species' sums before and after that float32 does not explain. */
const tolerance = 0.01;

/**
 * Looks for signs that columns stand in another order than `inputNames` and `outputNames`, or that inputs and outputs
 * are not of the same rows: air outside its limits, and species whose mass changes.
 *
 * @param pairs - some rows, such as the first thousand
 * @returns what is wrong in one sentence; undefined if nothing is
 */
export function findDisorder({ rows, inputs, outputs }: Pairs): string | undefined {
  for (const [column, [low, high]] of airLimits.entries()) {
    let odd = 0;
    for (let row = 0; row < rows; row++) {
      const value = inputs[row * inputCount + column]!;
      if (!(value >= low && value <= high)) odd++;
    }
    if (odd > oddShare * rows) {
      return `${odd} of ${rows} rows have no ${inputNames[column]!} (from ${low} to ${high}) in input column ${column}`;
    }
  }
  for (const species of conservedSpecies) {
    let odd = 0;
    for (let row = 0; row < rows; row++) {
      let before = 0;
      let after = 0;
      for (const column of massGroups[species]) {
        before += inputs[row * inputCount + stateOffset + column]!;
        after += outputs[row * outputCount + column]!;
      }
      if (Math.abs(after - before) > tolerance * Math.abs(before)) odd++;
    }
    if (odd > oddShare * rows) {
      return `${odd} of ${rows} rows do not keep their ${species} (output columns ${massGroups[species].join(', ')})`;
    }
  }
  return undefined;
}
