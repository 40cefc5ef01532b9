import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberAfterLoss, numberWithSource } from '../src/m7/coagulation/number.js';
import { complementaryError, normalDistribution } from '../src/m7/normal.js';
import { relative } from './blocks.js';

/** dn/dt = c − b n − a n² by many Runge-Kutta steps. */
function integrate(n: number, a: number, b: number, c: number, dt: number): number {
  const steps = 4000;
  const h = dt / steps;
  const slope = (x: number): number => c - b * x - a * x * x;
  for (let i = 0; i < steps; i++) {
    const k1 = slope(n);
    const k2 = slope(n + 0.5 * h * k1);
    const k3 = slope(n + 0.5 * h * k2);
    const k4 = slope(n + h * k3);
    n += (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4);
  }
  return n;
}

const power = (low: number, high: number) =>
  fc.double({ min: low, max: high, noNaN: true }).map((exponent) => 10 ** exponent);

describe('numbers of coagulating modes', () => {
  it('follow the equation without a source', () => {
    fc.assert(
      fc.property(power(0, 6), power(-10, -8), power(-7, -3), (n, a, b) => {
        expect(relative(numberAfterLoss(n, a, b, 450), integrate(n, a, b, 0, 450))).toBeLessThan(1e-8);
        expect(relative(numberAfterLoss(n, a, 0, 450), integrate(n, a, 0, 0, 450))).toBeLessThan(1e-8);
      }),
      { numRuns: 50 },
    );
  });

  it('follow it with a source', () => {
    fc.assert(
      fc.property(power(0, 6), power(-10, -8), power(-6, -3), power(0, 4), (n, a, b, c) => {
        expect(relative(numberWithSource(n, a, b, c, 450), integrate(n, a, b, c, 450))).toBeLessThan(1e-8);
        const steady = Math.sqrt(c / a);
        const above = 1.5 * steady;
        expect(relative(numberWithSource(above, a, 0, c, 450), integrate(above, a, 0, c, 450))).toBeLessThan(
          1e-8,
        );
        // M7's own exception
        expect(numberWithSource(0.5 * steady, a, 0, c, 450)).toBe(0.5 * steady + c * 450);
      }),
      { numRuns: 50 },
    );
  });

  it('stay without coagulation', () => {
    expect(numberAfterLoss(100, 0, 0, 450)).toBe(100);
    expect(numberWithSource(100, 0, 0, 2, 450)).toBe(1000);
    expect(relative(numberWithSource(100, 0, 1e-3, 2, 450), integrate(100, 0, 1e-3, 2, 450))).toBeLessThan(
      1e-10,
    );
  });
});

describe('complementaryError', () => {
  it.each([
    // scipy.special.erfc
    [0, 1],
    [0.1, 0.8875370839817152],
    [0.5, 0.4795001221869535],
    [1, 0.15729920705028516],
    [1.9, 0.007209570764742531],
    [2, 0.004677734981047266],
    [3, 2.2090496998585445e-5],
    [6, 2.1519736712498913e-17],
    [-1, 1.8427007929497148],
  ])('of %d', (x, expected) => {
    expect(relative(complementaryError(x), expected)).toBeLessThan(1e-13);
  });

  it('gives the normal distribution', () => {
    expect(normalDistribution(0)).toBe(0.5);
    expect(normalDistribution(1.959963984540054)).toBeCloseTo(0.975, 12);
    expect(normalDistribution(-40)).toBe(0);
    expect(normalDistribution(40)).toBe(1);
  });
});
