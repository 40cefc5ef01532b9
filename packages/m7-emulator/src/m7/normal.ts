const rootHalf = Math.SQRT1_2;
const rootPi = Math.sqrt(Math.PI);

/**
 * Complementary error function, to 10⁻¹⁴ relative: power series below 2, continued fraction above.
 *
 * @see Abramowitz and Stegun 1964, 7.1.6 and 7.1.14
 */
export function complementaryError(x: number): number {
  if (x < 0) return 2 - complementaryError(-x);
  if (x > 27) return 0;
  const square = x * x;
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; term > 1e-17 * sum; n++) {
      term *= (2 * square) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / rootPi) * Math.exp(-square) * sum;
  }
  // x² ≥ 4: the fraction from 60 levels down is exact to rounding.
  let fraction = x;
  for (let n = 60; n > 0; n--) fraction = x + n / (2 * fraction);
  return Math.exp(-square) / (rootPi * fraction);
}

/** Distribution function of the standard normal distribution. */
export function normalDistribution(x: number): number {
  return 0.5 * complementaryError(-x * rootHalf);
}
