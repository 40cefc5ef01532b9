import { createRng, InvalidArgumentError, Rng, toRng, type RngState } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xoroshiro128plusLow } from './reference.js';

const draws = (rng: Rng, n = 5) => Array.from({ length: n }, () => rng.uniform());
const keys = fc.oneof(fc.maxSafeInteger(), fc.string());
const seeds = fc.oneof(fc.maxSafeInteger(), fc.string(), fc.bigInt());

describe('generator', () => {
  it('is xoroshiro128+, two words per uniform number', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const rng = createRng(seed);
        const words = xoroshiro128plusLow(rng.getState().generator);
        for (let i = 0; i < 20; i++) {
          const high = words.next().value >>> 5;
          const low = words.next().value >>> 6;
          expect(rng.uniform()).toBe((high * 2 ** 26 + low) / 2 ** 53);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('seeds', () => {
  it('are equal as numbers and bigints, and different from text', () => {
    expect(draws(createRng(7))).toEqual(draws(createRng(7n)));
    expect(draws(createRng(-0))).toEqual(draws(createRng(0)));
    expect(draws(createRng(7))).not.toEqual(draws(createRng('7')));
    expect(draws(createRng(2n ** 80n))).not.toEqual(draws(createRng((2n ** 80n).toString(36))));
    expect(draws(createRng(7))).toEqual(draws(Rng.fromSeed(7)));
  });

  it('give a state of 128 bits of which each depends on each bit of the seed', () => {
    // Flipping any of 53 bits of the seed flips each bit of the state in about half of the cases.
    const flips = new Int32Array(128);
    let trials = 0;
    for (let base = 0; base < 40; base++) {
      const seed = 987_654_321 * base;
      const before = createRng(seed).getState().generator;
      for (let bit = 0; bit < 50; bit++) {
        const flipped = Number(BigInt(seed) ^ (1n << BigInt(bit)));
        const after = createRng(flipped).getState().generator;
        for (let i = 0; i < 128; i++) flips[i]! += ((before[i >> 5]! ^ after[i >> 5]!) >>> (i & 31)) & 1;
        trials++;
      }
    }
    const spread = Math.sqrt(trials / 4);
    for (const count of flips) expect(Math.abs(count - trials / 2)).toBeLessThan(4.5 * spread);
  });

  it('give different states', () => {
    const states = new Set<string>();
    for (let seed = -5000; seed < 5000; seed++) states.add(createRng(seed).getState().generator.join());
    for (let i = 0; i < 5000; i++) states.add(createRng(`${i}`).getState().generator.join());
    for (let i = 0; i < 200; i++)
      states.add(
        createRng(1n << BigInt(i + 53))
          .getState()
          .generator.join(),
      );
    expect(states.size).toBe(15_200);
  });

  it('must be safe integers, bigints or strings', () => {
    for (const bad of [NaN, 0.5, Infinity, 2 ** 53, undefined, null, {}, true]) {
      expect(() => createRng(bad as number)).toThrow(InvalidArgumentError);
    }
    expect(() => createRng(0.5)).toThrow(
      'createRng: seed must be a safe integer, a bigint or a string, got 0.5',
    );
    expect(() => Rng.fromSeed(NaN)).toThrow('Rng.fromSeed: seed must be');
  });
});

describe('split', () => {
  it('depends on the identity and the key alone, not on draws or other splits', () => {
    fc.assert(
      fc.property(seeds, keys, fc.nat(20), keys, (seed, key, skip, otherKey) => {
        const parent = createRng(seed);
        draws(parent, skip);
        draws(parent.split(otherKey));
        expect(draws(parent.split(key))).toEqual(draws(createRng(seed).split(key)));
      }),
    );
  });

  it('does not move the parent', () => {
    const parent = createRng(3);
    parent.split(1).uniform();
    expect(draws(parent)).toEqual(draws(createRng(3)));
  });

  it('keeps the kinds of keys and the levels apart', () => {
    const root = createRng(1);
    const streams = [
      root,
      root.split(1),
      root.split('1'),
      root.split(1).split(1),
      root.split('1').split('1'),
      root.split('11'),
      root.split(11),
      root.split(''),
      root.split('\0'),
      root.split('\0\0'),
      root.split('1\0'),
      createRng('1'),
      root.split(1 + 2 ** 32),
      root.split(-1),
    ];
    expect(new Set(streams.map((rng) => draws(rng).join())).size).toBe(streams.length);
  });

  it('rejects keys that are neither safe integers nor strings', () => {
    for (const bad of [NaN, 1.5, 2 ** 60, undefined, null, 1n]) {
      expect(() => createRng(1).split(bad as number)).toThrow(InvalidArgumentError);
    }
    expect(() => createRng(1).split(1.5)).toThrow(
      'Rng.split: key must be a safe integer or a string, got 1.5',
    );
  });
});

describe('state', () => {
  it('resumes the stream and its children, after JSON', () => {
    fc.assert(
      fc.property(seeds, fc.nat(30), (seed, skip) => {
        const rng = createRng(seed).split('part');
        draws(rng, skip);
        const resumed = Rng.fromState(JSON.parse(JSON.stringify(rng.getState())) as RngState);
        expect(resumed.getState()).toEqual(rng.getState());
        expect(draws(resumed.split(3))).toEqual(draws(rng.split(3)));
        expect([resumed.normal(), ...draws(resumed)]).toEqual([rng.normal(), ...draws(rng)]);
      }),
    );
  });

  it('is a copy', () => {
    const rng = createRng(1);
    const state = rng.getState();
    draws(rng);
    expect(state).toEqual(createRng(1).getState());
    const clone = rng.clone();
    expect(draws(clone)).toEqual(draws(rng));
  });

  it('is checked', () => {
    const good = createRng(1).getState();
    const from = (state: unknown) => () => Rng.fromState(state as RngState);
    expect(from(null)).toThrow('Rng.fromState: state must be what Rng.getState returned, got null');
    expect(from({ ...good, algorithm: 'mersenne' })).toThrow(
      'xoroshiro128plus version 1, got "mersenne" version 1',
    );
    expect(from({ ...good, version: 2 })).toThrow('got "xoroshiro128plus" version 2');
    expect(from({ ...good, generator: [0, 0, 0, 0] })).toThrow('state.generator must not be all 0');
    for (const words of [
      [1, 2, 3],
      [1, 2, 3, 0.5],
      [1, 2, 3, 2 ** 31],
      ['1', 2, 3, 4],
      [1, 2, 3, null],
      undefined,
    ]) {
      expect(from({ ...good, generator: words })).toThrow(
        'state.generator must be four signed 32-bit integers',
      );
      expect(from({ ...good, identity: words })).toThrow(
        'state.identity must be four signed 32-bit integers',
      );
    }
  });
});

describe('toRng', () => {
  it('keeps a stream and makes one from a seed', () => {
    const rng = createRng(1);
    expect(toRng(rng)).toBe(rng);
    expect(draws(toRng(5))).toEqual(draws(createRng(5)));
  });

  it('names its caller in errors', () => {
    expect(() => toRng(0.5, 'simulate')).toThrow(
      'simulate: rng must be an Rng or a seed: seed must be a safe integer, a bigint or a string, got 0.5',
    );
    expect(() => toRng({} as Rng)).toThrow('toRng: rng must be an Rng or a seed');
  });
});

describe('arrays', () => {
  it('are filled with what single draws give', () => {
    const n = 300;
    const one = createRng(4);
    expect(createRng(4).fillUniform(new Float64Array(n))).toEqual(
      Float64Array.from({ length: n }, () => one.uniform()),
    );
    const two = createRng(5);
    expect(createRng(5).fillNormal(new Float64Array(n), 2, 3)).toEqual(
      Float64Array.from({ length: n }, () => two.normal(2, 3)),
    );
    const three = createRng(6);
    expect(createRng(6).fillNormal(new Float32Array(n))).toEqual(
      Float32Array.from({ length: n }, () => three.normal()),
    );
  });

  it('of float32 stay below 1', () => {
    const out = createRng(1).fillUniform(new Float32Array(200_000));
    expect(out.every((u) => u >= 0 && u < 1 && Number.isInteger(u * 2 ** 24))).toBe(true);
    expect(out.reduce((a, b) => Math.max(a, b), 0)).toBeGreaterThan(0.9999);
  });

  it('are permuted', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.array(fc.integer(), { maxLength: 40 }), (seed, array) => {
        const given = [...array];
        const shuffled = createRng(seed).shuffle(array);
        expect(array).toEqual(given);
        expect([...shuffled].sort((a, b) => a - b)).toEqual([...given].sort((a, b) => a - b));
        const typed = Int32Array.from(given);
        expect(createRng(seed).shuffleInPlace(typed)).toBe(typed);
        expect([...typed]).toEqual(shuffled);
        const order = createRng(seed).permutation(given.length);
        expect([...order].map((index) => given[index])).toEqual(shuffled);
      }),
    );
  });
});

describe('draws', () => {
  it('stay inside their ranges', () => {
    const limits = fc
      .tuple(
        fc.double({ noNaN: true, min: -1e300, max: 1e300 }),
        fc.double({ noNaN: true, min: -1e300, max: 1e300 }),
      )
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));
    fc.assert(
      fc.property(fc.maxSafeInteger(), limits, (seed, { low, high }) => {
        const x = createRng(seed).uniform(low, high);
        expect(x >= low && x < high).toBe(true);
      }),
    );
    const integers = fc
      .tuple(fc.maxSafeInteger(), fc.maxSafeNat())
      .filter(([low, n]) => n > 0 && Number.isSafeInteger(low + n));
    fc.assert(
      fc.property(fc.maxSafeInteger(), integers, (seed, [low, n]) => {
        const x = createRng(seed).integer(low, low + n);
        expect(Number.isInteger(x) && x >= low && x < low + n).toBe(true);
      }),
    );
  });

  it('between neighbouring floats give the lower one', () => {
    const rng = createRng(1);
    for (let i = 0; i < 50; i++) expect(rng.uniform(1, 1 + Number.EPSILON)).toBe(1);
  });

  it('shift and scale a standard stream', () => {
    const rngs = () => [createRng(9), createRng(9)] as const;
    for (let i = 0; i < 300; i++) {
      let [a, b] = rngs();
      expect(a.normal(3, 2)).toBe(3 + 2 * b.normal());
      [a, b] = rngs();
      expect(a.exponential(4)).toBe(b.exponential() / 4);
      [a, b] = rngs();
      expect(a.gumbel(1, 2)).toBe(1 + 2 * b.gumbel());
    }
  });

  it('of degenerate distributions are their only value', () => {
    const rng = createRng(1);
    expect(rng.normal(5, 0)).toBe(5);
    expect(rng.integer(-3, -2)).toBe(-3);
    expect(rng.poisson(0)).toBe(0);
    expect(rng.categorical([0, 0, 2, 0])).toBe(2);
    expect(rng.permutation(0)).toEqual(new Int32Array(0));
    expect(rng.shuffle([])).toEqual([]);
  });

  it.each<[string, (rng: Rng) => unknown]>([
    ['Rng.uniform: needs finite low < high, got 2 and 1', (rng) => rng.uniform(2, 1)],
    ['Rng.uniform: needs finite low < high, got 1 and 1', (rng) => rng.uniform(1, 1)],
    ['Rng.uniform: needs finite low < high, got NaN and 1', (rng) => rng.uniform(NaN, 1)],
    ['Rng.uniform: needs finite low < high, got -1e+308 and 1e+308', (rng) => rng.uniform(-1e308, 1e308)],
    [
      'Rng.uniform: needs finite low < high, got 1 and undefined',
      (rng) => (rng.uniform as (low: number) => number)(1),
    ],
    ['Rng.normal: mean must be a finite number, got NaN', (rng) => rng.normal(NaN)],
    ['Rng.normal: mean must be a finite number, got Infinity', (rng) => rng.normal(Infinity)],
    ['Rng.normal: sd must be a finite number of at least 0, got -1', (rng) => rng.normal(0, -1)],
    ['Rng.normal: sd must be a finite number of at least 0, got NaN', (rng) => rng.normal(0, NaN)],
    [
      'Rng.fillNormal: sd must be a finite number of at least 0, got -2',
      (rng) => rng.fillNormal(new Float64Array(1), 0, -2),
    ],
    ['Rng.exponential: rate must be finite and above 0, got 0', (rng) => rng.exponential(0)],
    ['Rng.gumbel: location must be finite, got -Infinity', (rng) => rng.gumbel(-Infinity)],
    ['Rng.gumbel: scale must be finite and above 0, got NaN', (rng) => rng.gumbel(0, NaN)],
    [
      'Rng.integer: needs integers low < high whose difference is below 2^53, got 3 and 3',
      (rng) => rng.integer(3, 3),
    ],
    ['got 0.5 and 3', (rng) => rng.integer(0.5, 3)],
    ['got 0 and NaN', (rng) => rng.integer(0, NaN)],
    ['got -9007199254740991 and 9007199254740991', (rng) => rng.integer(-(2 ** 53 - 1), 2 ** 53 - 1)],
    ['Rng.poisson: mean must be from 0 to 1e9, got -1', (rng) => rng.poisson(-1)],
    ['Rng.poisson: mean must be from 0 to 1e9, got NaN', (rng) => rng.poisson(NaN)],
    ['Rng.permutation: n must be an integer from 0 to 2147483647, got -1', (rng) => rng.permutation(-1)],
    [
      'Rng.categorical: weights must be finite and at least 0, got NaN at index 1',
      (rng) => rng.categorical([1, NaN]),
    ],
    [
      'Rng.categorical: weights must be finite and at least 0, got -1 at index 0',
      (rng) => rng.categorical([-1, 2]),
    ],
    [
      'the sum of the weights must be finite and above 0, got 0 from 2 weights',
      (rng) => rng.categorical([0, 0]),
    ],
    ['got 0 from 0 weights', (rng) => rng.categorical([])],
    ['got Infinity from 2 weights', (rng) => rng.categorical([1e308, 1e308])],
  ])('%s', (message, draw) => {
    const call = () => draw(createRng(1));
    expect(call).toThrow(InvalidArgumentError);
    expect(call).toThrow(message);
  });
});
