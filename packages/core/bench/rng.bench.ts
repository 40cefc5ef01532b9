import { createRng } from '@pct/core';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { bench, describe } from 'vitest';

// Measure the built files (TEST_BUILT=1): with sources vitest turns every import into the call of a getter.

/** Draws per iteration: mean milliseconds of an iteration are nanoseconds per draw. */
const DRAWS = 1_000_000;
const options = { warmupIterations: 3, iterations: 10, time: 0 };
const state = createRng(1).getState().generator;

// The sums keep V8 from dropping the loops.
let sink = 0;

/** The same generator with its state in the object that draws: what staying on pure-rand's could cost. */
class Inlined {
  private s01: number;
  private s00: number;
  private s11: number;
  private s10: number;

  constructor([s01, s00, s11, s10]: readonly number[]) {
    this.s01 = s01!;
    this.s00 = s00!;
    this.s11 = s11!;
    this.s10 = s10!;
  }

  private next(): number {
    const { s01, s00, s11, s10 } = this;
    const out = (s00 + s10) | 0;
    const a0 = s10 ^ s00;
    const a1 = s11 ^ s01;
    this.s00 = (s00 << 24) ^ (s01 >>> 8) ^ a0 ^ (a0 << 16);
    this.s01 = (s01 << 24) ^ (s00 >>> 8) ^ a1 ^ ((a1 << 16) | (a0 >>> 16));
    this.s10 = (a1 << 5) ^ (a0 >>> 27);
    this.s11 = (a0 << 5) ^ (a1 >>> 27);
    return out;
  }

  uniform(): number {
    return ((this.next() >>> 5) * 0x400_0000 + (this.next() >>> 6)) * 2 ** -53;
  }
}

describe('uniform, ms per 10⁶', () => {
  const rng = createRng(1);
  const inlined = new Inlined(state);
  const generator = xoroshiro128plusFromState(state);
  bench(
    'Rng.uniform',
    () => {
      let sum = 0;
      for (let i = 0; i < DRAWS; i++) sum += rng.uniform();
      sink += sum;
    },
    options,
  );
  bench(
    'the generator inlined',
    () => {
      let sum = 0;
      for (let i = 0; i < DRAWS; i++) sum += inlined.uniform();
      sink += sum;
    },
    options,
  );
  bench(
    'uniformFloat64 of pure-rand',
    () => {
      let sum = 0;
      for (let i = 0; i < DRAWS; i++) sum += uniformFloat64(generator);
      sink += sum;
    },
    options,
  );
});

describe('normal, ms per 10⁶', () => {
  const rng = createRng(1);
  const out = new Float64Array(DRAWS);
  bench(
    'Rng.normal',
    () => {
      let sum = 0;
      for (let i = 0; i < DRAWS; i++) sum += rng.normal();
      sink += sum;
    },
    options,
  );
  bench(
    'Rng.fillNormal',
    () => {
      sink += rng.fillNormal(out)[0]!;
    },
    options,
  );
  bench(
    'Box-Muller, both numbers used',
    () => {
      let sum = 0;
      for (let i = 0; i < DRAWS; i += 2) {
        const radius = Math.sqrt(-2 * Math.log(1 - rng.uniform()));
        const angle = 2 * Math.PI * rng.uniform();
        sum += radius * Math.cos(angle) + radius * Math.sin(angle);
      }
      sink += sum;
    },
    options,
  );
});

describe('others, ms per 10⁶', () => {
  const rng = createRng(1);
  bench(
    'Rng.exponential',
    () => {
      let sum = 0;
      for (let i = 0; i < DRAWS; i++) sum += rng.exponential();
      sink += sum;
    },
    options,
  );
  bench(
    'Rng.integer(0, 6)',
    () => {
      let sum = 0;
      for (let i = 0; i < DRAWS; i++) sum += rng.integer(0, 6);
      sink += sum;
    },
    options,
  );
  bench(
    'Rng.gumbel',
    () => {
      let sum = 0;
      for (let i = 0; i < DRAWS; i++) sum += rng.gumbel();
      sink += sum;
    },
    options,
  );
  bench(
    'Rng.poisson(3)',
    () => {
      let sum = 0;
      for (let i = 0; i < DRAWS; i++) sum += rng.poisson(3);
      sink += sum;
    },
    options,
  );
  bench(
    'Rng.poisson(300)',
    () => {
      let sum = 0;
      for (let i = 0; i < DRAWS; i++) sum += rng.poisson(300);
      sink += sum;
    },
    options,
  );
  bench(
    'Rng.split and one draw',
    () => {
      let sum = 0;
      for (let i = 0; i < DRAWS; i++) sum += rng.split(i).uniform();
      sink += sum;
    },
    options,
  );
});

if (Number.isNaN(sink)) throw new Error('a draw was NaN');
