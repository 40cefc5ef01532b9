import { NumericalError } from '@pct/core';

/** Iterations per eigenvalue after which something must be wrong; three is usual. */
const MAX_ITERATIONS = 60;

/** Eigenvalues, and rows of the matrix of eigenvectors. */
export interface TridiagonalEigen {
  /** Eigenvalues, ascending, [n]. */
  readonly values: Float64Array;
  /** R S, where S has the eigenvectors as columns, [rowCount, n] row-major. */
  readonly rows: Float64Array;
}

/**
 * Eigenvalues of a symmetric tridiagonal matrix T, and the products R S of given rows R with the matrix S of
 * its eigenvectors: the first and last row of the identity for quadrature weights and residual bounds in O(n²), a whole
 * orthogonal matrix for all vectors. Implicit QL with Wilkinson's shift.
 *
 * @param diagonal - [n], finite
 * @param offDiagonal - [n - 1 or more], finite
 * @param rows - R, [rowCount, n] row-major
 * @param rowCount - number of rows, 0 or more
 * @throws {@link NumericalError} if it does not converge, which finite numbers do
 * @see Golub & Van Loan 2013, Matrix Computations, section 8.3 · Golub & Welsch 1969, doi:10.2307/2004418
 */
export function tridiagonalEigen(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  rows: Float64Array,
  rowCount: number,
): TridiagonalEigen {
  const n = diagonal.length;
  const d = diagonal.slice();
  const e = new Float64Array(n);
  e.set(offDiagonal.subarray(0, Math.max(0, n - 1)));
  const r = rows.slice();
  for (let l = 0; l < n; l++) {
    let iterations = 0;
    for (let m = splitAfter(d, e, l); m !== l; m = splitAfter(d, e, l)) {
      if (iterations++ === MAX_ITERATIONS)
        throw new NumericalError(
          'tridiagonalEigen: no convergence; the matrix must hold finite numbers, did the operator return NaN?',
        );
      sweep(d, e, r, rowCount, l, m);
    }
  }
  return sorted(d, r, rowCount);
}

/** First place from l where the matrix splits: e[m] is negligible. */
function splitAfter(d: Float64Array, e: Float64Array, l: number): number {
  const last = d.length - 1;
  for (let m = l; m < last; m++) {
    if (Math.abs(e[m]!) <= Number.EPSILON * (Math.abs(d[m]!) + Math.abs(d[m + 1]!))) return m;
  }
  return last;
}

/** One implicit QL sweep over the block [l, m], by rotations from its end to its start. */
function sweep(
  d: Float64Array,
  e: Float64Array,
  r: Float64Array,
  rowCount: number,
  l: number,
  m: number,
): void {
  const n = d.length;
  const half = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  const root = Math.hypot(half, 1);
  // Wilkinson's shift, the eigenvalue of the leading 2 × 2 block that is nearer to d[l].
  let g = d[m]! - d[l]! + e[l]! / (half + (half >= 0 ? root : -root));
  let sine = 1;
  let cosine = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = sine * e[i]!;
    const b = cosine * e[i]!;
    const length = Math.hypot(f, g);
    e[i + 1] = length;
    if (length === 0) {
      // The block splits here already.
      d[i + 1]! -= p;
      e[m] = 0;
      return;
    }
    sine = f / length;
    cosine = g / length;
    g = d[i + 1]! - p;
    const t = (d[i]! - g) * sine + 2 * cosine * b;
    p = sine * t;
    d[i + 1] = g + p;
    g = cosine * t - b;
    for (let row = 0; row < rowCount; row++) {
      const at = row * n + i;
      const right = r[at + 1]!;
      const left = r[at]!;
      r[at + 1] = sine * left + cosine * right;
      r[at] = cosine * left - sine * right;
    }
  }
  d[l]! -= p;
  e[l] = g;
  e[m] = 0;
}

function sorted(d: Float64Array, r: Float64Array, rowCount: number): TridiagonalEigen {
  const n = d.length;
  const order = Array.from(d.keys()).sort((a, b) => d[a]! - d[b]!);
  const rows = new Float64Array(rowCount * n);
  for (let row = 0; row < rowCount; row++)
    for (let i = 0; i < n; i++) rows[row * n + i] = r[row * n + order[i]!]!;
  return { values: Float64Array.from(order, (i) => d[i]!), rows };
}
