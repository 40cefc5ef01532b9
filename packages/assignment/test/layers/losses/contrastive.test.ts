import { contrastiveMapLoss, noiseContrastiveLoss, SolutionCache } from '@pct/assignment/layers';
import type { Tensor } from '@pct/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheOf, combine, expectLoss, mean, problem } from './poolSupport.js';
import {
  allPairs,
  differences,
  differentiate,
  dot,
  evaluate,
  expectNear,
  f64,
  flags,
  matrixOf,
} from './support.js';

describe('contrastive losses', () => {
  it('compare the truth with the pool, at ĉ or at ĉ - c', () => {
    fc.assert(
      fc.property(problem, fc.boolean(), (given, subtract) => {
        const { predicted, cost, truth, pool } = given;
        const [n, m] = [cost.length, cost[0]!.length];
        const p = predicted.flat().map((x, at) => (subtract ? x - cost.flat()[at]! : x));
        const gaps = pool.map((y) => dot(p, truth) - dot(p, y));
        const worst = gaps.indexOf(Math.max(...gaps));
        const options = (t: Tensor) => ({
          cache: cacheOf(pool, n, m),
          ...(subtract ? { trueCost: t } : {}),
        });
        expectLoss(
          (c, t, y) => noiseContrastiveLoss(c, y, options(t)),
          given,
          mean(gaps),
          combine([truth, ...pool], [1, ...pool.map(() => -1 / pool.length)]),
        );
        expectLoss(
          (c, t, y) => contrastiveMapLoss(c, y, options(t)),
          given,
          gaps[worst]!,
          combine([truth, pool[worst]!], [1, -1]),
        );
        expect(gaps[worst]).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 40 },
    );
  });

  it('have the slopes of their values where they are smooth', () => {
    const predicted = f64([
      [0.3, 2.1, 1.7],
      [1.9, 0.2, 2.2],
      [1.1, 0.4, 0.9],
    ]);
    const truth = f64([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
    ]);
    const pool = allPairs(matrixOf(Array.from(predicted.data), 3));
    for (const loss of [noiseContrastiveLoss, contrastiveMapLoss]) {
      const fn = (c: Tensor, y: Tensor): Tensor => loss(c, y, { cache: cacheOf(pool, 3, 3) });
      const { gradient } = differentiate(fn, predicted, truth);
      expect(gradient.some((x) => x !== 0)).toBe(true);
      expectNear(gradient, differences(fn, [predicted, truth]), 1e-8);
    }
  });

  it('add the truths they see and, when drawn, the solutions of predicted costs', () => {
    const costs = f64([
      [
        [0, 5, 5],
        [5, 0, 5],
        [5, 5, 0],
      ],
      [
        [5, 5, 0],
        [0, 5, 5],
        [5, 0, 5],
      ],
    ]);
    const truth = f64([
      [
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, 1],
      ],
      [
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
      ],
    ]);
    for (const probability of [0, 1]) {
      const cache = new SolutionCache({ rows: 3, columns: 3, solveProbability: probability });
      evaluate((c, y) => contrastiveMapLoss(c, y, { cache }), costs, truth);
      expect([cache.has([1, 0, 2]), cache.has([1, 2, 0])]).toEqual([true, true]);
      expect([cache.has([0, 1, 2]), cache.has([2, 0, 1])]).toEqual([probability === 1, probability === 1]);
      expect(cache.size).toBe(2 + 2 * probability);
    }
  });

  it('pass over assignments with pairs that a problem forbids', () => {
    const cache = cacheOf(
      allPairs([
        [0, 0],
        [0, 0],
      ]),
      2,
      2,
    );
    const truth = flags([
      [1, 0],
      [0, 1],
    ]);
    const loss = (c: Tensor, y: Tensor, m: Tensor): Tensor => contrastiveMapLoss(c, y, { cache, mask: m });
    const costs = f64([
      [3, 0],
      [0, 3],
    ]);
    expect(
      evaluate(
        loss as never,
        costs,
        truth,
        flags([
          [1, 1],
          [1, 1],
        ]),
      ),
    ).toEqual([6]);
    expect(
      evaluate(
        loss as never,
        costs,
        truth,
        flags([
          [1, 0],
          [1, 1],
        ]),
      ),
    ).toEqual([0]);
    const infinite = f64([
      [3, 0],
      [Infinity, 3],
    ]);
    expect(evaluate((c, y) => noiseContrastiveLoss(c, y, { cache }), infinite, truth)).toEqual([0]);
  });
});
