/**
 * Textbook versions of what {@link GrowingCholesky} does, on dense row-major arrays: slow, short, and the oracle
 * of its tests. All matrices are `[n, n]`, n from the length; vectors `[n]`; L is lower triangular.
 *
 * @see Golub & Van Loan 2013, Matrix Computations, algorithms 3.1.1, 3.1.2 and 4.2.1
 */

/**
 * Cholesky factor of a symmetric matrix, of which only the lower triangle is read.
 *
 * @returns L with A = L Lᵀ, zero above the diagonal; undefined if a pivot is not positive
 */
export function referenceCholesky(matrix: ArrayLike<number>): Float64Array | undefined {
  const n = Math.round(Math.sqrt(matrix.length));
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= factor[i * n + k]! * factor[j * n + k]!;
      if (i !== j) factor[i * n + j] = sum / factor[j * n + j]!;
      else if (sum > 0) factor[i * n + i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return factor;
}

/** x with L x = b. */
export function referenceSolveLower(factor: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const n = b.length;
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i * n + k]! * x[k]!;
    x[i]! /= factor[i * n + i]!;
  }
  return x;
}

/** x with Lᵀ x = b. */
export function referenceSolveUpper(factor: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const n = b.length;
  const x = Float64Array.from(b);
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= factor[k * n + i]! * x[k]!;
    x[i]! /= factor[i * n + i]!;
  }
  return x;
}

/** A = L Lᵀ. */
export function referenceProduct(factor: ArrayLike<number>): Float64Array {
  const n = Math.round(Math.sqrt(factor.length));
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k <= Math.min(i, j); k++) {
        product[i * n + j]! += factor[i * n + k]! * factor[j * n + k]!;
      }
    }
  }
  return product;
}
