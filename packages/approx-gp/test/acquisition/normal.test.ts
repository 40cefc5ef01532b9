import { describe, expect, it } from 'vitest';
import {
  logImprovement,
  logImprovementSlope,
  logNormalCdf,
  logNormalCdfSlope,
  normalCdf,
  scaledErfc,
} from '../../src/acquisition/normal.js';
import {
  ConfidenceBound,
  ExpectedImprovement,
  LogExpectedImprovement,
  LogProbabilityOfImprovement,
} from '../../src/acquisition/analytic.js';

/** exp(x²) erfc(x) by mpmath with 40 digits. */
const ERFCX: [number, number][] = [
  [0, 1],
  [0.5, 0.6156903441929258],
  [1, 0.427583576155807],
  [1.99, 0.2564678367195299],
  [2, 0.2553956763105057],
  [3, 0.17900115118139],
  [4, 0.1369994576250614],
  [5, 0.1107046377330686],
  [10, 0.05614099274382259],
  [50, 0.01128153626532377],
];

describe('normal distribution', () => {
  it.each(ERFCX)('erfcx(%d)', (x, expected) => {
    expect(Math.abs(scaledErfc(x) / expected - 1)).toBeLessThan(1e-13);
  });

  it('has the quantiles everyone knows', () => {
    expect(normalCdf(0)).toBeCloseTo(0.5, 15);
    expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 13);
    expect(normalCdf(-10) / 7.61985302416e-24).toBeCloseTo(1, 10);
    expect(logNormalCdf(-40)).toBeCloseTo(-804.608442013754, 8);
    expect(logNormalCdf(9)).toBeCloseTo(-1.1285884059538405e-19, 30);
  });

  it('log h is continuous where its formulas meet, and its slope is the derivative', () => {
    for (const at of [-1, -1e3, -2.8284271247461903]) {
      const gap = Math.abs(at) * 1e-12;
      const jump = logImprovement(at + gap) - logImprovement(at - gap);
      expect(Math.abs(jump - 2 * gap * logImprovementSlope(at))).toBeLessThan(
        1e-9 * Math.max(1, Math.abs(logImprovement(at))),
      );
    }
    for (const z of [-900, -37, -5, -1.5, -0.5, 0, 2, 8]) {
      const step = 1e-4;
      const difference = (logImprovement(z + step) - logImprovement(z - step)) / (2 * step);
      expect(Math.abs(difference / logImprovementSlope(z) - 1)).toBeLessThan(1e-6);
      const cdf = (logNormalCdf(z + step) - logNormalCdf(z - step)) / (2 * step);
      expect(Math.abs(cdf - logNormalCdfSlope(z))).toBeLessThan(1e-6 * Math.max(1, Math.abs(z)));
    }
    expect(logImprovement(-1e8)).toBeCloseTo(-5e15 - 37.7, -2);
  });
});

describe('analytic acquisitions', () => {
  const all = [
    new ExpectedImprovement(0.4, 0.1),
    new LogExpectedImprovement(0.4, 0.1),
    new LogProbabilityOfImprovement(0.4),
    new ConfidenceBound(2),
  ];

  it.each(all)('$name: derivatives agree with differences', (acquisition) => {
    for (const [mean, deviation] of [
      [0.1, 0.3],
      [0.9, 0.2],
      [5, 0.3],
    ] as const) {
      acquisition.evaluate(mean, deviation);
      const { byMean, byDeviation } = acquisition;
      const step = 1e-6;
      const inMean =
        acquisition.evaluate(mean + step, deviation) - acquisition.evaluate(mean - step, deviation);
      const inDeviation =
        acquisition.evaluate(mean, deviation + step) - acquisition.evaluate(mean, deviation - step);
      expect(Math.abs(inMean / (2 * step) - byMean)).toBeLessThan(1e-6 * Math.max(1, Math.abs(byMean)));
      expect(Math.abs(inDeviation / (2 * step) - byDeviation)).toBeLessThan(
        1e-6 * Math.max(1, Math.abs(byDeviation)),
      );
    }
  });

  it('the logarithm of the expected improvement is that', () => {
    const value = new ExpectedImprovement(1).evaluate(1.7, 0.6);
    expect(new LogExpectedImprovement(1).evaluate(1.7, 0.6)).toBeCloseTo(Math.log(value), 12);
    // By numerical integration of max(0, 1 − f) over f ~ N(1.7, 0.6²).
    let sum = 0;
    for (let f = -6; f < 1; f += 1e-4) sum += (1 - f) * Math.exp(-0.5 * ((f - 1.7) / 0.6) ** 2) * 1e-4;
    expect(value).toBeCloseTo(sum / (0.6 * Math.sqrt(2 * Math.PI)), 6);
  });

  it('still tells points apart where the expected improvement is 0', () => {
    const plain = new ExpectedImprovement(0);
    const log = new LogExpectedImprovement(0);
    expect(plain.evaluate(50, 1)).toBe(0);
    expect(log.evaluate(50, 1)).toBeGreaterThan(log.evaluate(51, 1));
    expect(log.byMean).toBeLessThan(-50);
  });
});
