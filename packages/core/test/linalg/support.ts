import type { DenseMatrix, GrowingCholesky, Rng } from '@pct/core';

/** A random symmetric matrix Q Qᵀ / columns + shift I, `[n, n]`: its condition number is about 1 / shift. */
export function randomSpd(rng: Rng, n: number, shift = 0.1): DenseMatrix {
  const q = Array.from({ length: n }, () => Array.from({ length: n + 2 }, () => rng.normal()));
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      data[i * n + j] = q[i]!.reduce((sum, x, k) => sum + x * q[j]![k]!, 0) / (n + 2) + (i === j ? shift : 0);
    }
  }
  return { rows: n, columns: n, data };
}

/** Covariance of points in [0, 1]³ under exp(−r) plus noise on the diagonal: entry (i, j) of any size. */
export function covariance(points: readonly Float64Array[], noise = 0.01) {
  return (i: number, j: number): number => {
    const squared = points[i]!.reduce((sum, x, k) => sum + (x - points[j]![k]!) ** 2, 0);
    return Math.exp(-Math.sqrt(squared)) + (i === j ? noise : 0);
  };
}

export function dense(n: number, entry: (i: number, j: number) => number): DenseMatrix {
  const data = Float64Array.from({ length: n * n }, (_, k) => entry(Math.floor(k / n), k % n));
  return { rows: n, columns: n, data };
}

/** Rows and columns of a matrix with these numbers. */
export function select({ columns, data }: DenseMatrix, indices: readonly number[]): DenseMatrix {
  return dense(indices.length, (i, j) => data[indices[i]! * columns + indices[j]!]!);
}

export const vector = (rng: Rng, n: number): Float64Array =>
  Float64Array.from({ length: n }, () => rng.normal());

/** Largest difference, relative to the largest entry of `expected`. */
export function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let scale = Number.MIN_VALUE;
  let most = 0;
  for (let i = 0; i < expected.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i]!));
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (!(difference <= most)) most = difference;
  }
  return most / scale;
}

export const lower = (factor: GrowingCholesky): Float64Array => factor.toLower().data;
