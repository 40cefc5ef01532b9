/** Cost matrices of the kinds that assignment solvers are usually compared on, from a seed. */
import { createRng } from '@pct/core';

export const COST_TYPES = ['uniform', 'spatial', 'logarithmic', 'integer', 'binary'] as const;
export type CostType = (typeof COST_TYPES)[number];

/**
 * Costs of one kind, `[rows, columns]` row-major: uniform in [0, 1), distances of random points in a square,
 * 10^x with x uniform in [-8, 0), integers below 100, or 0 and 1.
 */
export function makeCosts(type: CostType, rows: number, columns: number, seed: number): Float64Array {
  const rng = createRng(seed);
  const uniform = (): number => rng.uniform();
  const entry = {
    uniform,
    logarithmic: () => 10 ** (8 * uniform() - 8),
    integer: () => Math.floor(100 * uniform()),
    binary: () => Math.floor(2 * uniform()),
  };
  const data = new Float64Array(rows * columns);
  if (type !== 'spatial') return data.map(entry[type]);
  const points = (count: number): Float64Array => new Float64Array(2 * count).map(uniform);
  const from = points(rows);
  const to = points(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      data[i * columns + j] = Math.hypot(from[2 * i]! - to[2 * j]!, from[2 * i + 1]! - to[2 * j + 1]!);
    }
  }
  return data;
}
