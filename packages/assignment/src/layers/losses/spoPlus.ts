import { mul, sub } from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import { bestPairs, checkedPairs } from './best.js';
import type { SolvingLossOptions } from './problem.js';
import { openPairs, openProblem, reduceBatch, total } from './problem.js';

/** Options of {@link spoPlusLoss}. */
export interface SpoPlusLossOptions extends SolvingLossOptions {
  /**
   * Best assignment at the true costs, if it is known: saves one of two solves. 0 or 1, like the costs.
   *
   * @defaultValue `undefined`: the problems are solved
   */
  readonly truth?: Tensor | undefined;
}

/**
 * SPO+, the convex upper bound of the {@link regret}: max_y ⟨c - 2ĉ, y⟩ + 2⟨ĉ, y*(c)⟩ - ⟨c, y*(c)⟩, with the
 * subgradient 2 (y*(c) - y*(2ĉ - c)).
 *
 * At least the regret at ĉ, and 0 at ĉ = c.
 *
 * @param predictedCost - ĉ, floating point, `[rows, columns]` or `[batch, rows, columns]`
 * @param trueCost - c, like it
 * @param options - {@link SpoPlusLossOptions}
 * @returns the loss, `[]`, or `[batch]` without reduction
 * @throws `InvalidArgumentError` or `ShapeError` if types or shapes do not fit; when it runs, `InvalidArgumentError`
 *   for NaN and `InfeasibleAssignmentError` if no assignment is allowed
 * @see Elmachtoub & Grigas 2022, Management Science 68(1), definition 3,
 *   doi:10.1287/mnsc.2020.3922
 */
export function spoPlusLoss(
  predictedCost: Tensor,
  trueCost: Tensor,
  options: SpoPlusLossOptions = {},
): Tensor {
  const name = 'spoPlusLoss';
  const { truth, solver, reduction } = options;
  const { arrays, forbidden, batched } = openProblem(name, { predictedCost, trueCost }, options);
  const [predicted, cost] = arrays as [Tensor, Tensor];
  const best =
    truth === undefined
      ? bestPairs(name, 'trueCost', cost, forbidden, solver)
      : checkedPairs(name, 'truth', openPairs(name, 'truth', truth, trueCost, 'trueCost'), forbidden);
  const reflected = sub(mul(2, predicted), cost);
  const worst = bestPairs(name, 'predictedCost or trueCost', reflected, forbidden, solver);
  // max ⟨c - 2ĉ, y⟩ is -⟨2ĉ - c, worst⟩, and 2⟨ĉ, y*⟩ - ⟨c, y*⟩ is ⟨2ĉ - c, y*⟩.
  return reduceBatch(total(reflected, sub(best, worst)), batched, reduction);
}
