import { assignmentLayer, identity, normalizedRegret, regret, spoPlusLoss } from '@pct/assignment/layers';
import type { Tensor } from '@pct/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byEnumeration, problem } from './enumeration.js';
import {
  differences,
  differentiate,
  evaluate,
  expectNear,
  expectSameOnRuntimes,
  f64,
  flags,
} from './support.js';

describe('spoPlusLoss', () => {
  it('is its definition, with the subgradient 2 (y*(c) - y*(2ĉ - c)), by enumeration', () => {
    fc.assert(
      fc.property(problem, ([predicted, cost]) => {
        const wanted = byEnumeration(predicted, cost);
        const found = differentiate((a, b) => spoPlusLoss(a, b), f64(predicted), f64(cost));
        expectNear([found.value], [wanted.spo], 1e-9);
        expectNear(found.gradient, wanted.slope);
      }),
      { numRuns: 60 },
    );
  });

  it('is at least the regret, which is at least 0, and 0 at the true costs', () => {
    fc.assert(
      fc.property(problem, ([predicted, cost]) => {
        const arrays = [f64(predicted), f64(cost)];
        const bound = evaluate((a, b) => spoPlusLoss(a, b), ...arrays)[0]!;
        expect(bound).toBeGreaterThanOrEqual(evaluate((a, b) => regret(a, b), ...arrays)[0]! - 1e-9);
        expectNear(
          evaluate((a) => spoPlusLoss(a, a), f64(cost)),
          [0],
        );
      }),
      { numRuns: 60 },
    );
  });

  it('has the slopes of its value where it is smooth', () => {
    const predicted = f64([
      [0.3, 2.1, 1.7],
      [1.9, 0.2, 2.2],
      [1.1, 0.4, 0.9],
    ]);
    const cost = f64([
      [2, 0.5, 1],
      [0.1, 1.5, 0.7],
      [1.3, 2.4, 0.2],
    ]);
    const loss = (a: Tensor, b: Tensor): Tensor => spoPlusLoss(a, b);
    const { gradient } = differentiate(loss, predicted, cost);
    expect(gradient.some((x) => x !== 0)).toBe(true);
    expectNear(gradient, differences(loss, [predicted, cost]), 1e-8);
  });

  it('takes the known best assignment, masks and batches', () => {
    const predicted = f64([
      [
        [0, 5],
        [5, 0],
      ],
      [
        [1, 2],
        [2, 5],
      ],
    ]);
    const cost = f64([
      [
        [1, Infinity],
        [3, 4],
      ],
      [
        [5, 1],
        [1, 1],
      ],
    ]);
    const truth = flags([
      [
        [1, 0],
        [0, 1],
      ],
      [
        [0, 1],
        [1, 0],
      ],
    ]);
    const known = (a: Tensor, b: Tensor, y: Tensor): Tensor =>
      spoPlusLoss(a, b, { truth: y, reduction: 'sum' });
    const solved = (a: Tensor, b: Tensor): Tensor => spoPlusLoss(a, b, { reduction: 'sum' });
    const first = differentiate(known, predicted, cost, truth);
    expect(first).toEqual(differentiate(solved as never, predicted, cost));
    // Problem 0 has one assignment only; in problem 1, 2ĉ - c = [[-3, 3], [3, 9]] ties at 6: both have slope 0 or not.
    expect(first.value).toBe(0);
    expect(first.gradient.slice(0, 4)).toEqual([0, 0, 0, 0]);
  });

  it('is the same on onnxruntime', async () => {
    const predicted = f64([
      [
        [0.3, 2.1],
        [1.9, 0.2],
        [0.5, 1],
      ],
      [
        [1, 2],
        [3, 0.5],
        [2, 2],
      ],
    ]);
    const cost = f64([
      [
        [2, 0.5],
        [0.1, 1.5],
        [3, 3],
      ],
      [
        [3, 1],
        [0.5, 2],
        [1, 1],
      ],
    ]);
    await expectSameOnRuntimes(() => (a, b) => spoPlusLoss(a, b), [predicted, cost]);
    const layer = (c: Tensor): Tensor => assignmentLayer(c, { estimator: identity() });
    await expectSameOnRuntimes(() => (a, b) => regret(a, b, { layer }), [predicted, cost]);
    await expectSameOnRuntimes(() => (a, b) => normalizedRegret(a, b, { layer }), [predicted, cost]);
  });

  it('says what does not fit', () => {
    const a = f64([
      [1, 2],
      [3, 4],
    ]);
    const loss = (x: Tensor, z: Tensor): Tensor => spoPlusLoss(x, z);
    expect(() => evaluate(loss as never, a, f64([[1, 2]]))).toThrow(
      'spoPlusLoss: trueCost must have the shape of predictedCost, float64[2, 2], got float64[1, 2]',
    );
    const single = { data: Float32Array.from(a.data), shape: [2, 2] };
    expect(() => evaluate(loss as never, a, single)).toThrow(
      'spoPlusLoss: trueCost must have the element type of predictedCost, float64, got float32; cast one of them',
    );
    expect(() =>
      evaluate(
        loss as never,
        a,
        f64([
          [NaN, 2],
          [3, 4],
        ]),
      ),
    ).toThrow('spoPlusLoss: trueCost');
    expect(() =>
      evaluate(
        loss as never,
        f64([
          [NaN, 2],
          [3, 4],
        ]),
        a,
      ),
    ).toThrow('spoPlusLoss: predictedCost');
  });
});
