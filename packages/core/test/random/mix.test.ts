import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absorb, absorbText, BlockKind, ORIGIN, type Words } from '../../src/random/mix.js';

const rotate = (x: number, bits: number) => (x << bits) | (x >>> (32 - bits));

/** One round of Chaskey's permutation, run backwards. */
function undoRound([v0, v1, v2, v3]: Words): Words {
  let [a, b, c, d] = [v0, v1, rotate(v2, 16), v3];
  b = rotate(b ^ c, 25);
  c = (c - b) | 0;
  d = rotate(d ^ a, 19);
  a = (a - d) | 0;
  d = rotate(d ^ c, 24);
  c = (c - d) | 0;
  a = rotate(a, 16);
  b = rotate(b ^ a, 27);
  a = (a - b) | 0;
  return [a, b, c, d];
}

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

describe('absorb', () => {
  it('can be undone, so different blocks never give the same identity', () => {
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), word, word, word, (identity, x, y, z) => {
        let words = absorb(identity, x, y, z, BlockKind.numberKey);
        for (let round = 0; round < 12; round++) words = undoRound(words);
        const [a, b, c, d] = identity;
        expect(words).toEqual([a ^ x, b ^ y, c ^ z, d ^ BlockKind.numberKey]);
      }),
    );
  });

  it('lets each of the 128 output bits depend on each of the 128 input bits', () => {
    const trials = 400;
    const flips = new Int32Array(128 * 128);
    for (let trial = 0; trial < trials; trial++) {
      const start = absorb(ORIGIN, trial, 0, 0, BlockKind.seed);
      const before = absorb(start, 0, 0, 0, BlockKind.numberKey);
      for (let i = 0; i < 128; i++) {
        const changed = start.map((w, at) => (at === i >> 5 ? w ^ (1 << (i & 31)) : w)) as unknown as Words;
        const after = absorb(changed, 0, 0, 0, BlockKind.numberKey);
        for (let j = 0; j < 128; j++)
          flips[128 * i + j]! += ((before[j >> 5]! ^ after[j >> 5]!) >>> (j & 31)) & 1;
      }
    }
    // The extremes of 16 384 binomial numbers lie some 4 standard deviations out.
    const deviations = flips.map((count) => Math.abs(count - trials / 2));
    expect(Math.max(...deviations) / Math.sqrt(trials / 4)).toBeLessThan(5);
  });
});

describe('absorbText', () => {
  it('tells texts apart that share their code units', () => {
    const texts = [
      '',
      '\0',
      '\0\0',
      'a',
      'a\0',
      'ab',
      'ba',
      'abcdef',
      'abcdef\0',
      'abcdefg',
      'abcdefabcdef',
      'é',
      'e\u0301',
    ];
    expect(new Set(texts.map((text) => absorbText(ORIGIN, text).join())).size).toBe(texts.length);
  });
});
