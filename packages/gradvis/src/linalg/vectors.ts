/** Σ xₖ yₖ in four partial sums, which is faster and loses less to rounding than one. */
export function dot(x: Float64Array, y: Float64Array): number {
  const { length } = x;
  const even = length - (length % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let k = 0; k < even; k += 4) {
    s0 += x[k]! * y[k]!;
    s1 += x[k + 1]! * y[k + 1]!;
    s2 += x[k + 2]! * y[k + 2]!;
    s3 += x[k + 3]! * y[k + 3]!;
  }
  for (let k = even; k < length; k++) s0 += x[k]! * y[k]!;
  return s0 + s1 + (s2 + s3);
}

/** Euclidean length. */
export function norm(x: Float64Array): number {
  return Math.sqrt(dot(x, x));
}

/** y + factor x, written to y. */
export function addScaled(y: Float64Array, factor: number, x: Float64Array): void {
  for (let k = 0; k < y.length; k++) y[k]! += factor * x[k]!;
}

/** factor x, written to x. */
export function scale(x: Float64Array, factor: number): void {
  for (let k = 0; k < x.length; k++) x[k]! *= factor;
}

/**
 * Makes the first of the largest components in magnitude positive. Components count as equally large within a thousandth: where
 * symmetry makes some opposite, as in the last layer for two classes, rounding must not decide.
 */
export function fixSign(x: Float64Array): void {
  let largest = 0;
  for (let k = 0; k < x.length; k++) largest = Math.max(largest, Math.abs(x[k]!));
  const first = x.findIndex((value) => Math.abs(value) >= 0.999 * largest);
  if (x[first]! < 0) scale(x, -1);
}

/** a − b, in a new vector. */
export function difference(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let k = 0; k < a.length; k++) result[k] = a[k]! - b[k]!;
  return result;
}

/** factor a, in a new vector. */
export function scaled(a: Float64Array, factor: number): Float64Array {
  const result = new Float64Array(a.length);
  for (let k = 0; k < a.length; k++) result[k] = factor * a[k]!;
  return result;
}
