const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

/**
 * Error function to about 1e-15.
 *
 * @see Abramowitz and Stegun 1964, eq. 7.1.6 (series of positive terms) and 7.1.14 (continued fraction)
 */
export function erfOf(x: number): number {
  const size = Math.abs(x);
  if (!(size < 6)) return Number.isNaN(x) ? NaN : Math.sign(x);
  return Math.sign(x) * (size < 2.5 ? series(size) : 1 - fraction(size));
}

function series(x: number): number {
  const square = x * x;
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * square) / (2 * n + 1);
    sum += term;
  }
  return TWO_OVER_SQRT_PI * Math.exp(-square) * sum;
}

/** erfc from the bottom up; 60 levels are enough from 2.5 on. */
function fraction(x: number): number {
  let value = x;
  for (let level = 60; level >= 1; level--) value = x + level / 2 / value;
  return (Math.exp(-x * x) / value) * (TWO_OVER_SQRT_PI / 2);
}
