/** Central differences of a function of several variables. */
export function numericalGradient(
  f: (x: Float64Array) => number,
  x: ArrayLike<number>,
  step = 1e-5,
): Float64Array {
  return Float64Array.from({ length: x.length }, (_, j) => {
    const above = Float64Array.from(x);
    const below = Float64Array.from(x);
    above[j]! += step;
    below[j]! -= step;
    return (f(above) - f(below)) / (2 * step);
  });
}

/** Largest difference of two arrays relative to the largest entry of the second (at least `floor`). */
export function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>, floor = 1e-3): number {
  let scale = floor;
  let difference = 0;
  for (let i = 0; i < b.length; i++) {
    scale = Math.max(scale, Math.abs(b[i]!));
    difference = Math.max(difference, Math.abs(a[i]! - b[i]!));
  }
  return difference / scale;
}
