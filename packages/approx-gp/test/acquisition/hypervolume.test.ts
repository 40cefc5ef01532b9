import { createRng, InvalidArgumentError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogExpectedImprovement } from '../../src/acquisition/analytic.js';
import { LogHypervolumeImprovement } from '../../src/acquisition/hypervolume.js';
import { numericalGradient, relativeDifference } from '../helpers/gradients.js';

type Point = readonly [number, number];

/** Area dominated inside the corner, from a grid of all coordinates: no sorting, no strips. */
function area(points: readonly Point[], [right, top]: Point): number {
  const xs = [...new Set([...points.map(([x]) => Math.min(x, right)), right])].sort((a, b) => a - b);
  const ys = [...new Set([...points.map(([, y]) => Math.min(y, top)), top])].sort((a, b) => a - b);
  let sum = 0;
  for (let i = 0; i + 1 < xs.length; i++) {
    for (let k = 0; k + 1 < ys.length; k++) {
      if (points.some(([x, y]) => x <= xs[i]! && y <= ys[k]!)) {
        sum += (xs[i + 1]! - xs[i]!) * (ys[k + 1]! - ys[k]!);
      }
    }
  }
  return sum;
}

/** Expected growth of the area by a sum over a grid of outcomes. */
function byQuadrature(points: readonly Point[], corner: Point, belief: readonly number[]): number {
  const [mean1, deviation1, mean2, deviation2] = belief as [number, number, number, number];
  const before = area(points, corner);
  const nodes = 81;
  let sum = 0;
  let total = 0;
  for (let i = 0; i < nodes; i++) {
    for (let k = 0; k < nodes; k++) {
      const [u, v] = [i, k].map((node) => -6 + (12 * node) / (nodes - 1)) as [number, number];
      const weight = Math.exp(-0.5 * (u * u + v * v));
      const outcome: Point = [mean1 + deviation1 * u, mean2 + deviation2 * v];
      sum += weight * (area([...points, outcome], corner) - before);
      total += weight;
    }
  }
  return sum / total;
}

const front: Point[] = [
  [0, 3],
  [1, 1.5],
  [2.5, 1],
  [2, 2],
  [1, 4],
];
const corner: Point = [4, 5];

describe('LogHypervolumeImprovement', () => {
  it.each([[[1.2, 0.7, 1.1, 0.4]], [[-0.5, 0.3, 2, 1]], [[3, 1, 3, 1]], [[5, 0.8, 0.2, 0.5]]])(
    'is the log of the expected growth of the area: %j',
    (belief) => {
      const worth = new LogHypervolumeImprovement(front.flat(), corner);
      const [a, b, c, d] = belief as [number, number, number, number];
      const exact = byQuadrature(front, corner, belief);
      expect(Math.abs(Math.exp(worth.evaluate(a, b, c, d)) / exact - 1)).toBeLessThan(0.02);
    },
  );

  it('is the certain growth where nothing is uncertain', () => {
    const worth = new LogHypervolumeImprovement(front.flat(), corner);
    for (const point of [
      [0.5, 1.2],
      [-1, 4],
      [3, 0.5],
      [-1, -2],
    ] as Point[]) {
      const growth = area([...front, point], corner) - area(front, corner);
      expect(Math.exp(worth.evaluate(point[0], 1e-9, point[1], 1e-9))).toBeCloseTo(growth, 6);
    }
  });

  it('without a front is the product of two expected improvements', () => {
    const worth = new LogHypervolumeImprovement([9, 0, 0, 9], corner);
    const [one, two] = corner.map((goal) => new LogExpectedImprovement(goal));
    expect(worth.evaluate(3, 2, 7, 0.5)).toBeCloseTo(one!.evaluate(3, 2) + two!.evaluate(7, 0.5), 12);
  });

  it('has the gradient that it says, near and far', () => {
    const rng = createRng(4);
    const close = [...front, [1 + 1e-7, 1.5 - 1e-7] as const];
    for (const spread of [0.05, 0.5, 5]) {
      for (let trial = 0; trial < 30; trial++) {
        const worth = new LogHypervolumeImprovement(close.flat(), corner);
        const at = [rng.normal(2, 3), spread * (0.5 + rng.uniform()), rng.normal(2, 3), spread];
        const f = ([a, b, c, d]: ArrayLike<number> & Iterable<number>): number =>
          worth.evaluate(a!, b!, c!, d!);
        const expected = numericalGradient(f, at, 1e-5 * spread);
        f(at);
        const { byMean, byDeviation } = worth;
        const gradient = [byMean[0]!, byDeviation[0]!, byMean[1]!, byDeviation[1]!];
        expect(relativeDifference(gradient, expected)).toBeLessThan(1e-4);
      }
    }
  });

  it('neither underflows nor overflows, and more points never make more of a point', () => {
    const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    const deviation = fc.double({ min: 1e-3, max: 1e2, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 12 }),
        value,
        deviation,
        value,
        deviation,
        (list, a, b, c, d) => {
          const points = list.slice(0, 2 * (list.length >> 1));
          const worth = new LogHypervolumeImprovement(points, [500, 500]);
          const all = worth.evaluate(a, b, c, d);
          for (const x of [all, ...worth.byMean, ...worth.byDeviation]) expect(x).toSatisfy(Number.isFinite);
          const fewer = new LogHypervolumeImprovement(points.slice(2), [500, 500]).evaluate(a, b, c, d);
          expect(all).toBeLessThanOrEqual(fewer + 1e-6 * Math.max(1, Math.abs(fewer)));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses half points and corners that are no numbers', () => {
    expect(() => new LogHypervolumeImprovement([1, 2, 3], corner)).toThrow(InvalidArgumentError);
    expect(() => new LogHypervolumeImprovement([], [1, NaN])).toThrow('reference[1] must be');
  });
});
