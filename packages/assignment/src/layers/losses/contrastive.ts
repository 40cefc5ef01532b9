import { cast, div, expandDims, greater, max, maximum, sub, sum, where } from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import type { SolutionCache } from '../SolutionCache.js';
import { checkedPairs } from './best.js';
import { openPool } from './pool.js';
import type { SolvingLossOptions } from './problem.js';
import { openPairs, openProblem, reduceBatch, total } from './problem.js';

/** Options of {@link noiseContrastiveLoss} and {@link contrastiveMapLoss}. */
export interface ContrastiveLossOptions extends SolvingLossOptions {
  /** Pool of assignments to compare the true one with. The loss adds to it; see {@link SolutionCache}. */
  readonly cache: SolutionCache;
  /**
   * True costs c, like the predicted ones: assignments are then compared at ĉ - c instead of ĉ. Costs of 0 are no
   * longer as good as the true ones. That changes the gradient of the MAP loss, and only the value of the other.
   *
   * @defaultValue `undefined`: at ĉ
   */
  readonly trueCost?: Tensor | undefined;
}

/**
 * Noise-contrastive loss: the mean over the assignments y of the cache of ⟨ĉ, y*⟩ - ⟨ĉ, y⟩, linear in ĉ.
 *
 * It solves nothing, but for the cache. It has no lower bound: training makes costs ever larger, unless the rate or
 * the number of steps is limited.
 *
 * @param predictedCost - ĉ, floating point, `[rows, columns]` or `[batch, rows, columns]`, of the cache's size
 * @param truth - y*, the true assignment, 0 or 1, like it; added to the cache
 * @param options - {@link ContrastiveLossOptions}
 * @returns the loss, `[]`, or `[batch]` without reduction
 * @throws `InvalidArgumentError` or `ShapeError` if types or shapes do not fit; when it runs, `InvalidArgumentError`
 *   for NaN or a truth that is no assignment, and `InfeasibleAssignmentError` if it has a forbidden pair
 * @see Mulamba et al. 2021, IJCAI, the NCE losses at ĉ and at ĉ - c, arXiv:2011.05354
 */
export function noiseContrastiveLoss(
  predictedCost: Tensor,
  truth: Tensor,
  options: ContrastiveLossOptions,
): Tensor {
  const { gaps, usable, batched } = openGaps('noiseContrastiveLoss', predictedCost, truth, options);
  const count = sum(cast(usable, gaps.dtype), { axes: 1 });
  const losses = div(sum(where(usable, gaps, 0), { axes: 1 }), maximum(count, 1));
  return reduceBatch(losses, batched, options.reduction);
}

/**
 * Contrastive MAP loss: how much the true assignment costs more than the best one of the cache,
 * max_y (⟨ĉ, y*⟩ - ⟨ĉ, y⟩). At least 0, as y* is in the cache; 0 if it is the best there.
 *
 * @param predictedCost - ĉ, floating point, `[rows, columns]` or `[batch, rows, columns]`, of the cache's size
 * @param truth - y*, the true assignment, 0 or 1, like it; added to the cache
 * @param options - {@link ContrastiveLossOptions}
 * @returns the loss, `[]`, or `[batch]` without reduction
 * @throws as {@link noiseContrastiveLoss}
 * @see Mulamba et al. 2021, IJCAI, the MAP losses, arXiv:2011.05354
 */
export function contrastiveMapLoss(
  predictedCost: Tensor,
  truth: Tensor,
  options: ContrastiveLossOptions,
): Tensor {
  const { gaps, usable, batched } = openGaps('contrastiveMapLoss', predictedCost, truth, options);
  // The true assignment itself, with a gap of 0, may have been pushed out of a small cache by the rest of the batch.
  const worst = max(where(usable, gaps, 0), { axes: 1 });
  return reduceBatch(where(greater(worst, 0), worst, 0), batched, options.reduction);
}

/** ⟨ĉ, y*⟩ - ⟨ĉ, y⟩ for each problem and each place of the cache, [batch, capacity]. */
function openGaps(
  name: string,
  predictedCost: Tensor,
  truth: Tensor,
  options: ContrastiveLossOptions,
): { gaps: Tensor; usable: Tensor; batched: boolean } {
  const { cache, solver, trueCost } = options;
  const costs = trueCost === undefined ? { predictedCost } : { predictedCost, trueCost };
  const { arrays, forbidden, batched } = openProblem(name, costs, options);
  const predicted = arrays[0]!;
  const pairs = openPairs(name, 'truth', truth, predictedCost, 'predictedCost');
  const y = checkedPairs(name, 'truth', pairs, forbidden);
  const pool = openPool(name, { cache, predicted, argument: 'predictedCost', truth: y, forbidden, solver });
  const compared = arrays[1] === undefined ? predicted : sub(predicted, arrays[1]);
  const gaps = sub(expandDims(total(compared, y), 1), pool.totals(compared));
  return { gaps, usable: pool.usable, batched };
}
