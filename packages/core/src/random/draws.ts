/**
 * Numbers from the 32-bit words of a generator. These are the inner loops of a Monte-Carlo: no checks, no
 * allocation. The lowest bits of each word, which xoroshiro128+ makes by a linear recurrence, are dropped or
 * end up lowest.
 */
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { HEIGHT, INSIDE, SCALE, TAIL_START } from './ziggurat.js';

/** A multiple of 2⁻⁵³ in [0, 1). */
export function drawUniform(generator: RandomGenerator): number {
  return ((generator.next() >>> 5) * 0x400_0000 + (generator.next() >>> 6)) * 2 ** -53;
}

/** An odd multiple of 2⁻⁵³ in (0, 1): its logarithm is finite and never 0. */
export function drawInside(generator: RandomGenerator): number {
  return ((generator.next() >>> 6) * 0x400_0000 + (generator.next() >>> 6) + 0.5) * 2 ** -52;
}

/** A standard normal number, by the ziggurat of {@link SCALE}, {@link INSIDE} and {@link HEIGHT}. */
export const drawNormal: (generator: RandomGenerator) => number = /* @__PURE__ */ withTables(
  SCALE,
  INSIDE,
  HEIGHT,
);

/**
 * Constants of a closure, since V8 folds those into its code; bundlers turn constants of a module into
 * variables, and test runners turn imports into getters.
 */
function withTables(
  scale: Float64Array,
  inside: Float64Array,
  height: Float64Array,
): (generator: RandomGenerator) => number {
  /** The 1 % of cases at a layer's edge, apart so that the rest is small enough to inline; NaN rejects. */
  const atEdge = (generator: RandomGenerator, layer: number, x: number): number => {
    if (layer === 0) return x < 0 ? -drawTail(generator) : drawTail(generator);
    const y = height[layer]! + drawUniform(generator) * (height[layer + 1]! - height[layer]!);
    return y < Math.exp(-0.5 * x * x) ? x : NaN;
  };
  return (generator) => {
    for (;;) {
      const high = generator.next();
      const low = generator.next();
      const layer = (low >>> 2) & 255;
      const position = high * 0x40_0000 + (low >>> 10);
      const x = position * scale[layer]!;
      if (Math.abs(position) < inside[layer]!) return x;
      const edge = atEdge(generator, layer, x);
      if (!Number.isNaN(edge)) return edge;
    }
  };
}

/** A normal number above TAIL_START (Marsaglia & Tsang 2000, section 2). */
function drawTail(generator: RandomGenerator): number {
  for (;;) {
    const x = -Math.log(drawInside(generator)) / TAIL_START;
    const y = -Math.log(drawInside(generator));
    if (y + y > x * x) return TAIL_START + x;
  }
}

/** Up to this many values the product of a 32-bit word and the count is exact in float64. */
const EXACT_PRODUCT = 0x20_0000;

/**
 * An integer in [0, count), unbiased, for 1 ≤ count < 2⁵³.
 *
 * @see Lemire 2019, ACM Trans. Model. Comput. Simul. 29(1), algorithm 5, doi:10.1145/3230636 (for small counts)
 */
export function drawBelow(generator: RandomGenerator, count: number): number {
  if (count > EXACT_PRODUCT) return drawBelowLarge(generator, count);
  let product = (generator.next() >>> 0) * count;
  let rest = product >>> 0;
  if (rest < count) {
    const threshold = 0x1_0000_0000 % count;
    while (rest < threshold) {
      product = (generator.next() >>> 0) * count;
      rest = product >>> 0;
    }
  }
  return (product - rest) / 0x1_0000_0000;
}

function drawBelowLarge(generator: RandomGenerator, count: number): number {
  const limit = 2 ** 53 - (2 ** 53 % count);
  for (;;) {
    const bits = drawUniform(generator) * 2 ** 53;
    if (bits < limit) return bits % count;
  }
}
