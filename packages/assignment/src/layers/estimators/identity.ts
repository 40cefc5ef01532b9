import { checkOneOf } from '@pct/core';
import type { CostBatch, Estimator } from '../types.js';

/** What is taken out of the gradient of {@link identity}: the directions in which costs do not matter. */
export type IdentityProjection = 'none' | 'mean' | 'norm' | 'standardise';

/** Options of {@link identity}. */
export interface IdentityOptions {
  /**
   * The gradient is that through costs projected, per problem and over the pairs that are allowed: `'none'`: as they
   * are; `'mean'`: minus their mean; `'norm'`: divided by their Euclidean norm; `'standardise'`: minus their mean,
   * then divided by their standard deviation. None of them changes the best complete assignment.
   *
   * @defaultValue `'mean'`
   */
  readonly projection?: IdentityProjection | undefined;
}

/** Costs that differ by less count as equal: they cannot be scaled to 1 without overflow. */
const LEAST = 1e-290;

const PROJECTIONS = ['none', 'mean', 'norm', 'standardise'] as const;

/**
 * The solver treated as minus the identity on the way back: exact assignments out, and dL/dc = -P'(c)ᵀ g, with the
 * derivative P' of the projection of the costs. No second problem is solved.
 *
 * @param options - {@link IdentityOptions}
 * @throws {@link InvalidArgumentError} for another projection
 * @see Sahoo, Paulus, Vlastelica, Musil, Kuleshov & Martius 2023, "Backpropagation through combinatorial algorithms:
 * identity with projection works", ICLR, arXiv:2205.15213, section 3
 */
export function identity({ projection = 'mean' }: IdentityOptions = {}): Estimator {
  checkOneOf('identity', 'projection', projection, PROJECTIONS);
  const centred = projection === 'mean' || projection === 'standardise';
  const scaled = projection === 'norm' || projection === 'standardise';
  return {
    name: 'identity',
    symmetric: true,
    forward: ({ cost }, { solve }) => ({ output: solve(cost).y, saved: [] }),
    backward(batch, _output, _saved, cotangent) {
      const { cost, rows, columns } = batch;
      const gradient = new Float64Array(cost.length);
      const size = rows * columns;
      for (let k = 0; k < batch.batch; k++) {
        project(batch, cotangent, k * size, (k + 1) * size, centred, scaled, gradient);
      }
      return gradient;
    },
  };
}

/** Writes -P'(c)ᵀ g of one problem, the entries from `from` up to and without `to`. */
function project(
  { cost }: CostBatch,
  g: Float64Array,
  from: number,
  to: number,
  centred: boolean,
  scaled: boolean,
  out: Float64Array,
): void {
  let count = 0;
  let costMean = 0;
  let mean = 0;
  for (let at = from; at < to; at++) {
    if (cost[at] === Infinity) continue;
    count++;
    if (!centred) continue;
    // Running means: a sum of costs near 1e300 could overflow.
    costMean += cost[at]! / count - costMean / count;
    mean += (g[at]! - mean) / count;
  }
  let largest = 0;
  if (scaled) {
    for (let at = from; at < to; at++) {
      if (cost[at] !== Infinity) largest = Math.max(largest, Math.abs(cost[at]! - costMean));
    }
  }
  let squares = 0;
  let product = 0;
  if (largest > LEAST) {
    for (let at = from; at < to; at++) {
      if (cost[at] === Infinity) continue;
      const c = (cost[at]! - costMean) / largest;
      squares += c * c;
      product += c * (g[at]! - mean);
    }
  }
  // The standard deviation divides by the number of costs; if they are all equal, there is no direction to take out.
  const norm = largest > LEAST ? largest * Math.sqrt(squares / (centred ? count : 1)) : 1;
  for (let at = from; at < to; at++) {
    if (cost[at] === Infinity) continue;
    const along = largest > LEAST ? (((cost[at]! - costMean) / largest) * product) / squares : 0;
    out[at] = -(g[at]! - mean - along) / norm;
  }
}
