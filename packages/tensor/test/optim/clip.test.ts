import { InvalidArgumentError, NumericalError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clipByGlobalNorm,
  clipByGlobalNormInPlace,
  clipByValue,
  clipByValueInPlace,
  globalNorm,
} from '../../src/optim/clip.js';

describe('clipByGlobalNorm', () => {
  it('scales all arrays by one number', () => {
    const gradients = { a: Float64Array.of(3, 0), b: { data: Float32Array.of(4), shape: [1] } };
    expect(globalNorm(gradients)).toBe(5);
    const clipped = clipByGlobalNorm(gradients, 1);
    expect(clipped.a[0]).toBeCloseTo(3 / (5 + 1e-6), 12);
    expect(clipped.b.data[0]).toBeCloseTo(4 / (5 + 1e-6), 6);
    expect(gradients.a).toEqual(Float64Array.of(3, 0));
  });

  it('never leaves a larger norm, and small gradients as they are', () => {
    const vector = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(vector, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (values, maxNorm) => {
        const gradient = Float64Array.from(values);
        const norm = Math.hypot(...values);
        const clipped = clipByGlobalNorm(gradient, maxNorm);
        expect(Math.hypot(...clipped)).toBeLessThanOrEqual(maxNorm * (1 + 1e-12));
        if (norm + 1e-6 <= maxNorm) expect(clipped).toEqual(gradient);
        const own = gradient.slice();
        expect(clipByGlobalNormInPlace(own, maxNorm)).toBeCloseTo(norm, 6);
        expect(own).toEqual(clipped);
      }),
    );
  });

  it('refuses NaN, infinity and a limit of 0', () => {
    expect(() => clipByGlobalNorm(Float64Array.of(NaN), 1)).toThrow(NumericalError);
    expect(() => clipByGlobalNorm(Float64Array.of(Infinity), 1)).toThrow(/norm is Infinity/);
    expect(() => clipByGlobalNorm(Float64Array.of(1), 0)).toThrow(InvalidArgumentError);
  });
});

describe('clipByValue', () => {
  it('limits every element', () => {
    const gradients = [Float64Array.of(-3, 0.5, Infinity), Float32Array.of(2)];
    expect(clipByValue(gradients, 1)).toEqual([Float64Array.of(-1, 0.5, 1), Float32Array.of(1)]);
    expect(gradients[0]).toEqual(Float64Array.of(-3, 0.5, Infinity));
    clipByValueInPlace(gradients, 1);
    expect(gradients).toEqual([Float64Array.of(-1, 0.5, 1), Float32Array.of(1)]);
  });

  it('refuses NaN and a negative limit', () => {
    expect(() => clipByValue({ a: Float64Array.of(1, NaN) }, 1)).toThrow(NumericalError);
    expect(() => clipByValue({ a: Float64Array.of(1, NaN) }, 1)).toThrow(
      'clipByValue: gradients.a holds NaN',
    );
    expect(() => clipByValue(Float64Array.of(1), -1)).toThrow(InvalidArgumentError);
  });
});
