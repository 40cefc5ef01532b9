import { createRng } from '@pct/core';
import { compile, erf, float64 } from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import type { mathPlaces } from '../../../src/emulator/fused/mathFunctions.js';
import { vectorized } from './support.js';

type Name = keyof typeof mathPlaces;

/** Numbers of all sizes between two powers of ten, of one sign or both. */
function numbers(count: number, from: number, to: number, signs: boolean): Float64Array {
  const rng = createRng(3);
  return Float64Array.from({ length: count }, () => {
    const size = 10 ** rng.uniform(from, to);
    return signs && rng.uniform() < 0.5 ? -size : size;
  });
}

async function truth(name: Name, x: Float64Array): Promise<Float64Array> {
  if (name !== 'erf') return x.map((value) => Math[name](value));
  const program = await compile(erf, [float64('n')], { runtime: 'interpreter' });
  return (await program.run({ data: x, shape: [x.length] })).data as Float64Array;
}

const cases: readonly (readonly [name: Name, x: Float64Array, tolerance: number])[] = [
  ['exp', numbers(4001, -10, 2.8, true), 2e-15],
  ['expm1', numbers(4001, -16, 2.8, true), 5e-15],
  ['log', numbers(4001, -300, 300, false), 1e-15],
  ['log', numbers(4001, -16, -1, true).map((x) => 1 + x), 1e-15],
  ['log1p', numbers(4001, -18, -0.01, true), 2e-15],
  ['log1p', numbers(4001, -1, 30, false), 2e-15],
  ['tanh', numbers(4001, -18, 3, true), 5e-15],
  ['erf', numbers(4001, -18, 2, true), 3e-14],
  ['cbrt', numbers(4001, -300, 300, false), 1e-15],
];

describe.each(cases)('%s', (name, x, tolerance) => {
  it('agrees with the one of JavaScript', async () => {
    const expected = await truth(name, x);
    const values = vectorized(name)(x);
    const wrong = values.findIndex(
      (value, at) => !(Math.abs(value - expected[at]!) <= tolerance * Math.abs(expected[at]!)),
    );
    expect(wrong < 0 || [x[wrong], values[wrong], expected[wrong]]).toBe(true);
  });

  it('keeps NaN', () => {
    expect(vectorized(name)(Float64Array.of(NaN, 1))[0]).toBeNaN();
  });
});

describe('outside of their ranges', () => {
  it('exp and expm1 are finite', () => {
    const x = Float64Array.of(-1e300, -Infinity, 1e300, Infinity);
    const [least, most] = [Math.exp(-708), Math.exp(709)] as const;
    vectorized('exp')(x).forEach((value, at) => {
      expect(Math.abs(value / (at < 2 ? least : most) - 1)).toBeLessThan(1e-14);
    });
    expect(vectorized('expm1')(x)[1]).toBe(-1);
  });

  it('log of 0 is infinite, and logarithms and roots of less are NaN', () => {
    expect(vectorized('log')(Float64Array.of(0, -1))).toEqual(Float64Array.of(-Infinity, NaN));
    expect(vectorized('cbrt')(Float64Array.of(-8, 8))).toEqual(Float64Array.of(NaN, 2));
    expect(vectorized('tanh')(Float64Array.of(-1e9, Infinity))).toEqual(Float64Array.of(-1, 1));
    expect(vectorized('erf')(Float64Array.of(-Infinity, 7))).toEqual(Float64Array.of(-1, 1));
  });
});
