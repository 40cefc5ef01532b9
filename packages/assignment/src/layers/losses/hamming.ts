import { ShapeError } from '@pct/core';
import { add, div, expandDims, greater, mul, onesLike, sub, where } from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import type { LossOptions } from './problem.js';
import { checkMatrix, openPairs, openProblem, reduceBatch, sumPairs } from './problem.js';

/** Options of {@link hammingLoss}. */
export interface HammingLossOptions extends LossOptions {
  /**
   * Weight of each pair in the mean, not negative; `[rows, columns]` or `[batch, rows, columns]`, of the element
   * type of the assignment.
   *
   * @defaultValue `undefined`: 1 each
   */
  readonly weights?: Tensor | undefined;
}

/**
 * Share of the pairs on which an assignment and the true one differ: the mean of p (1 - y) + (1 - p) y over the
 * allowed pairs of each problem.
 *
 * For 0 and 1 that is the Hamming distance divided by the number of pairs; for soft assignments it is linear in p,
 * so that its gradient is what estimators of an assignment layer expect. Written in operations alone: it is part of
 * an ONNX file as it is. A problem without allowed pairs, or without weight, has loss 0.
 *
 * @param assignment - p, such as the output of an assignment layer, floating point from 0 to 1;
 *   `[rows, columns]` or `[batch, rows, columns]`
 * @param truth - y, like the assignment; floating point, int32 or bool
 * @param options - {@link HammingLossOptions}
 * @returns the loss, `[]`, or `[batch]` without reduction; NaN if the assignment or the truth has NaN
 * @throws `InvalidArgumentError` or `ShapeError` if types or shapes do not fit, by the name of the argument
 * @see Vlastelica et al. 2020, "Differentiation of blackbox combinatorial solvers", ICLR, arXiv:1912.02175
 */
export function hammingLoss(assignment: Tensor, truth: Tensor, options: HammingLossOptions = {}): Tensor {
  const name = 'hammingLoss';
  const { arrays, forbidden, batched } = openProblem(name, { assignment }, options);
  const p = arrays[0]!;
  const y = openPairs(name, 'truth', truth, assignment, 'assignment');
  const weights = where(forbidden, 0, openWeights(name, options.weights, p, assignment));
  const differences = add(mul(p, sub(1, y)), mul(sub(1, p), y));
  const weight = sumPairs(weights);
  const weighted = sumPairs(mul(weights, where(forbidden, 0, differences)));
  return reduceBatch(div(weighted, where(greater(weight, 0), weight, 1)), batched, options.reduction);
}

function openWeights(name: string, weights: Tensor | undefined, p: Tensor, like: Tensor): Tensor {
  if (weights === undefined) return onesLike(p);
  checkMatrix(name, 'weights', weights);
  const wanted = p.shape.slice(3 - weights.rank);
  if (weights.rank > like.rank || weights.shape.some((size, axis) => size !== wanted[axis]))
    throw new ShapeError(
      `${name}: weights must be [rows, columns] or [batch, rows, columns] like assignment, ${like.toString()}, got ${weights.toString()}`,
    );
  return weights.rank === 2 ? expandDims(weights, 0) : weights;
}
