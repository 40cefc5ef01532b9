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
