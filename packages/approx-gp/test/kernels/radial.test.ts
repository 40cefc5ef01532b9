import { createRng } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decay } from '../../src/kernels/decay.js';
import { KERNEL_NAMES, PLAIN_RADIALS, radialOf } from '../../src/kernels/radial.js';
import { FORMULAS } from '../helpers/denseOracle.js';
import { relativeDifference } from '../helpers/gradients.js';

describe('decay', () => {
  it('is exp(−a) to a few units of the last place', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 708, noNaN: true }), (a) => {
        // A unit in the last place of a counts a times as much in its exponential.
        expect(Math.abs(decay(a) / Math.exp(-a) - 1)).toBeLessThan(1e-15);
      }),
    );
    expect(decay(0)).toBe(1);
  });

  it('stays small and positive beyond, and NaN is NaN', () => {
    expect(decay(1e9)).toBe(decay(708));
    expect(decay(Infinity)).toBeGreaterThan(0);
    expect(decay(NaN)).toBeNaN();
  });
});

describe.each(KERNEL_NAMES)('%s', (name) => {
  const plain = PLAIN_RADIALS[name];
  const radial = radialOf(name);

  it('has the values of the formula', () => {
    for (const r of [0, 1e-9, 0.3, 1, 7]) {
      const value = Float64Array.of(r * r);
      plain.values(value, 1);
      expect(value[0]! / FORMULAS[name](r)).toBeCloseTo(1, 14);
    }
  });

  it('has the slopes of the formula, by differences', () => {
    const squared = Float64Array.of(0.02, 0.5, 1, 12);
    const slopes = squared.slice();
    plain.slopes(slopes, 4);
    const numerical = squared.map((s) => {
      const h = 1e-5 * s;
      return (FORMULAS[name](Math.sqrt(s + h)) - FORMULAS[name](Math.sqrt(s - h))) / (2 * h);
    });
    expect(relativeDifference(slopes, numerical)).toBeLessThan(1e-8);
  });

  it('has the same bits with WebAssembly and without, for any length', () => {
    const rng = createRng(7);
    for (const count of [1, 24, 25, 301, 4096, 4097, 9001]) {
      const squared = Float64Array.from({ length: count + 3 }, () => rng.exponential() ** 6);
      squared[0] = 0;
      squared[count >> 1] = 1e300;
      for (const what of ['values', 'slopes'] as const) {
        const expected = squared.slice();
        const actual = squared.slice();
        plain[what](expected, count);
        radial[what](actual, count);
        expect(actual).toEqual(expected);
        expect(actual.subarray(count)).toEqual(squared.subarray(count));
      }
    }
  });
});
