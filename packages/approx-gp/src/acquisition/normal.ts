/** log √(2π) */
const LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI);
const ROOT_HALF_PI = Math.sqrt(Math.PI / 2);
const INVERSE_ROOT_PI = 1 / Math.sqrt(Math.PI);
/** Below this, h(z) is taken from its expansion at −∞. */
const FAR = -1e3;

/**
 * erfcx(x) = exp(x²) erfc(x) for x ≥ 0, to about 1e-13: the power series of erf with positive terms below 2, the
 * continued fraction above.
 *
 * @see NIST Digital Library of Mathematical Functions, eq. 7.6.2 and 7.9.1
 */
export function scaledErfc(x: number): number {
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let k = 1; term > 1e-17 * sum; k++) {
      term *= (2 * x * x) / (2 * k + 1);
      sum += term;
    }
    return Math.exp(x * x) - 2 * INVERSE_ROOT_PI * sum;
  }
  const terms = x < 4 ? 64 : x < 10 ? 28 : 8;
  let tail = x;
  for (let k = terms; k >= 1; k--) tail = x + k / (2 * tail);
  return INVERSE_ROOT_PI / tail;
}

/** Standard normal density. */
export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z - LOG_ROOT_TWO_PI);
}

/** Logarithm of {@link normalDensity}. */
export function logNormalDensity(z: number): number {
  return -0.5 * z * z - LOG_ROOT_TWO_PI;
}

/** log (eᵃ − eᵇ) for a ≥ b; b may be −∞. */
export function logDifference(a: number, b: number): number {
  const gap = b - a;
  return a + (gap > -Math.LN2 ? Math.log(-Math.expm1(gap)) : Math.log1p(-Math.exp(gap)));
}

/** Standard normal distribution function; relative accuracy in the lower tail too. */
export function normalCdf(z: number): number {
  const tail = 0.5 * scaledErfc(Math.abs(z) * Math.SQRT1_2) * Math.exp(-0.5 * z * z);
  return z > 0 ? 1 - tail : tail;
}

/** log Φ(z), without underflow. */
export function logNormalCdf(z: number): number {
  if (z > 0) return Math.log1p(-normalCdf(-z));
  return -0.5 * z * z + Math.log(0.5 * scaledErfc(-z * Math.SQRT1_2));
}

/** d log Φ(z) / dz = φ(z) / Φ(z). */
export function logNormalCdfSlope(z: number): number {
  if (z > 0) return normalDensity(z) / normalCdf(z);
  return 1 / (ROOT_HALF_PI * scaledErfc(-z * Math.SQRT1_2));
}

/**
 * log h(z), h(z) = φ(z) + z Φ(z): the expected improvement in standard deviations, without underflow.
 *
 * @see Ament et al. 2023, Unexpected Improvements to Expected Improvement for Bayesian Optimization, arXiv:2310.20708,
 *   section 4.1
 */
export function logImprovement(z: number): number {
  if (z > -1) return Math.log(normalDensity(z) + z * normalCdf(z));
  const start = -0.5 * z * z - LOG_ROOT_TWO_PI;
  if (z < FAR) return start - 2 * Math.log(-z) + Math.log1p(-3 / (z * z));
  return start + Math.log1p(z * ROOT_HALF_PI * scaledErfc(-z * Math.SQRT1_2));
}

/** d log h(z) / dz = Φ(z) / h(z). */
export function logImprovementSlope(z: number): number {
  if (z > -1) {
    const below = normalCdf(z);
    return below / (normalDensity(z) + z * below);
  }
  if (z < FAR) return -z - 2 / z;
  const ratio = ROOT_HALF_PI * scaledErfc(-z * Math.SQRT1_2);
  return ratio / (1 + z * ratio);
}
