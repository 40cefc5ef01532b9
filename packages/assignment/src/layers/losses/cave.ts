import { checkInteger, checkOneOf } from '@pct/core';
import { customOp, div, greater, mul, sqrt, stopGradient, sub, where } from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import { batchOf, checkCosts, columnsOf } from './best.js';
import { projectOntoCone } from './optimalCone.js';
import type { LossOptions } from './problem.js';
import { openPairs, openProblem, reduceBatch, total } from './problem.js';

/** Options of {@link caveLoss}. */
export interface CaveLossOptions extends LossOptions {
  /**
   * What the predicted costs are compared with: their exact projection onto the cone, or a point near it in the
   * interior, as CaVE+ does: then costs at the cone's boundary, where the true assignment ties with another one,
   * still have a loss.
   *
   * @defaultValue `'interior'`
   */
  readonly projection?: 'exact' | 'interior' | undefined;
  /**
   * Newton steps towards the projection, at least 1.
   *
   * @defaultValue `3` for `'interior'`, up to 100 for `'exact'`, which ends by itself
   */
  readonly iterations?: number | undefined;
}

/**
 * CaVE, cone-aligned vector estimation: 1 - cos(ĉ, p), where p is the projection of ĉ onto the cone of all costs for
 * which the true assignment is optimal.
 *
 * With the exact projection it goes from 0, where ĉ is in the cone, to 1; with an interior point it is small but not 0
 * in the cone, and at most 2. It does not depend on the scale of ĉ. The projection is a constant for the derivative, as
 * in the paper. No assignment problem is solved: the cone is
 * {c : c_ij = u_i + v_j + s_ij} with s ≥ 0, and s = 0 on the true pairs (and, with more columns than rows, v ≤ 0, and 0
 * on columns that are left; likewise u with more rows).
 *
 * @param predictedCost - ĉ, floating point, `[rows, columns]` or `[batch, rows, columns]`
 * @param truth - y*, the true assignment, 0 or 1, like it; floating point, int32 or bool
 * @param options - {@link CaveLossOptions}
 * @returns the loss, `[]`, or `[batch]` without reduction; 1 for costs of 0
 * @throws `InvalidArgumentError` or `ShapeError` if types, shapes or options do not fit; when it runs,
 *   `InvalidArgumentError` for NaN or a truth that is no assignment, and `InfeasibleAssignmentError` if it has a
 *   forbidden pair
 * @see Tang & Khalil 2024, "CaVE: a cone-aligned approach for fast predict-then-optimize with binary linear programs",
 *   CPAIOR, arXiv:2312.07718
 */
export function caveLoss(predictedCost: Tensor, truth: Tensor, options: CaveLossOptions = {}): Tensor {
  const name = 'caveLoss';
  const { projection = 'interior', reduction } = options;
  checkOneOf(name, 'projection', projection, ['exact', 'interior']);
  const { iterations = projection === 'exact' ? 100 : 3 } = options;
  checkInteger(name, 'iterations', iterations, { min: 1 });
  const { arrays, forbidden, batched } = openProblem(name, { predictedCost }, options);
  const predicted = arrays[0]!;
  const y = openPairs(name, 'truth', truth, predictedCost, 'predictedCost');
  const op = customOp({
    name: `${name}.projection`,
    infer: ([costs]) => [costs!],
    run: ([costs, pairs, banned]) => {
      const shape = batchOf(costs!);
      checkCosts(name, 'predictedCost', costs!.data, shape);
      const rowToColumn = columnsOf(name, 'truth', pairs!, banned!.data);
      const settings = { interior: projection === 'interior', iterations };
      return [projectOntoCone(costs!.data, rowToColumn, banned!.data, shape, settings)];
    },
    vjp: () => [undefined, undefined, undefined],
  });
  const near = op(stopGradient(predicted), stopGradient(y), forbidden)[0]!;
  const scale = mul(length(predicted), length(near));
  const cosine = div(total(predicted, near), where(greater(scale, 0), scale, 1));
  return reduceBatch(sub(1, cosine), batched, reduction);
}

/** Euclidean length of the costs of each problem, [batch], with derivative 0 at 0. */
function length(x: Tensor): Tensor {
  const squares = total(x, x);
  const positive = greater(squares, 0);
  return where(positive, sqrt(where(positive, squares, 1)), 0);
}
