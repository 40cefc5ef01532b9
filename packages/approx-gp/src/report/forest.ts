import type { Rng } from '@pct/core';
import type { EncodedDimension } from '../samplers/types.js';

/** The part of a space that a leaf covers: per dimension an interval of [0, 1], or which codes. */
export interface Leaf {
  readonly value: number;
  readonly ranges: readonly LeafRange[];
}

/** Interval of a number, or the codes of a category. */
export type LeafRange =
  { readonly low: number; readonly high: number } | { readonly codes: readonly number[] };

const LEAST_ROWS = 4;
const MOST_DEPTH = 24;

/**
 * The leaves of a regression tree on a bootstrap sample: every split is the one that takes away most of the variance, at a
 * threshold of a number or of one code against the others.
 *
 * @param dimensions - of the points
 * @param points - `[n, d]`, all coordinates given
 * @param values - [n]
 */
export function growTree(
  dimensions: readonly EncodedDimension[],
  points: readonly Float64Array[],
  values: ArrayLike<number>,
  rng: Rng,
): Leaf[] {
  const rows = Array.from({ length: points.length }, () => rng.integer(0, points.length));
  const whole = dimensions.map(({ kind, levels }): LeafRange =>
    kind === 'categorical'
      ? { codes: Array.from({ length: levels }, (_, code) => code) }
      : { low: 0, high: 1 },
  );
  const leaves: Leaf[] = [];
  const grow = (own: readonly number[], ranges: readonly LeafRange[], depth: number): void => {
    const split =
      own.length < LEAST_ROWS || depth >= MOST_DEPTH ? undefined : bestSplit(ranges, points, values, own);
    if (split === undefined) {
      leaves.push({ value: own.reduce((sum, row) => sum + values[row]!, 0) / own.length, ranges });
      return;
    }
    const { j, at } = split;
    const range = ranges[j]!;
    const left = 'codes' in range ? { codes: [at] } : { low: range.low, high: at };
    const right =
      'codes' in range ? { codes: range.codes.filter((code) => code !== at) } : { low: at, high: range.high };
    const goesLeft = (row: number): boolean =>
      'codes' in range ? points[row]![j] === at : points[row]![j]! <= at;
    const replace = (by: LeafRange): LeafRange[] => ranges.map((old, k) => (k === j ? by : old));
    grow(own.filter(goesLeft), replace(left), depth + 1);
    grow(
      own.filter((row) => !goesLeft(row)),
      replace(right),
      depth + 1,
    );
  };
  grow(rows, whole, 0);
  return leaves;
}

/** Dimension and threshold, or code, of the best split; undefined if nothing is gained. */
function bestSplit(
  ranges: readonly LeafRange[],
  points: readonly Float64Array[],
  values: ArrayLike<number>,
  rows: readonly number[],
): { readonly j: number; readonly at: number } | undefined {
  const total = rows.reduce((sum, row) => sum + values[row]!, 0);
  const floor = (total * total) / rows.length;
  let best: { j: number; at: number } | undefined;
  let bestGain =
    1e-12 *
    Math.max(
      1e-300,
      rows.reduce((sum, row) => sum + values[row]! ** 2, 0),
    );
  const consider = (j: number, at: number, count: number, sum: number): void => {
    const rest = rows.length - count;
    if (count === 0 || rest === 0) return;
    const gain = (sum * sum) / count + (total - sum) ** 2 / rest - floor;
    if (gain > bestGain) [best, bestGain] = [{ j, at }, gain];
  };
  ranges.forEach((range, j) => {
    if ('codes' in range) {
      for (const code of range.codes) {
        const own = rows.filter((row) => points[row]![j] === code);
        consider(
          j,
          code,
          own.length,
          own.reduce((sum, row) => sum + values[row]!, 0),
        );
      }
      return;
    }
    const sorted = [...rows].sort((a, b) => points[a]![j]! - points[b]![j]!);
    let sum = 0;
    for (let i = 0; i + 1 < sorted.length; i++) {
      sum += values[sorted[i]!]!;
      const [x, next] = [points[sorted[i]!]![j]!, points[sorted[i + 1]!]![j]!];
      if (x < next) consider(j, (x + next) / 2, i + 1, sum);
    }
  });
  return best;
}
