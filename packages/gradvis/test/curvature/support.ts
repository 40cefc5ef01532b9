import { createRng } from '@pct/core';
import type { SymmetricOperator } from '@viz/gradvis';

/** Products with a dense matrix, [n, n] row-major. */
export function denseOperator(matrix: ArrayLike<number>, size: number): SymmetricOperator {
  return {
    size,
    apply: (vector) =>
      Float64Array.from({ length: size }, (_, i) => {
        let sum = 0;
        for (let j = 0; j < size; j++) sum += matrix[i * size + j]! * vector[j]!;
        return sum;
      }),
  };
}

export function diagonalOperator(values: ArrayLike<number>): SymmetricOperator {
  return { size: values.length, apply: (vector) => vector.map((x, k) => x * values[k]!) };
}

function tridiagonalOperator(diagonal: readonly number[], off: readonly number[]): SymmetricOperator {
  return {
    size: diagonal.length,
    apply: (vector) =>
      vector.map(
        (x, k) =>
          diagonal[k]! * x + (off[k] ?? 0) * (vector[k + 1] ?? 0) + (off[k - 1] ?? 0) * (vector[k - 1] ?? 0),
      ),
  };
}

/** 2 on the diagonal and −1 beside it: eigenvalues 2 − 2 cos(kπ/11). */
export const poisson10 = tridiagonalOperator(new Array<number>(10).fill(2), new Array<number>(9).fill(-1));
export const POISSON_EIGENVALUES = Array.from(
  { length: 10 },
  (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / 11),
);

/** W21+: 10, 9, ..., 0, ..., 10 on the diagonal and 1 beside it. */
export const wilkinson21 = tridiagonalOperator(
  Array.from({ length: 21 }, (_, k) => Math.abs(k - 10)),
  new Array<number>(20).fill(1),
);

/** A Householder reflection I − 2 u uᵀ of a random u: an orthogonal matrix that mixes everything. */
function reflection(size: number, seed: number): (vector: Float64Array) => Float64Array {
  const u = createRng(seed).fillNormal(new Float64Array(size));
  const squares = u.reduce((sum, x) => sum + x * x, 0);
  return (vector) => {
    const along = (2 / squares) * u.reduce((sum, x, k) => sum + x * vector[k]!, 0);
    return vector.map((x, k) => x - along * u[k]!);
  };
}

/** Q diag(values) Qᵀ of a reflection Q. */
export function rotatedOperator(values: ArrayLike<number>, seed: number): SymmetricOperator {
  const rotate = reflection(values.length, seed);
  return {
    size: values.length,
    apply: (vector) => rotate(rotate(vector).map((x, k) => x * values[k]!)),
  };
}

/** 991 eigenvalues spread evenly over a bulk that reaches below 0, and nine outliers. */
export const OUTLIERS = [2, 2.5, 3, 4, 5, 6, 8, 10, 20];
export const bulkAndOutliers = Float64Array.from([
  ...createRng('bulk')
    .fillUniform(new Float64Array(991))
    .map((u) => -0.05 + 0.35 * u),
  ...OUTLIERS,
]);

/** A random symmetric matrix, [n, n]. */
export function randomSymmetric(size: number, seed: number): Float64Array {
  const rng = createRng(seed);
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) matrix[i * size + j] = matrix[j * size + i] = rng.normal();
  return matrix;
}

export function trace(matrix: Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += matrix[i * size + i]!;
  return sum;
}
