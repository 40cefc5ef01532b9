import type { Rng } from '@pct/core';
import { outputCount } from '../../data/columns.js';
import type { PairRows } from '../pairs.js';
import { targetOf } from '../targets.js';
import type { TargetScaling } from '../transforms/scaling.js';

/**
 * Rows of an epoch of which a share is drawn in proportion to Σ |target − mean| / deviation.
 *
 * @param share - 0 to 1
 * @returns [rows] a random part of all rows, each once, then the drawn ones
 */
export function drawTail(
  pairs: PairRows,
  rows: number,
  { mean, deviation }: TargetScaling,
  share: number,
  rng: Rng,
): Int32Array {
  const sums = new Float64Array(rows);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputCount; output++) {
      total += Math.abs(targetOf(pairs, row, output) - mean[output]!) / deviation[output]!;
    }
    sums[row] = total;
  }
  const order = rng.permutation(rows);
  for (let k = rows - Math.round(share * rows); k < rows; k++)
    order[k] = firstAbove(sums, rng.uniform(0, total));
  return order;
}

/** First index whose running sum is above a value, by bisection. */
function firstAbove(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
