import { checkOneOf, checkPositive } from '@pct/core';
import type { Tensor } from '@pct/tensor';
import { checkedPairs } from './best.js';
import { perturbedLosses } from './fenchelYoungPerturbed.js';
import type { PerturbationOptions } from './fenchelYoungPerturbed.js';
import { regularizedLosses } from './fenchelYoungRegularized.js';
import type { RegularizationOptions } from './fenchelYoungRegularized.js';
import type { SolvingLossOptions } from './problem.js';
import { openPairs, openProblem, reduceBatch } from './problem.js';

interface Smoothed extends SolvingLossOptions {
  /**
   * ε, in the unit of the costs, above 0: scale of the noise, or weight of the regularisation. Small is close to the
   * best assignment, large has a gradient everywhere.
   *
   * @defaultValue `1`
   */
  readonly temperature?: number | undefined;
}

/** Options of a perturbed {@link fenchelYoungLoss}: the best assignment is smoothed by noise on the costs. */
export interface PerturbedFenchelYoungOptions extends Smoothed, PerturbationOptions {
  /** @defaultValue `'perturbed'` */
  readonly smoothing?: 'perturbed' | undefined;
}

/** Options of a regularised {@link fenchelYoungLoss}: the best assignment is smoothed by a convex function of it. */
export interface RegularizedFenchelYoungOptions extends Smoothed, RegularizationOptions {
  /** `'quadratic'`: ε/2 ‖y‖², sparse soft assignments. `'entropic'`: ε Σ y log y, as in `sinkhorn`. */
  readonly smoothing: 'quadratic' | 'entropic';
}

/** Options of {@link fenchelYoungLoss}. */
export type FenchelYoungLossOptions = PerturbedFenchelYoungOptions | RegularizedFenchelYoungOptions;

/**
 * Fenchel-Young loss of predicted costs for a true assignment: ⟨ĉ, y*⟩ + Ω(y*) - min_y (⟨ĉ, y⟩ + Ω(y)). Convex in ĉ,
 * never negative, with the gradient y* - ŷ(ĉ), where ŷ is the smoothed best assignment: no derivative of a solver is
 * needed.
 *
 * - `'perturbed'`: ŷ is the mean of best assignments at ĉ - εZ over samples of noise Z, and the loss the mean of
 *   ⟨ĉ - εZ, y*⟩ - min_y ⟨ĉ - εZ, y⟩. Derivatives above the first are 0.
 * - `'quadratic'`, `'entropic'`: Ω as named; ŷ is what `regularizedFrankWolfe` and `sinkhorn` compute.
 *
 * @param predictedCost - ĉ, floating point, `[rows, columns]` or `[batch, rows, columns]`
 * @param truth - y*, the true assignment, 0 or 1, like it; floating point, int32 or bool
 * @param options - {@link FenchelYoungLossOptions}
 * @returns the loss, `[]`, or `[batch]` without reduction
 * @throws `InvalidArgumentError` or `ShapeError` if types, shapes or options do not fit; when it runs,
 *   `InvalidArgumentError` for NaN or a truth that is no assignment, and `InfeasibleAssignmentError` if it has a
 *   forbidden pair
 * @see Berthet et al. 2020, "Learning with differentiable perturbed optimizers", NeurIPS, section 4,
 *   arXiv:2002.08676
 * @see Blondel, Martins & Niculae 2020, "Learning with Fenchel-Young losses", Journal of Machine Learning Research 21,
 *   section 3
 */
export function fenchelYoungLoss(
  predictedCost: Tensor,
  truth: Tensor,
  options: FenchelYoungLossOptions = {},
): Tensor {
  const name = 'fenchelYoungLoss';
  const { temperature = 1, solver, reduction } = options;
  checkOneOf(name, 'smoothing', options.smoothing ?? 'perturbed', ['perturbed', 'quadratic', 'entropic']);
  checkPositive(name, 'temperature', temperature);
  const { arrays, forbidden, batched } = openProblem(name, { predictedCost }, options);
  const predicted = arrays[0]!;
  const pairs = openPairs(name, 'truth', truth, predictedCost, 'predictedCost');
  const y = checkedPairs(name, 'truth', pairs, forbidden);
  const losses =
    options.smoothing === 'quadratic' || options.smoothing === 'entropic'
      ? regularizedLosses(name, predicted, y, forbidden, { ...options, temperature, solver })
      : perturbedLosses(name, predicted, y, forbidden, { ...options, temperature, solver });
  return reduceBatch(losses, batched, reduction);
}
