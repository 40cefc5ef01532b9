import { checkOneOf, checkPositive } from '@pct/core';
import type { Estimator } from '../types.js';
import { shiftedCosts, solutionSaved, startFrom } from './oracle.js';

/** Options of {@link blackbox}. */
export interface BlackboxOptions {
  /**
   * λ, how far the costs are moved along the gradient, finite and above 0: small follows the piecewise constant
   * solver, large gives gradients in more places. λ times a typical gradient should be about as large as differences
   * of costs that matter.
   *
   * @defaultValue `20`
   */
  readonly lambda?: number | undefined;
  /**
   * Whether the difference of the assignments is divided by λ. Optimisers that rescale gradients do not need it.
   *
   * @defaultValue `true`
   */
  readonly divideByLambda?: boolean | undefined;
  /**
   * Whether moved costs below 0 become 0, for costs that are at least 0, such as 1 - probability.
   *
   * @defaultValue `false`
   */
  readonly clip?: boolean | undefined;
}

/**
 * Differentiation of a blackbox solver: exact assignments out, and the gradient of the linear interpolation between
 * the assignments y for costs c and y' for costs c + λ g, where g is the gradient that comes in:
 * dL/dc = -(y - y') / λ.
 *
 * The second problem is solved from the duals of the first.
 *
 * @param options - {@link BlackboxOptions}
 * @throws {@link InvalidArgumentError} if an option is outside its range
 * @see Vlastelica, Paulus, Musil, Martius & Rolínek 2020, "Differentiation of blackbox combinatorial solvers", ICLR,
 * arXiv:1912.02175, algorithm 1
 */
export function blackbox({
  lambda = 20,
  divideByLambda = true,
  clip = false,
}: BlackboxOptions = {}): Estimator {
  checkPositive('blackbox', 'lambda', lambda);
  checkOneOf('blackbox', 'divideByLambda', divideByLambda, [true, false]);
  checkOneOf('blackbox', 'clip', clip, [true, false]);
  const scale = divideByLambda ? 1 / lambda : 1;
  return {
    name: 'blackbox',
    saved: solutionSaved,
    forward(batch, { solve }) {
      const { y, rowDuals, columnDuals, rowToColumn } = solve(batch.cost);
      return { output: y, saved: [rowDuals, columnDuals, Float64Array.from(rowToColumn)] };
    },
    backward(batch, output, saved, cotangent, { solve }) {
      const moved = shiftedCosts(batch.cost, cotangent, lambda, clip ? 0 : -Infinity);
      const gradient = solve(moved, startFrom(saved)).y;
      for (let at = 0; at < gradient.length; at++) gradient[at] = (gradient[at]! - output[at]!) * scale;
      return gradient;
    },
  };
}
