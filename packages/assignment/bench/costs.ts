/** Cost matrices of the kinds that assignment solvers are usually compared on, from a seed. */
import { createRng, type Rng } from '@pct/core';

export const COST_TYPES = ['uniform', 'spatial', 'logarithmic', 'integer', 'binary', 'tracking'] as const;
export type CostType = (typeof COST_TYPES)[number];

/**
 * Costs of one kind, `[rows, columns]` row-major: uniform in [0, 1), distances of random points in a square,
 * 10^x with x uniform in [-8, 0), integers from 1 to 100, 0 and 1, or `trackingCosts`.
 */
export function makeCosts(type: CostType, rows: number, columns: number, seed: number): Float64Array {
  const rng = createRng(seed);
  const uniform = (): number => rng.uniform();
  const entry = {
    uniform,
    logarithmic: () => 10 ** (8 * uniform() - 8),
    integer: () => 1 + Math.floor(100 * uniform()),
    binary: () => Math.floor(2 * uniform()),
  };
  if (type === 'tracking') return trackingCosts(rows, columns, rng);
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

/** Hits that a track may be continued to, and tracks per readout frame, in `trackingCosts`. */
const WINDOW = 24;
const FRAME = 100;

/**
 * What linking the hits of one detector layer to those of the next looks like: in each frame (a block) a hit may go
 * to the hits in a window around its own position, at minus the logarithm of a probability; one of them, most often
 * its continuation, is nearly free, some others nearly as good (a kink or a close neighbour), the rest dear. All
 * else is forbidden. The diagonal is always allowed, so there is an assignment.
 */
function trackingCosts(rows: number, columns: number, rng: Rng): Float64Array {
  const data = new Float64Array(rows * columns).fill(Infinity);
  for (let i = 0; i < rows; i++) {
    const own = Math.floor((i * columns) / rows);
    const frame = Math.floor(own / FRAME) * FRAME;
    const from = Math.max(frame, own - WINDOW / 2);
    const to = Math.min(frame + FRAME, columns, own + WINDOW / 2);
    for (let j = from; j < to; j++) {
      const kink = Math.abs(j - own) / 2;
      const probability = 1 / (1 + Math.exp(kink - 3 + 2 * rng.normal()));
      data[i * columns + j] = -Math.log(Math.max(probability, 1e-12));
    }
  }
  return data;
}
