/**
 * Seeded noise for estimators that perturb costs. Streams are keyed by (seed, example, sample), so a problem gets the
 * same noise whatever batch it is in, on every engine.
 */
import { createRng, type Rng } from '@pct/core';

/** Distributions of mean 0 and scale 1. */
export type NoiseKind = 'gaussian' | 'gumbel';

/** Mean of a standard Gumbel number. */
const EULER_GAMMA = 0.5772156649015329;

/**
 * The stream of one sample of one problem.
 *
 * @param seed - safe integer
 * @param example - index of the problem, safe integer
 * @param sample - index of the sample, safe integer
 */
export function noiseStream(seed: number, example: number, sample: number): Rng {
  return createRng(seed).split(example).split(sample);
}

/**
 * Fills an array with standard noise: normal numbers, or Gumbel numbers minus their mean (variance π²/6).
 *
 * @param out - is overwritten
 * @returns out
 */
export function fillNoise<A extends Float64Array | Float32Array>(out: A, kind: NoiseKind, rng: Rng): A {
  if (kind === 'gaussian') return rng.fillNormal(out);
  for (let at = 0; at < out.length; at++) out[at] = rng.gumbel(-EULER_GAMMA);
  return out;
}

/**
 * Derivative of -log density of {@link fillNoise} at z: z for normal noise, 1 - exp(-z - γ) for Gumbel noise.
 */
export function noiseScore(kind: NoiseKind, z: number): number {
  return kind === 'gaussian' ? z : -Math.expm1(-z - EULER_GAMMA);
}

/** Parameters of {@link fillSumOfGamma}. */
export interface SumOfGammaOptions {
  /** Number of chosen entries whose sum is to be a Gumbel number: matched pairs of an assignment; at least 1. */
  readonly k: number;
  /**
   * Terms of the series; more come closer to Gumbel numbers.
   *
   * @defaultValue `10`
   */
  readonly terms?: number | undefined;
}

/**
 * Fills an array with Sum-of-Gamma noise of scale 1: the sum of `k` such numbers is nearly a Gumbel number, so that
 * perturbing the entries of an assignment of `k` pairs perturbs its total as perturb-and-MAP asks for.
 *
 * Each is (1 / k) (Σ_{s=1}^{terms} Gamma(shape 1/k, scale k/s) - log terms).
 *
 * @param out - is overwritten
 * @returns out
 * @see Niepert, Minervini & Franceschi 2021, "Implicit MLE: backpropagating through discrete exponential
 * family distributions", NeurIPS, arXiv:2106.01798
 */
export function fillSumOfGamma<A extends Float64Array | Float32Array>(
  out: A,
  rng: Rng,
  { k, terms = 10 }: SumOfGammaOptions,
): A {
  const shift = Math.log(terms);
  for (let at = 0; at < out.length; at++) {
    let sum = -shift;
    for (let s = 1; s <= terms; s++) sum += (k / s) * gammaNumber(1 / k, rng);
    out[at] = sum / k;
  }
  return out;
}

/**
 * A Gamma(shape, 1) number.
 *
 * @see Marsaglia & Tsang 2000, "A simple method for generating gamma variables", ACM TOMS 26, 363-372; a shape below
 * 1 is raised by 1 and the number multiplied by U^(1/shape), as they propose
 */
function gammaNumber(shape: number, rng: Rng): number {
  if (shape < 1) return gammaNumber(shape + 1, rng) * Math.pow(rng.uniform(), 1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = rng.normal();
    const v = (1 + c * x) ** 3;
    // The logarithms of 0 and below that are met here compare as false.
    if (v > 0 && Math.log(1 - rng.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
