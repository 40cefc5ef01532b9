import fc from 'fast-check';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { drawBelow, drawInside, drawNormal, drawUniform } from '../../src/random/draws.js';
import { drawPoisson } from '../../src/random/poisson.js';
import { HEIGHT, INSIDE, SCALE, TAIL_START } from '../../src/random/ziggurat.js';
import { kolmogorovSmirnov, normalCdf } from './reference.js';

/** A generator that gives the listed words, then those of another one; `used` counts the listed ones. */
function scripted(
  words: readonly number[],
  rest?: RandomGenerator,
): RandomGenerator & { readonly used: number } {
  let used = 0;
  const generator = {
    next: () => {
      if (used < words.length) return words[used++]! | 0;
      if (rest === undefined) throw new Error('out of words');
      return rest.next();
    },
    clone: () => generator,
    getState: () => [],
    get used() {
      return used;
    },
  };
  return generator;
}

const random = (seed: number) => xoroshiro128plusFromState([seed, 17, -3, 99]);
const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const density = (x: number) => Math.exp(-0.5 * x * x);

describe('drawUniform and drawInside', () => {
  it('reach the ends of their ranges, and no further', () => {
    expect(drawUniform(scripted([0, 0]))).toBe(0);
    expect(drawUniform(scripted([-1, -1]))).toBe(1 - 2 ** -53);
    expect(drawInside(scripted([0, 0]))).toBe(2 ** -53);
    expect(drawInside(scripted([-1, -1]))).toBe(1 - 2 ** -53);
  });

  it('use every bit they keep', () => {
    for (let bit = 0; bit < 27; bit++)
      expect(drawUniform(scripted([2 ** (31 - bit), 0]))).toBe(2 ** (-1 - bit));
    for (let bit = 0; bit < 26; bit++)
      expect(drawUniform(scripted([0, 2 ** (31 - bit)]))).toBe(2 ** (-28 - bit));
  });
});

describe('the ziggurat', () => {
  const edge = (layer: number) => (layer === 256 ? 0 : SCALE[layer]! * 2 ** 53);

  it('has layers of one area that cover the density', () => {
    // Lowest layer: the rectangle up to the start of the tail, and the tail.
    const tail = (1 - normalCdf(TAIL_START)) * Math.sqrt(2 * Math.PI);
    const area = TAIL_START * density(TAIL_START) + tail;
    expect(edge(0) * density(edge(1))).toBeCloseTo(area, 12);
    for (let layer = 1; layer < 256; layer++) {
      expect(edge(layer) * (density(edge(layer + 1)) - density(edge(layer)))).toBeCloseTo(area, 11);
    }
  });

  it('has tables that agree with each other', () => {
    for (let layer = 0; layer < 256; layer++) {
      expect(INSIDE[layer]! * SCALE[layer]!).toBeCloseTo(edge(layer + 1), 14);
      expect(HEIGHT[layer + 1]).toBeCloseTo(density(edge(layer + 1)), 15);
    }
  });

  /** Words that give a layer and a place in it, from −1 to 1. */
  const wordsFor = (layer: number, place: number) => [Math.round(place * 2 ** 31) | 0, layer << 2];
  /** Words that give exactly 0, which marks a rejection before. */
  const zero = [0, 0];

  it('takes the place in a layer from other bits than the layer', () => {
    fc.assert(
      fc.property(word, word, fc.nat(255), (high, low, layer) => {
        const inLayer = (low & ~(255 << 2)) | (layer << 2);
        const position = high * 2 ** 22 + Math.floor((low >>> 0) / 2 ** 10);
        fc.pre(Math.abs(position) < INSIDE[layer]!);
        expect(drawNormal(scripted([high, inLayer]))).toBe(position * SCALE[layer]!);
      }),
    );
  });

  it('accepts exactly the points under the density at the edges of layers', () => {
    let accepted = 0;
    let rejected = 0;
    for (let layer = 1; layer < 256; layer += 3) {
      const inner = edge(layer + 1) / edge(layer);
      for (let i = 1; i < 12; i++) {
        for (let j = 0; j < 12; j++) {
          const place = (inner + ((1 - inner) * i) / 12) * (j % 2 === 0 ? 1 : -1);
          const u = j / 12;
          const words = [...wordsFor(layer, place), Math.floor(u * 2 ** 32), 0, ...zero];
          const generator = scripted(words);
          const x = drawNormal(generator);
          const exactPlace = (Math.round(place * 2 ** 31) / 2 ** 31) * edge(layer);
          const low = density(edge(layer));
          const y = low + u * (density(edge(layer + 1)) - low);
          const under = y < density(exactPlace);
          expect(x).toBeCloseTo(under ? exactPlace : 0, 8);
          expect(generator.used).toBe(under ? 4 : 6);
          if (under) accepted++;
          else rejected++;
        }
      }
    }
    expect(Math.min(accepted, rejected)).toBeGreaterThan(2000);
  });

  it('has the tail of the normal distribution on both sides', () => {
    const rest = random(1);
    const beyond = 1 - normalCdf(TAIL_START);
    for (const side of [1, -1]) {
      const words = wordsFor(0, 0.999 * side);
      const tail = Float64Array.from({ length: 20_000 }, () => side * drawNormal(scripted(words, rest)));
      expect(tail.every((x) => x > TAIL_START)).toBe(true);
      expect(kolmogorovSmirnov(tail, (x) => 1 - (1 - normalCdf(x)) / beyond)).toBeLessThan(1.95);
    }
  });
});

describe('drawBelow', () => {
  it('is the high half of word times count, without the words that would bias it', () => {
    const counts = fc.oneof(
      fc.integer({ min: 1, max: 2 ** 21 }),
      fc.integer({ min: 2 ** 21 - 1000, max: 2 ** 21 }),
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), counts, (words, count) => {
        const range = 1n << 32n;
        const products = [...words, 2 ** 31].map((w) => BigInt(w >>> 0) * BigInt(count));
        const unbiased = products.findIndex((product) => product % range >= range % BigInt(count));
        fc.pre(unbiased >= 0);
        const generator = scripted([...words, 2 ** 31]);
        expect(drawBelow(generator, count)).toBe(Number(products[unbiased]! / range));
        expect(generator.used).toBe(unbiased + 1);
      }),
    );
  });

  it('draws again for the rare words', () => {
    // 2³² mod 3·2¹⁹ = 2²⁰: the word 0 has the product 0 below it.
    const generator = scripted([0, 1]);
    expect(drawBelow(generator, 3 * 2 ** 19)).toBe(0);
    expect(generator.used).toBe(2);
  });

  it('is 53 bits modulo a large count, without the last incomplete round', () => {
    const count = 3 * 2 ** 51;
    const generator = scripted([-1, -1, 0, 5 << 6]);
    expect(drawBelow(generator, count)).toBe(5);
    expect(generator.used).toBe(4);
    expect(drawBelow(scripted([0, 7 << 6]), 2 ** 21 + 1)).toBe(7);
  });
});

describe('drawPoisson', () => {
  it('agrees with the rejection rule without its short cuts', () => {
    const logFactorials = [0];
    for (let k = 1; k < 3000; k++) logFactorials.push(logFactorials[k - 1]! + Math.log(k));
    for (const mean of [10, 12.5, 40, 300, 2000]) {
      const b = 0.931 + 2.53 * Math.sqrt(mean);
      const a = -0.059 + 0.02483 * b;
      const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
      const drawn = random(mean);
      const oracle = random(mean);
      for (let i = 0; i < 20_000; i++) {
        let expected = -1;
        while (expected < 0) {
          const u = drawUniform(oracle) - 0.5;
          const v = 1 - drawUniform(oracle);
          const us = 0.5 - Math.abs(u);
          const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
          if (k < 0 || k >= 3000) continue;
          const ratio = Math.log((v * inverseAlpha) / (a / (us * us) + b));
          if (ratio <= k * Math.log(mean) - mean - logFactorials[k]!) expected = k;
        }
        if (drawPoisson(drawn, mean) !== expected) expect.unreachable(`mean ${mean}, draw ${i}`);
      }
      expect(drawn.getState()).toEqual(oracle.getState());
    }
  });
});
