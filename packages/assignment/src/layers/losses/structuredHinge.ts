import { checkFinite } from '@pct/core';
import { add, mul, sub } from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import { bestPairs, checkedPairs } from './best.js';
import type { SolvingLossOptions } from './problem.js';
import { openPairs, openProblem, reduceBatch, sumPairs, total } from './problem.js';

/** Options of {@link structuredHingeLoss}. */
export interface StructuredHingeLossOptions extends SolvingLossOptions {
  /**
   * By how much the true assignment has to be cheaper per entry in which another one differs from it, in the unit of
   * the costs; at least 0. A wrong pair in the place of a right one makes two such entries.
   *
   * @defaultValue `1`
   */
  readonly margin?: number | undefined;
}

/**
 * Max-margin loss: max_y (margin · Hamming(y, y*) + ⟨ĉ, y*⟩ - ⟨ĉ, y⟩), with the subgradient y* - y of the
 * maximising y, found by solving one problem with the margin added to the costs (loss-augmented inference).
 *
 * At least margin times the Hamming distance, counted in entries, of the predicted assignment, so never negative.
 *
 * @param predictedCost - ĉ, floating point, `[rows, columns]` or `[batch, rows, columns]`
 * @param truth - y*, the true assignment, 0 or 1, like it; floating point, int32 or bool
 * @param options - {@link StructuredHingeLossOptions}
 * @returns the loss, `[]`, or `[batch]` without reduction
 * @throws `InvalidArgumentError` or `ShapeError` if types, shapes or the margin do not fit; when it runs,
 *   `InvalidArgumentError` for NaN or a truth that is no assignment, and `InfeasibleAssignmentError` if it has a
 *   forbidden pair
 * @see Tsochantaridis et al. 2005, Journal of Machine Learning Research 6, margin rescaling
 */
export function structuredHingeLoss(
  predictedCost: Tensor,
  truth: Tensor,
  options: StructuredHingeLossOptions = {},
): Tensor {
  const name = 'structuredHingeLoss';
  const { margin = 1, solver, reduction } = options;
  checkFinite(name, 'margin', margin, { min: 0 });
  const { arrays, forbidden, batched } = openProblem(name, { predictedCost }, options);
  const predicted = arrays[0]!;
  const y = checkedPairs(
    name,
    'truth',
    openPairs(name, 'truth', truth, predictedCost, 'predictedCost'),
    forbidden,
  );
  // Hamming(y, y*) = Σ y (1 - 2 y*) + Σ y*, which is linear in y.
  const augmented = sub(predicted, mul(margin, sub(1, mul(2, y))));
  const worst = bestPairs(name, 'predictedCost', augmented, forbidden, solver);
  const losses = add(sub(total(predicted, y), total(augmented, worst)), mul(margin, sumPairs(y)));
  return reduceBatch(losses, batched, reduction);
}
