import {
  contrastiveMapLoss,
  listwiseRankingLoss,
  noiseContrastiveLoss,
  pairwiseRankingLoss,
  pointwiseRankingLoss,
  SolutionCache,
} from '@pct/assignment/layers';
import { createRng, InvalidArgumentError, ShapeError } from '@pct/core';
import type { Tensor } from '@pct/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheOf, combine, expectLoss, mean, problem } from './poolSupport.js';
import {
  allPairs,
  differentiate,
  dot,
  evaluate,
  expectNear,
  expectSameOnRuntimes,
  f64,
  flags,
} from './support.js';

describe('ranking losses', () => {
  it('are their definitions, by enumeration', () => {
    fc.assert(
      fc.property(problem, fc.constantFrom(0, 0.5, 4), (given, margin) => {
        const { predicted, cost, pool } = given;
        const [n, m] = [cost.length, cost[0]!.length];
        const p = pool.map((y) => dot(predicted.flat(), y));
        const c = pool.map((y) => dot(cost.flat(), y));
        expectLoss(
          (a, t) => pointwiseRankingLoss(a, t, { cache: cacheOf(pool, n, m) }),
          given,
          mean(p.map((x, s) => (x - c[s]!) ** 2)),
          combine(
            pool,
            p.map((x, s) => (2 * (x - c[s]!)) / pool.length),
          ),
        );
        const best = c.indexOf(Math.min(...c));
        const hinges = p.map((x, s) => (s === best ? 0 : Math.max(0, margin + p[best]! - x)));
        const others = Math.max(1, pool.length - 1);
        const active = hinges.map((x) => (x > 0 ? 1 / others : 0));
        expectLoss(
          (a, t) => pairwiseRankingLoss(a, t, { cache: cacheOf(pool, n, m), margin }),
          given,
          hinges.reduce((a, b) => a + b, 0) / others,
          combine([pool[best]!, ...pool], [active.reduce((a, b) => a + b, 0), ...active.map((x) => -x)]),
        );
        const temperature = 2;
        const shares = (totals: readonly number[]): number[] => {
          const weights = totals.map((x) => Math.exp(-(x - Math.min(...totals)) / temperature));
          return weights.map((w) => w / weights.reduce((a, b) => a + b, 0));
        };
        const [pPredicted, pTrue] = [shares(p), shares(c)];
        expectLoss(
          (a, t) => listwiseRankingLoss(a, t, { cache: cacheOf(pool, n, m), temperature }),
          given,
          -pTrue.reduce((sum, x, s) => sum + x * Math.log(pPredicted[s]!), 0),
          combine(
            pool,
            pTrue.map((x, s) => (x - pPredicted[s]!) / temperature),
          ),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('are least at the true costs', () => {
    fc.assert(
      fc.property(problem, ({ predicted, cost, pool }) => {
        const [n, m] = [cost.length, cost[0]!.length];
        const at = (loss: typeof listwiseRankingLoss, a: number[][]): number =>
          evaluate((x, t) => loss(x, t, { cache: cacheOf(pool, n, m) }), f64(a), f64(cost))[0]!;
        expect(at(pointwiseRankingLoss, cost)).toBeCloseTo(0, 12);
        expect(at(listwiseRankingLoss, predicted)).toBeGreaterThanOrEqual(
          at(listwiseRankingLoss, cost) - 1e-9,
        );
        const noMargin = evaluate(
          (x, t) => pairwiseRankingLoss(x, t, { cache: cacheOf(pool, n, m), margin: 0 }),
          f64(cost),
          f64(cost),
        );
        expectNear(noMargin, [0]);
      }),
      { numRuns: 20 },
    );
  });

  it('solve the predicted costs if the pool is empty, and take a known truth', () => {
    const predicted = f64([
      [0, 5],
      [5, 0],
    ]);
    const cost = f64([
      [1, 2],
      [2, 1],
    ]);
    const cache = new SolutionCache({ rows: 2, columns: 2, solveProbability: 0 });
    expect(evaluate((a, t) => pointwiseRankingLoss(a, t, { cache }), predicted, cost)).toEqual([4]);
    expect([cache.size, cache.has([0, 1])]).toEqual([1, true]);
    const other = new SolutionCache({ rows: 2, columns: 2, solveProbability: 0 });
    const known = (a: Tensor, t: Tensor, y: Tensor): Tensor =>
      pointwiseRankingLoss(a, t, { cache: other, truth: y });
    expect(
      evaluate(
        known as never,
        predicted,
        cost,
        flags([
          [0, 1],
          [1, 0],
        ]),
      ),
    ).toEqual([36]);
    expect(other.has([1, 0])).toBe(true);
  });

  it('are 0 for a problem that allows nothing of the pool, without NaN in the gradient', () => {
    const cache = new SolutionCache({ rows: 2, columns: 2, solveProbability: 0 });
    cache.add([0, 1]);
    const costs = f64([
      [
        [Infinity, 1],
        [1, 2],
      ],
      [
        [1, 4],
        [2, 3],
      ],
    ]);
    const cost = f64([
      [
        [1, 1],
        [1, 2],
      ],
      [
        [1, 1],
        [1, 2],
      ],
    ]);
    for (const loss of [pointwiseRankingLoss, pairwiseRankingLoss, listwiseRankingLoss]) {
      const both = (a: Tensor, t: Tensor): Tensor => loss(a, t, { cache, reduction: 'none' });
      expect(evaluate(both as never, costs, cost)[0]).toBeCloseTo(0, 15);
      const summed = (a: Tensor, t: Tensor): Tensor => loss(a, t, { cache });
      const { gradient } = differentiate(summed, costs, cost);
      expectNear(gradient.slice(0, 4), [0, 0, 0, 0], 0);
      expect(gradient.every(Number.isFinite)).toBe(true);
    }
  });
});

describe('losses on a cache', () => {
  const predicted = f64([
    [
      [0.3, 2.1, 1.7],
      [1.9, 0.2, 2.2],
    ],
    [
      [1.1, 0.4, 0.9],
      [1, 2, 3],
    ],
  ]);
  const cost = f64([
    [
      [1, 0.5, 1],
      [2, 1, 0.3],
    ],
    [
      [2, 1, 0.4],
      [0.2, 1, 1],
    ],
  ]);
  const truth = f64([
    [
      [0, 1, 0],
      [0, 0, 1],
    ],
    [
      [0, 0, 1],
      [1, 0, 0],
    ],
  ]);

  it('are the same on onnxruntime', async () => {
    const pool = allPairs([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    const cache = (): SolutionCache => cacheOf(pool, 2, 3, 0.5);
    const arrays = [predicted, cost, truth];
    await expectSameOnRuntimes(() => (a, _, y) => noiseContrastiveLoss(a, y, { cache: cache() }), arrays);
    await expectSameOnRuntimes(() => (a, _, y) => contrastiveMapLoss(a, y, { cache: cache() }), arrays);
    for (const loss of [pointwiseRankingLoss, pairwiseRankingLoss, listwiseRankingLoss])
      await expectSameOnRuntimes(() => (a, t, y) => loss(a, t, { cache: cache(), truth: y }), arrays);
  });

  it('say what does not fit', () => {
    const cache = new SolutionCache({ rows: 3, columns: 3 });
    const at =
      (loss: (a: Tensor, t: Tensor, y: Tensor) => Tensor, a = predicted) =>
      () =>
        evaluate(loss, a, cost, truth);
    expect(at((a, _, y) => contrastiveMapLoss(a, y, { cache }))).toThrow(ShapeError);
    expect(at((a, _, y) => contrastiveMapLoss(a, y, { cache }))).toThrow(
      'contrastiveMapLoss: cache is for problems [3, 3], got costs float64[2, 2, 3]',
    );
    const none = {} as SolutionCache;
    expect(at((a, t) => pointwiseRankingLoss(a, t, { cache: none }))).toThrow(
      'pointwiseRankingLoss: cache must be a SolutionCache',
    );
    const fitting = new SolutionCache({ rows: 2, columns: 3 });
    const listwise = (temperature: number) => (a: Tensor, t: Tensor) =>
      listwiseRankingLoss(a, t, { cache: fitting, temperature });
    expect(at(listwise(0))).toThrow(InvalidArgumentError);
    expect(at(listwise(0))).toThrow('listwiseRankingLoss: temperature must be');
    expect(at((a, t) => pairwiseRankingLoss(a, t, { cache: fitting, margin: -1 }))).toThrow(
      'pairwiseRankingLoss: margin must be',
    );
    const nan = f64([
      [
        [NaN, 2, 1],
        [1, 0, 2],
      ],
      [
        [1, 0, 0],
        [1, 2, 3],
      ],
    ]);
    expect(at((a, t) => pointwiseRankingLoss(a, t, { cache: fitting }), nan)).toThrow(
      'pointwiseRankingLoss: predictedCost must be finite, or Infinity where a pair is forbidden, got NaN at problem 0, row 0, column 0',
    );
    expect(at((a) => noiseContrastiveLoss(a, a, { cache: fitting }))).toThrow(
      'noiseContrastiveLoss: truth must be 1',
    );
  });

  it('draw nothing that the seed does not fix', () => {
    const run = (): number[] => {
      const cache = new SolutionCache({ rows: 2, columns: 3, solveProbability: 0.5, seed: 9 });
      const rng = createRng(1);
      return Array.from({ length: 8 }, () => {
        const costs = { data: rng.fillUniform(new Float64Array(12)), shape: [2, 2, 3] };
        return evaluate((a, y) => contrastiveMapLoss(a, y, { cache }), costs, truth)[0]!;
      });
    };
    expect(run()).toEqual(run());
  });
});
