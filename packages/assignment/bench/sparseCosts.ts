/** Sparse cost matrices of a few kinds, from a seed. */
import type { CsrCostMatrix } from '@pct/assignment';
import { createRng } from '@pct/core';

export const SPARSE_TYPES = ['uniform', 'integer', 'binary', 'spatial'] as const;
export type SparseType = (typeof SPARSE_TYPES)[number];

/**
 * Square costs with `perRow` different columns in each row, feasible: one of the pairs of each row belongs to a random
 * permutation. Costs are uniform in [0, 1), integers below 100, or 0 and 1, at random columns; or, for `spatial`,
 * distances of points on a line of length 1 with jitter to `perRow` neighbours.
 */
export function makeSparseCosts(type: SparseType, size: number, perRow: number, seed: number): CsrCostMatrix {
  const rng = createRng(seed);
  const planted = rng.permutation(size);
  const points = new Float64Array(2 * size).map(() => rng.uniform());
  const rowOffsets = new Int32Array(size + 1);
  const columnIndices = new Int32Array(size * perRow);
  const values = new Float64Array(size * perRow);
  const entry: Record<SparseType, (i: number, j: number) => number> = {
    uniform: () => rng.uniform(),
    integer: () => Math.floor(100 * rng.uniform()),
    binary: () => Math.floor(2 * rng.uniform()),
    spatial: (i, j) => Math.abs((i + points[i]! - j - points[size + j]!) / size),
  };
  const seen = new Int32Array(size).fill(-1);
  let at = 0;
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < perRow; k++) {
      let j: number;
      if (type === 'spatial') {
        j = (i + k - (perRow >> 1) + size) % size;
      } else {
        j = planted[i]!;
        while (seen[j] === i) j = Math.floor(size * rng.uniform());
        seen[j] = i;
      }
      columnIndices[at] = j;
      values[at++] = entry[type](i, j);
    }
    rowOffsets[i + 1] = at;
  }
  return { rows: size, columns: size, rowOffsets, columnIndices, values };
}
