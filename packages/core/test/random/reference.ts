/** Independent oracles for the tests of random numbers: slow, and written from the definitions. */

const MASK = (1n << 64n) - 1n;

function rotateLeft(x: bigint, bits: bigint): bigint {
  return ((x << bits) | (x >> (64n - bits))) & MASK;
}

/**
 * The low halves of the outputs of xoroshiro128+ (24, 16, 37), in 64-bit integers.
 *
 * @param state - high and low words of s0 and s1, as in `RngState.generator`
 */
export function* xoroshiro128plusLow(state: readonly number[]): Generator<number, never> {
  const word = (at: number) => BigInt(state[at]! >>> 0);
  let s0 = (word(0) << 32n) | word(1);
  let s1 = (word(2) << 32n) | word(3);
  for (;;) {
    yield Number((s0 + s1) & 0xffffffffn);
    s1 ^= s0;
    s0 = rotateLeft(s0, 24n) ^ s1 ^ ((s1 << 16n) & MASK);
    s1 = rotateLeft(s1, 37n);
  }
}

/** Distribution function of the standard normal, by the series of Marsaglia 2004, J. Stat. Software 11(4). */
export function normalCdf(x: number): number {
  if (Math.abs(x) > 8) return x < 0 ? 0 : 1;
  let sum = x;
  let term = x;
  for (let k = 3; Math.abs(term) > 1e-18; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x) * 0.3989422804014327;
}

/** Kolmogorov-Smirnov statistic times √n; above 1.95 with a probability of 0.1 % if the samples are of cdf. */
export function kolmogorovSmirnov(samples: Float64Array, cdf: (x: number) => number): number {
  const sorted = samples.slice().sort();
  const n = sorted.length;
  let largest = 0;
  for (const [i, x] of sorted.entries()) {
    const p = cdf(x);
    largest = Math.max(largest, (i + 1) / n - p, p - i / n);
  }
  return largest * Math.sqrt(n);
}

/**
 * Pearson's chi-square of counts, as a standard normal number (Wilson-Hilferty): beyond ±4 with a probability
 * below 1e-4.
 *
 * @param counts - observed
 * @param expected - expected, each above 5
 */
export function chiSquareScore(counts: ArrayLike<number>, expected: (index: number) => number): number {
  let chi = 0;
  for (let i = 0; i < counts.length; i++) chi += (counts[i]! - expected(i)) ** 2 / expected(i);
  const df = counts.length - 1;
  const spread = 2 / (9 * df);
  return (Math.cbrt(chi / df) - 1 + spread) / Math.sqrt(spread);
}
