import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { drawUniform } from './draws.js';

/** Below this mean the product of uniforms is used; the rejection method needs at least 10. */
const SMALL_MEAN = 10;

const HALF_LOG_TWO_PI = 0.9189385332046727;

/** log k! for k = 0…9, where Stirling's series is not exact to rounding. */
const LOG_FACTORIAL = /* @__PURE__ */ [1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880].map((f) => Math.log(f));

/** log k!, to about 1e-15 relative. */
export function logFactorial(k: number): number {
  if (k < 10) return LOG_FACTORIAL[k]!;
  const n = k + 1;
  const r = 1 / (n * n);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / n;
  return (n - 0.5) * Math.log(n) - n + HALF_LOG_TWO_PI + series;
}

/**
 * One Poisson number.
 *
 * @param generator - source of bits
 * @param mean - in [0, 1e9]; not checked here
 * @see Knuth, The Art of Computer Programming vol. 2, section 3.4.1 (small means); Hörmann 1993, "The
 * transformed rejection method for generating Poisson random variables", algorithm PTRS,
 * doi:10.1016/0167-6687(93)90997-4
 */
export function drawPoisson(generator: RandomGenerator, mean: number): number {
  return mean < SMALL_MEAN ? drawByProduct(generator, mean) : drawByRejection(generator, mean);
}

function drawByProduct(generator: RandomGenerator, mean: number): number {
  const limit = Math.exp(-mean);
  let product = drawUniform(generator);
  let k = 0;
  while (product > limit) {
    product *= drawUniform(generator);
    k++;
  }
  return k;
}

function drawByRejection(generator: RandomGenerator, mean: number): number {
  const logMean = Math.log(mean);
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const logInverseAlpha = Math.log(1.1239 + 1.1328 / (b - 3.4));
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = drawUniform(generator) - 0.5;
    const v = 1 - drawUniform(generator);
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const accepted = Math.log(v) + logInverseAlpha - Math.log(a / (us * us) + b);
    if (accepted <= k * logMean - mean - logFactorial(k)) return k;
  }
}
