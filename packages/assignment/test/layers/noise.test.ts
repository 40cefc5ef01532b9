import { fillNoise, fillSumOfGamma, noiseScore, noiseStream } from '@pct/assignment/layers';
import { describe, expect, it } from 'vitest';
import { expectNear } from './support.js';

const COUNT = 40_000;
const moments = (x: ArrayLike<number>) => {
  const values = Array.from(x);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
};

describe('fillNoise', () => {
  it.each([
    ['gaussian', 1],
    ['gumbel', Math.PI ** 2 / 6],
  ] as const)('has mean 0 and its variance: %s', (kind, variance) => {
    const found = moments(fillNoise(new Float64Array(COUNT), kind, noiseStream(1, 0, 0)));
    expect(Math.abs(found.mean)).toBeLessThan(0.03);
    expect(Math.abs(found.variance - variance)).toBeLessThan(0.08);
  });

  it.each(['gaussian', 'gumbel'] as const)(
    'has scores that are minus the slope of the log density: %s',
    (kind) => {
      // Integration by parts: E[score(z) z] = 1, E[score(z)] = 0.
      const z = fillNoise(new Float64Array(COUNT), kind, noiseStream(2, 0, 0));
      expect(Math.abs(moments(z.map((x) => noiseScore(kind, x))).mean)).toBeLessThan(0.03);
      expect(Math.abs(moments(z.map((x) => x * noiseScore(kind, x))).mean - 1)).toBeLessThan(0.06);
    },
  );

  it('is fixed by seed, example and sample', () => {
    const at = (...key: [number, number, number]) =>
      fillNoise(new Float64Array(3), 'gaussian', noiseStream(...key)).join();
    const all = [at(1, 0, 0), at(2, 0, 0), at(1, 1, 0), at(1, 0, 1), at(0, 1, 1)];
    expect(new Set(all).size).toBe(5);
    expect(at(1, 1, 0)).toBe(all[2]);
    // The streams are part of what the package promises.
    const first = (kind: 'gaussian' | 'gumbel') => fillNoise(new Float64Array(3), kind, noiseStream(7, 3, 2));
    expectNear(first('gaussian'), [-0.22171126388054738, 1.1612495338058304, -0.4212040378447811], 1e-14);
    expectNear(first('gumbel'), [0.13614413461127794, -0.08146090559538777, -1.0689227357451245], 1e-14);
  });
});

describe('fillSumOfGamma', () => {
  it.each([1, 3, 8])('sums to nearly a Gumbel number: %i', (k) => {
    const terms = 60;
    const out = fillSumOfGamma(new Float64Array(k * 1500), noiseStream(3, 0, 0), { k, terms });
    const sums = Float64Array.from({ length: 1500 }, (_, at) =>
      out.subarray(at * k, (at + 1) * k).reduce((sum, x) => sum + x, 0),
    );
    // The sum of k Gamma(1/k, k/s) is k/s times an exponential number; divided by k, these add up to a Gumbel one.
    const harmonic = Array.from({ length: terms }, (_, s) => 1 / (s + 1)).reduce((sum, x) => sum + x, 0);
    const squares = Array.from({ length: terms }, (_, s) => 1 / (s + 1) ** 2).reduce((sum, x) => sum + x, 0);
    const { mean, variance } = moments(sums);
    expect(Math.abs(mean - (harmonic - Math.log(terms)))).toBeLessThan(0.08);
    expect(Math.abs(variance - squares)).toBeLessThan(0.25);
    expect(Math.abs(mean - 0.5772)).toBeLessThan(0.1);
  });
});
