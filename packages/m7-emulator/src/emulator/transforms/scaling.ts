import { conservedSpecies, inputCount, massGroups, outputCount, stateOffset } from '../../data/columns.js';
import type { PairRows } from '../pairs.js';
import { targetOf } from '../targets.js';

/** What is known of the outputs of the training data. All arrays are in the order of `outputNames`. */
export interface TargetScaling {
  /** [28] mean of each target, in its unit */
  readonly mean: Float64Array;
  /** [28] standard deviation of each target; 1 where it is always the same */
  readonly deviation: Float64Array;
  /** [28] mean of ln(|target| + 10⁻⁸) */
  readonly logMean: Float64Array;
  /** [28] standard deviation of ln(|target| + 10⁻⁸); 1 where it is always the same */
  readonly logDeviation: Float64Array;
  /** [28] size of what is small: a hundredth of the median of targets that are not 0 */
  readonly small: Float64Array;
  /** [28] standard deviation of arsinh(target / small); 1 where it is always the same */
  readonly decadeDeviation: Float64Array;
  /** [4] mean of the input columns of each of `conservedSpecies`: what mass biases are relative to */
  readonly speciesMean: Float64Array;
}

/** Mean and standard deviation of each column; 1 in place of a deviation of 0. */
function moments(
  rows: number,
  columns: number,
  value: (row: number, column: number) => number,
): { readonly mean: Float64Array; readonly deviation: Float64Array } {
  const mean = new Float64Array(columns);
  const squares = new Float64Array(columns);
  // Welford's update: the squares of numbers near 10¹⁰ leave no digits for a small spread.
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const x = value(row, column);
      const difference = x - mean[column]!;
      mean[column]! += difference / (row + 1);
      squares[column]! += difference * (x - mean[column]!);
    }
  }
  const deviation = squares.map((sum) => (sum > 0 ? Math.sqrt(sum / rows) : 1));
  return { mean, deviation };
}

/** Statistics of the targets of some pairs, which are already checked. */
export function targetScaling(pairs: PairRows): TargetScaling {
  const rows = pairs.inputs.length / inputCount;
  const target = (row: number, column: number): number => targetOf(pairs, row, column);
  const plain = moments(rows, outputCount, target);
  const logs = moments(rows, outputCount, (row, column) => Math.log(Math.abs(target(row, column)) + 1e-8));
  const small = Float64Array.from(
    { length: outputCount },
    (_, column) => medianSize(rows, column, target) / 100,
  );
  const decades = moments(rows, outputCount, (row, column) =>
    Math.asinh(target(row, column) / small[column]!),
  );
  return {
    small,
    decadeDeviation: decades.deviation,
    mean: plain.mean,
    deviation: plain.deviation,
    logMean: logs.mean,
    logDeviation: logs.deviation,
    speciesMean: speciesMeans(pairs.inputs),
  };
}

/** Median of the sizes of a column that are not 0, from a sample; 1 without any. */
function medianSize(rows: number, column: number, value: (row: number, column: number) => number): number {
  const every = Math.max(1, Math.floor(rows / 20_000));
  const sizes: number[] = [];
  for (let row = 0; row < rows; row += every) {
    const size = Math.abs(value(row, column));
    if (size > 0) sizes.push(size);
  }
  sizes.sort((a, b) => a - b);
  return sizes[sizes.length >> 1] ?? 1;
}

/**
 * Mean of all input columns of each species of `conservedSpecies`, the gas among those of SO4; [4].
 *
 * @param inputs - [row, 32]
 */
function speciesMeans(inputs: PairRows['inputs']): Float64Array {
  const rows = inputs.length / inputCount;
  return Float64Array.from(conservedSpecies, (species) => {
    const members = massGroups[species];
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      for (const output of members) sum += inputs[row * inputCount + stateOffset + output]!;
    }
    return sum / (rows * members.length);
  });
}
