import { NumericalError } from '../errors.js';
import { GrowingCholesky, type BlockFactorOptions } from './GrowingCholesky.js';
import type { MatrixLike } from './matrix.js';
import type { GrowingCholeskyOptions } from './PackedFactor.js';

/** Options of {@link cholesky}. */
export interface CholeskyOptions extends GrowingCholeskyOptions, BlockFactorOptions {}

/**
 * Cholesky factor of a symmetric positive definite matrix, for who wants it or an error. To see how much jitter
 * was added, or to go on without an error, call {@link GrowingCholesky.factor}.
 *
 * @param matrix - `[n, n]`; only its lower triangle is read
 * @param options - {@link CholeskyOptions}
 * @throws {@link NumericalError} if the matrix is not numerically positive definite, with all the jitter that is
 *   allowed · {@link ShapeError} if it is not square · {@link InvalidArgumentError} if an entry is not finite
 * @example
 * ```ts
 * cholesky([[4, 2], [2, 5]]).solve([8, 9]); // Float64Array [1.375, 1.25]
 * ```
 */
export function cholesky(matrix: MatrixLike, options: CholeskyOptions = {}): GrowingCholesky {
  const factor = new GrowingCholesky(options);
  const { status, advice } = factor.factor(matrix, options);
  if (status === 'notPositiveDefinite') throw new NumericalError(`cholesky: ${advice}`);
  return factor;
}
