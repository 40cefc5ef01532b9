/** Numbers of {@link decay}, for all who compute it. */
export const DECAY = {
  /** Beyond, exp(−a) would be no normal number any more: it stays at exp(−708) = 3e-308. */
  largest: 708,
  /** 1.5 · 2⁵²: a number that is added to it and taken from it again is rounded to an integer. */
  rounder: 6_755_399_441_055_744,
  /** ln 2 in two parts: products of the first with integers up to 2²⁰ are exact. */
  ln2High: 6.9314718036912381649e-1,
  ln2Low: 1.90821492927058770002e-10,
  /** 1/12!, 1/11!, … 1/0!: Taylor's polynomial of the exponential, exact to rounding up to ½ ln 2. */
  coefficients: [
    1 / 479_001_600,
    1 / 39_916_800,
    1 / 3_628_800,
    1 / 362_880,
    1 / 40_320,
    1 / 5040,
    1 / 720,
    1 / 120,
    1 / 24,
    1 / 6,
    1 / 2,
    1,
    1,
  ],
} as const;

const { largest, rounder, ln2High, ln2Low, coefficients } = DECAY;
const [c12, c11, c10, c9, c8, c7, c6, c5, c4, c3, c2, c1, c0] = coefficients;

/** 2^(−k) */
const POWERS = Float64Array.from({ length: 1024 }, (_, k) => 2 ** -k);

/**
 * exp(−a) for a ≥ 0 to a relative 4e-16, the same to the last bit in every engine and in `wasmRadials`: with k the
 * integer nearest to a / ln 2, 2^(−k) exp(k ln 2 − a), whose second factor is a polynomial.
 */
export function decay(a: number): number {
  const b = largest < a ? largest : a;
  const k = b * Math.LOG2E + rounder - rounder;
  const r = k * ln2High - b + k * ln2Low;
  const high = (((((c12 * r + c11) * r + c10) * r + c9) * r + c8) * r + c7) * r + c6;
  const rest = (((((high * r + c5) * r + c4) * r + c3) * r + c2) * r + c1) * r + c0;
  return rest * POWERS[k]!;
}
