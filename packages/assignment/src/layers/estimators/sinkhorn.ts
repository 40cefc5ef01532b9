import { checkInteger, checkOneOf, checkPositive } from '@pct/core';
import type { Estimator, TracedEstimator } from '../types.js';
import { implicitSinkhorn } from './sinkhornImplicit.js';
import { unrolledSinkhorn } from './sinkhornUnrolled.js';

/** Options of {@link sinkhorn}. */
export interface SinkhornOptions {
  /**
   * ε, weight of the entropy, in the unit of the costs, above 0: small is nearly an assignment and converges slowly,
   * large is nearly uniform.
   *
   * @defaultValue `0.1`
   */
  readonly temperature?: number | undefined;
  /**
   * Most iterations if `'implicit'`, the number of them if `'unrolled'`; at least 1. What there is after that many
   * is the output, the sums of its columns being as near to 1 as they are.
   *
   * @defaultValue `1000` if implicit, `50` if unrolled
   */
  readonly iterations?: number | undefined;
  /**
   * Largest difference of a column's sum from what it should be at which iterations end, above 0; not used if
   * `'unrolled'`.
   *
   * @defaultValue `1e-9`
   */
  readonly tolerance?: number | undefined;
  /**
   * `'implicit'`: derivative of the limit, from a linear system; of first order. `'unrolled'`: the iterations
   * themselves are array operations of the program and are differentiated, to any order; sizes must then be known
   * to be equal, or be numbers, or come with `unmatchedCost`, so that the program knows which side is longer.
   *
   * @defaultValue `'implicit'`
   */
  readonly gradient?: 'implicit' | 'unrolled' | undefined;
}

/**
 * Entropic optimal transport: soft assignments argmin ⟨c, y⟩ - ε H(y) of which every row and column sums to 1, smooth
 * in the costs. No assignment problem is solved.
 *
 * If one side is longer, a slack line takes what is left of it, at no cost; with `unmatchedCost` both sides have one,
 * at these prices. Entries of slack lines count in the entropy, and are not part of the output.
 *
 * @param options - {@link SinkhornOptions}
 * @throws {@link InvalidArgumentError} if an option is outside its range; while running, {@link NumericalError} if
 * costs are so large beside the temperature that rounding errors leave no digits of the output
 * @see Cuturi 2013, "Sinkhorn distances: lightspeed computation of optimal transport", NeurIPS, arXiv:1306.0895
 * @see Eisenberger, Toker, Leal-Taixé, Bernard & Cremers 2022, "A unified framework for implicit Sinkhorn
 * differentiation", CVPR, arXiv:2205.06688
 */
export function sinkhorn(options: SinkhornOptions & { readonly gradient: 'unrolled' }): TracedEstimator;
export function sinkhorn(
  options?: SinkhornOptions & { readonly gradient?: 'implicit' | undefined },
): Estimator;
export function sinkhorn(options?: SinkhornOptions): Estimator | TracedEstimator;
export function sinkhorn({
  temperature = 0.1,
  gradient = 'implicit',
  iterations = gradient === 'unrolled' ? 50 : 1000,
  tolerance = 1e-9,
}: SinkhornOptions = {}): Estimator | TracedEstimator {
  checkOneOf('sinkhorn', 'gradient', gradient, ['implicit', 'unrolled']);
  checkPositive('sinkhorn', 'temperature', temperature);
  checkInteger('sinkhorn', 'iterations', iterations, { min: 1 });
  checkPositive('sinkhorn', 'tolerance', tolerance);
  return gradient === 'unrolled'
    ? unrolledSinkhorn(temperature, iterations)
    : implicitSinkhorn(temperature, iterations, tolerance);
}
