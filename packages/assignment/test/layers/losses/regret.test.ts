import { assignmentLayer, identity, normalizedRegret, regret } from '@pct/assignment/layers';
import { InfeasibleAssignmentError, InvalidArgumentError } from '@pct/core';
import type { Tensor } from '@pct/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allPairs,
  cheapest,
  differentiate,
  dot,
  evaluate,
  expectNear,
  f64,
  flags,
  realMatrix,
} from './support.js';

import { byEnumeration, problem } from './enumeration.js';

describe('regret', () => {
  it('is what the assignment of the predicted costs costs more, as enumeration has it', () => {
    fc.assert(
      fc.property(problem, ([predicted, cost]) => {
        const found = evaluate((a, b) => regret(a, b), f64(predicted), f64(cost));
        expectNear(found, [byEnumeration(predicted, cost).regret], 1e-9);
        expect(found[0]).toBeGreaterThanOrEqual(-1e-9);
        expectNear(
          evaluate((a) => regret(a, a), f64(cost)),
          [0],
        );
      }),
      { numRuns: 60 },
    );
  });

  it('has the true costs as its gradient with respect to the assignment of a layer', () => {
    const predicted = f64([
      [
        [1, 2],
        [2, 4],
      ],
    ]);
    const cost = f64([
      [
        [5, 1],
        [1, 2],
      ],
    ]);
    const layer = (c: Tensor): Tensor => assignmentLayer(c, { estimator: identity({ projection: 'none' }) });
    const { value, gradient } = differentiate((a, b) => regret(a, b, { layer }), predicted, cost);
    // The layer chooses the other diagonal (4 < 5), at true cost 2 of at best 2.
    expect(value).toBe(0);
    expect(gradient).toEqual([-5, -1, -1, -2]);
    expect(differentiate((a, b) => regret(a, b), predicted, cost).gradient).toEqual([0, 0, 0, 0]);
  });

  it('takes a known best assignment, and says if it is none', () => {
    const cost = f64([
      [1, 3],
      [2, 1],
    ]);
    const loss = (a: Tensor, b: Tensor, y: Tensor): Tensor => regret(a, b, { truth: y });
    const predicted = f64([
      [2, 0],
      [0, 2],
    ]);
    expect(
      evaluate(
        loss as never,
        predicted,
        cost,
        flags([
          [1, 0],
          [0, 1],
        ]),
      ),
    ).toEqual([3]);
    expect(() =>
      evaluate(
        loss as never,
        predicted,
        cost,
        flags([
          [1, 1],
          [0, 0],
        ]),
      ),
    ).toThrow(
      'regret: truth must have every row and every column at most once, got a second pair at problem 0, row 0, column 1',
    );
    expect(() =>
      evaluate(
        loss as never,
        predicted,
        cost,
        flags([
          [1, 0],
          [0, 0],
        ]),
      ),
    ).toThrow('regret: truth must have as many pairs as the shorter side, 2, got 1 in problem 0');
    expect(() =>
      evaluate(
        loss as never,
        predicted,
        cost,
        f64([
          [0.5, 0.5],
          [0.5, 0.5],
        ]),
      ),
    ).toThrow('regret: truth must be 1 for its pairs and 0 elsewhere, got 0.5');
  });

  it('leaves forbidden pairs out', () => {
    const predicted = f64([
      [0, 5],
      [5, 0],
    ]);
    const cost = f64([
      [1, 2],
      [3, 4],
    ]);
    const mask = flags([
      [0, 1],
      [1, 1],
    ]);
    const loss = (a: Tensor, b: Tensor, m: Tensor): Tensor => regret(a, b, { mask: m });
    expect(evaluate(loss as never, predicted, cost, mask)).toEqual([0]);
    const infinite = f64([
      [Infinity, 2],
      [3, 4],
    ]);
    expect(evaluate((a, b) => regret(a, b), predicted, infinite)).toEqual([0]);
  });

  it('says which argument has NaN, and which problem has no assignment', () => {
    const nan = f64([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, NaN],
        [3, 4],
      ],
    ]);
    const good = f64([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    const infeasible = f64([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [Infinity, Infinity],
        [3, 4],
      ],
    ]);
    const loss = (a: Tensor, b: Tensor): Tensor => regret(a, b);
    expect(() => evaluate(loss as never, nan, good)).toThrow(InvalidArgumentError);
    expect(() => evaluate(loss as never, nan, good)).toThrow(
      'regret: predictedCost must be finite, or Infinity where a pair is forbidden, got NaN at problem 1, row 0, column 1',
    );
    expect(() => evaluate(loss as never, good, nan)).toThrow('regret: trueCost must be finite');
    expect(() => evaluate(loss as never, good, infeasible)).toThrow(InfeasibleAssignmentError);
    expect(() => evaluate(loss as never, good, infeasible)).toThrow('regret, problem 1');
    const minus = f64([
      [
        [1, -Infinity],
        [3, 4],
      ],
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    expect(() => evaluate(loss as never, minus, good)).toThrow('got -Infinity at problem 0, row 0, column 1');
  });

  it('says if a solver of the user leaves rows unmatched', () => {
    const duals = { rowDuals: new Float64Array(2), columnDuals: new Float64Array(2) };
    const nothing = Int32Array.of(-1, -1);
    const solver = { solve: () => ({ rowToColumn: nothing, columnToRow: nothing, cost: 0, ...duals }) };
    expect(() =>
      evaluate(
        (a) => regret(a, a, { solver }),
        f64([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toThrow('regret: solver must match all 2 of the shorter side, it matched 0 in problem 0');
  });
});

describe('normalizedRegret', () => {
  it('is the sum of regrets over the sum of the sizes of the optimal values', () => {
    const batch = fc.tuple(realMatrix(3, 3), realMatrix(3, 3), realMatrix(3, 3), realMatrix(3, 3));
    fc.assert(
      fc.property(batch, ([p, q, c, d]) => {
        const best = [c, d].map((cost) => Math.abs(dot(cost.flat(), cheapest(cost.flat(), allPairs(cost)))));
        fc.pre(best[0]! + best[1]! > 1e-3);
        const wanted = (byEnumeration(p, c).regret + byEnumeration(q, d).regret) / (best[0]! + best[1]!);
        expectNear(
          evaluate((a, b) => normalizedRegret(a, b), f64([p, q]), f64([c, d])),
          [wanted],
          1e-9,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('is a number also where the optimal values are 0', () => {
    const zero = f64([
      [0, 0],
      [0, 0],
    ]);
    const loss = (a: Tensor, b: Tensor): Tensor => normalizedRegret(a, b);
    expect(evaluate(loss as never, zero, zero)).toEqual([0]);
    expect(
      evaluate(
        loss as never,
        f64([
          [0, 1],
          [1, 0],
        ]),
        f64([
          [1, 0],
          [0, 1],
        ]),
      ),
    ).toEqual([Infinity]);
  });
});
