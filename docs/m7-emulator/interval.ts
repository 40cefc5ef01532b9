/** How much the mean R² hangs on which test rows were drawn. */
import { createRng } from '@pct/core';
import type { StudyPairs } from './pairs.js';

const groups = 400;
const draws = 400;

/**
 * Bootstrap interval of the mean R² of the changes: rows are dealt to 400 groups, and groups drawn with repetition.
 *
 * @param predicted - [row, 28] values after the step
 * @returns 2.5th and 97.5th percentile of 400 draws
 */
export function meanR2Interval({ inputs, outputs }: StudyPairs, predicted: Float64Array): [number, number] {
  const rows = inputs.length / 32;
  // Σ t, Σ t² and Σ (t − p)² by group and output; t about its mean, as changes of 10¹⁰ leave no digits otherwise.
  const sums = [0, 1, 2].map(() => new Float64Array(groups * 28)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const change = (row: number, output: number): number =>
    outputs[row * 28 + output]! - (output < 24 ? inputs[row * 32 + 8 + output]! : 0);
  for (let output = 0; output < 28; output++) {
    let centre = 0;
    for (let row = 0; row < rows; row++) centre += change(row, output) / rows;
    for (let row = 0; row < rows; row++) {
      const at = (row % groups) * 28 + output;
      const t = change(row, output) - centre;
      sums[0][at]! += t;
      sums[1][at]! += t * t;
      sums[2][at]! += (outputs[row * 28 + output]! - predicted[row * 28 + output]!) ** 2;
    }
  }
  const rng = createRng('interval');
  const means = new Float64Array(draws);
  const drawn = [0, 1, 2].map(() => new Float64Array(28)) as [Float64Array, Float64Array, Float64Array];
  for (let draw = 0; draw < draws; draw++) {
    for (const sum of drawn) sum.fill(0);
    for (let k = 0; k < groups; k++) {
      const group = rng.integer(0, groups);
      drawn.forEach((sum, which) => {
        for (let output = 0; output < 28; output++) sum[output]! += sums[which]![group * 28 + output]!;
      });
    }
    for (let output = 0; output < 28; output++) {
      const total = drawn[1][output]! - drawn[0][output]! ** 2 / rows;
      means[draw]! += (total > 0 ? 1 - drawn[2][output]! / total : 0) / 28;
    }
  }
  means.sort();
  return [means[Math.floor(0.025 * draws)]!, means[Math.ceil(0.975 * draws) - 1]!];
}
