import { structuredHingeLoss } from '@pct/assignment/layers';
import { InfeasibleAssignmentError } from '@pct/core';
import type { Tensor } from '@pct/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allPairs,
  cheapest,
  differences,
  differentiate,
  dot,
  evaluate,
  expectNear,
  expectSameOnRuntimes,
  f64,
  flags,
  matrixOf,
  realMatrix,
  shapes,
} from './support.js';

const hamming = (a: readonly number[], b: readonly number[]): number => a.filter((x, i) => x !== b[i]).length;
const problem = shapes.chain(([n, m]) => fc.tuple(realMatrix(n, m), fc.nat(), fc.constantFrom(0, 0.5, 3)));

describe('structuredHingeLoss', () => {
  it('is the worst violation of the margin, with the slope of the assignment that has it, by enumeration', () => {
    fc.assert(
      fc.property(problem, ([cost, pick, margin]) => {
        const all = allPairs(cost);
        const truth = all[pick % all.length]!;
        const violation = (y: readonly number[]): number =>
          margin * hamming(y, truth) + dot(cost.flat(), truth) - dot(cost.flat(), y);
        const worst = all.reduce((a, b) => (violation(b) > violation(a) ? b : a));
        const loss = (c: Tensor, y: Tensor): Tensor => structuredHingeLoss(c, y, { margin });
        const arrays = [f64(cost), f64(matrixOf(truth, cost[0]!.length))];
        const found = differentiate(loss, ...arrays);
        expectNear([found.value], [violation(worst)]);
        expectNear(
          found.gradient,
          truth.map((x, i) => x - worst[i]!),
        );
        const predicted = cheapest(cost.flat(), all);
        expect(found.value).toBeGreaterThanOrEqual(margin * hamming(predicted, truth) - 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('is 0 once the truth is cheaper by the margin', () => {
    const truth = f64([
      [1, 0],
      [0, 1],
    ]);
    const loss = (c: Tensor, y: Tensor): Tensor => structuredHingeLoss(c, y);
    expect(
      evaluate(
        loss as never,
        f64([
          [0, 2],
          [2, 0],
        ]),
        truth,
      ),
    ).toEqual([0]);
    expect(
      evaluate(
        loss as never,
        f64([
          [0, 1.5],
          [2, 0],
        ]),
        truth,
      ),
    ).toEqual([0.5]);
  });

  it('has the slopes of its value where it is smooth', () => {
    const cost = f64([
      [0.3, 0.1, 1.7],
      [1.9, 0.2, 0.1],
    ]);
    const truth = f64([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    const loss = (c: Tensor, y: Tensor): Tensor => structuredHingeLoss(c, y, { margin: 0.2 });
    const { gradient } = differentiate(loss, cost, truth);
    expect(gradient.some((x) => x !== 0)).toBe(true);
    expectNear(gradient, differences(loss, [cost, truth]), 1e-8);
  });

  it('has no part in forbidden pairs, and rejects a truth that has one', () => {
    const truth = flags([
      [1, 0],
      [0, 1],
    ]);
    const loss = (c: Tensor, y: Tensor): Tensor => structuredHingeLoss(c, y);
    expect(
      differentiate(
        loss as never,
        f64([
          [5, Infinity],
          [0, 5],
        ]),
        truth,
      ),
    ).toEqual({
      value: 0,
      gradient: [0, 0, 0, 0],
    });
    const forbidden = f64([
      [Infinity, 1],
      [1, 0],
    ]);
    expect(() => evaluate(loss as never, forbidden, truth)).toThrow(InfeasibleAssignmentError);
    expect(() => evaluate(loss as never, forbidden, truth)).toThrow(
      'structuredHingeLoss: truth has a forbidden pair at problem 0, row 0, column 0',
    );
  });

  it('is the same on onnxruntime', async () => {
    const cost = f64([
      [
        [0.3, 0.1],
        [1.9, 0.2],
        [1, 1],
      ],
      [
        [2, 1],
        [0, 3],
        [5, 1],
      ],
    ]);
    const truth = f64([
      [
        [1, 0],
        [0, 1],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 1],
        [1, 0],
      ],
    ]);
    await expectSameOnRuntimes(() => (c, y) => structuredHingeLoss(c, y), [cost, truth]);
  });

  it('says what does not fit', () => {
    const a = f64([
      [1, 2],
      [3, 4],
    ]);
    expect(() => evaluate((c) => structuredHingeLoss(c, c, { margin: -1 }), a)).toThrow(
      'structuredHingeLoss: margin must be',
    );
    expect(() => evaluate((c) => structuredHingeLoss(c, c, { margin: NaN }), a)).toThrow('margin');
    expect(() => evaluate((c) => structuredHingeLoss(c, c), a)).toThrow(
      'structuredHingeLoss: truth must be 1 for its pairs and 0 elsewhere, got 2',
    );
    expect(() => evaluate((c, y) => structuredHingeLoss(c, y), f64([[NaN, 2]]), f64([[1, 0]]))).toThrow(
      'structuredHingeLoss: predictedCost must be finite',
    );
  });
});
