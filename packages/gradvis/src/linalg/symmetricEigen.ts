import { tridiagonalEigen } from './tridiagonalEigen.js';

/** All eigenpairs of a small matrix. */
export interface SymmetricEigen {
  /** Ascending, [n]. */
  readonly values: Float64Array;
  /** Eigenvectors, one per row, [n, n] row-major. */
  readonly vectors: Float64Array;
}

/**
 * Eigenvalues and eigenvectors of a small dense symmetric matrix, O(n³): Householder reflections to tridiagonal form,
 * then QL.
 *
 * @param matrix - [n, n] row-major; only its lower triangle is read
 * @param n - order
 * @see Golub & Van Loan 2013, Matrix Computations, algorithm 8.3.1
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = matrix[i * n + j]!;
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  const v = new Float64Array(n);
  const p = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) reflectColumn(a, q, v, p, n, k);
  const diagonal = new Float64Array(n);
  const offDiagonal = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    diagonal[i] = a[i * n + i]!;
    if (i < n - 1) offDiagonal[i] = a[(i + 1) * n + i]!;
  }
  const { values, rows } = tridiagonalEigen(diagonal, offDiagonal, q, n);
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) vectors[i * n + j] = rows[j * n + i]!;
  return { values, vectors };
}

/** Makes column k zero below the first off-diagonal by H = I − β v vᵀ: A ← H A H, Q ← Q H. */
function reflectColumn(
  a: Float64Array,
  q: Float64Array,
  v: Float64Array,
  p: Float64Array,
  n: number,
  k: number,
): void {
  let tail = 0;
  for (let i = k + 2; i < n; i++) tail += a[i * n + k]! ** 2;
  if (tail === 0) return;
  const first = a[(k + 1) * n + k]!;
  const length = Math.sqrt(first * first + tail);
  v.fill(0);
  // The sign that adds, so that nothing cancels.
  v[k + 1] = first + (first >= 0 ? length : -length);
  for (let i = k + 2; i < n; i++) v[i] = a[i * n + k]!;
  const beta = 2 / (v[k + 1]! ** 2 + tail);
  let vp = 0;
  for (let i = k; i < n; i++) {
    let sum = 0;
    for (let j = k + 1; j < n; j++) sum += a[i * n + j]! * v[j]!;
    p[i] = beta * sum;
    vp += p[i]! * v[i]!;
  }
  for (let i = k; i < n; i++) p[i]! -= (beta / 2) * vp * v[i]!;
  for (let i = k; i < n; i++) for (let j = k; j < n; j++) a[i * n + j]! -= v[i]! * p[j]! + p[i]! * v[j]!;
  for (let row = 0; row < n; row++) {
    let sum = 0;
    for (let j = k + 1; j < n; j++) sum += q[row * n + j]! * v[j]!;
    for (let j = k + 1; j < n; j++) q[row * n + j]! -= beta * sum * v[j]!;
  }
}
