import { abs, div, equal, sub, sum, where } from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import { bestPairs, checkedPairs } from './best.js';
import type { SolvingLossOptions } from './problem.js';
import { closeArray, openPairs, openProblem, reduceBatch, total } from './problem.js';

/** Options of {@link regret} and {@link normalizedRegret}. */
export interface RegretOptions extends SolvingLossOptions {
  /**
   * What makes an assignment of the predicted costs: an assignment layer with an estimator of its gradient, which
   * makes the regret a loss to train with.
   *
   * @param cost - predicted costs as they were given, but `Infinity` where a pair is forbidden
   * @returns an assignment of the same shape
   * @defaultValue `undefined`: the best assignment, with derivative 0 almost everywhere
   */
  readonly layer?: ((cost: Tensor) => Tensor) | undefined;
  /**
   * Best assignment at the true costs, if it is known: saves solving for it. 0 or 1, like the costs.
   *
   * @defaultValue `undefined`: the problems are solved
   */
  readonly truth?: Tensor | undefined;
}

/**
 * What deciding by the predicted costs loses: ⟨c, y*(ĉ)⟩ - ⟨c, y*(c)⟩, never negative.
 *
 * With a `layer` it is a loss whose gradient with respect to the assignment is c.
 *
 * @param predictedCost - ĉ, floating point, `[rows, columns]` or `[batch, rows, columns]`
 * @param trueCost - c, like it
 * @param options - {@link RegretOptions}
 * @returns the regret, `[]`, or `[batch]` without reduction, in the unit of the true costs
 * @throws `InvalidArgumentError` or `ShapeError` if types or shapes do not fit; when it runs, `InvalidArgumentError`
 *   for NaN and `InfeasibleAssignmentError` if no assignment is allowed
 * @see Elmachtoub & Grigas 2022, Management Science 68(1), definition 1, doi:10.1287/mnsc.2020.3922
 */
export function regret(predictedCost: Tensor, trueCost: Tensor, options: RegretOptions = {}): Tensor {
  const { lost, batched } = solveBoth('regret', predictedCost, trueCost, options);
  return reduceBatch(lost, batched, options.reduction);
}

/**
 * Regret of all problems together relative to what the best decisions cost: Σ regret / Σ |⟨c, y*(c)⟩|, the measure
 * of most benchmarks of decision-focused learning.
 *
 * @param predictedCost - ĉ, floating point, `[rows, columns]` or `[batch, rows, columns]`
 * @param trueCost - c, like it
 * @param options - {@link RegretOptions} without `reduction`
 * @returns one number, `[]`, at least 0; 0 if there is no regret, `Infinity` if there is some but all optimal
 *   values are 0
 * @throws as {@link regret}
 * @see Tang & Khalil 2024, "PyEPO", Mathematical Programming Computation 16,
 *   doi:10.1007/s12532-024-00255-x
 */
export function normalizedRegret(
  predictedCost: Tensor,
  trueCost: Tensor,
  options: Omit<RegretOptions, 'reduction'> = {},
): Tensor {
  const { lost, optimal } = solveBoth('normalizedRegret', predictedCost, trueCost, options);
  const all = sum(lost);
  const none = equal(all, 0);
  return where(none, 0, div(all, where(none, 1, sum(abs(optimal)))));
}

function solveBoth(
  name: string,
  predictedCost: Tensor,
  trueCost: Tensor,
  { layer, truth, solver, mask }: RegretOptions,
): { lost: Tensor; optimal: Tensor; batched: boolean } {
  const { arrays, forbidden, batched } = openProblem(name, { predictedCost, trueCost }, { mask });
  const [predicted, cost] = arrays as [Tensor, Tensor];
  const best =
    truth === undefined
      ? bestPairs(name, 'trueCost', cost, forbidden, solver)
      : checkedPairs(name, 'truth', openPairs(name, 'truth', truth, trueCost, 'trueCost'), forbidden);
  let chosen: Tensor;
  if (layer === undefined) chosen = bestPairs(name, 'predictedCost', predicted, forbidden, solver);
  else {
    const output = layer(closeArray(where(forbidden, Infinity, predicted), batched));
    chosen = openPairs(name, 'output of layer', output, trueCost, 'trueCost');
  }
  return { lost: total(cost, sub(chosen, best)), optimal: total(cost, best), batched };
}
