import { regularizedFrankWolfe, type AssignmentLayerOptions } from '@pct/assignment/layers';
import type { NdArray } from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import {
  allAssignments,
  cheapest,
  differencesOf,
  dot,
  expectNear,
  f64,
  gradientOf,
  outputOf,
  randomArray,
} from '../support.js';

const MU = 0.6;
const estimator = regularizedFrankWolfe({ regularization: MU, tolerance: 1e-9, iterations: 10000 });
const cases: [string, NdArray, AssignmentLayerOptions][] = [
  ['square', randomArray(1, [4, 4]), {}],
  ['larger', randomArray(6, [7, 7]), {}],
  ['wide', randomArray(2, [2, 4]), {}],
  ['tall', randomArray(3, [5, 3]), {}],
  ['unmatched', randomArray(4, [3, 4]), { unmatchedCost: 0.3 }],
  [
    'forbidden',
    f64([
      [0.1, Infinity, 0.4],
      [0.3, 0.2, Infinity],
      [Infinity, 0.5, 0.2],
    ]),
    {},
  ],
  ['a batch', randomArray(5, [2, 3, 3]), {}],
];

describe('regularizedFrankWolfe', () => {
  it.each(cases.filter(([name]) => name !== 'a batch'))(
    'satisfies the optimality condition: %s',
    (name, cost, options) => {
      const [rows, columns] = cost.shape as [number, number];
      const y = outputOf(cost, { ...options, estimator });
      // y is least where no assignment is less steep than y itself.
      const price = name === 'unmatched' ? 2 * 0.3 : 0;
      const slopes = Array.from(cost.data, (c, at) => c - price + MU * y[at]!);
      const own = dot(slopes, y);
      for (const other of allAssignments(rows, columns, name === 'unmatched')) {
        expect(dot(slopes, other)).toBeGreaterThan(own - 1e-9);
      }
      expect(y.filter((x) => x > 0).length).toBeGreaterThan(Math.min(rows, columns));
    },
  );

  it.each(cases)('has the derivatives of its output: %s', (_, cost, options) => {
    const g = randomArray(9, cost.shape, -1, 1);
    const all = { ...options, estimator };
    const found = gradientOf(cost, g, all);
    expect(Math.max(...found.map(Math.abs))).toBeGreaterThan(0.1);
    expectNear(found, differencesOf(cost, g, all), 1e-6);
  });

  it('is the projection to a segment for 2 x 2', () => {
    const cost = f64([
      [0.1, 0.4],
      [0.3, 0.4],
    ]);
    // y = [[a, 1 - a], [1 - a, a]], least at a = 1/2 - (c00 + c11 - c01 - c10) / (4 μ)
    const a = 0.5 + 0.2 / (4 * MU);
    expectNear(outputOf(cost, { estimator }), [a, 1 - a, 1 - a, a]);
    const slope = 1 / (4 * MU);
    const g = f64([
      [1, 0],
      [0, 0],
    ]);
    expectNear(gradientOf(cost, g, { estimator }), [-slope, slope, slope, -slope]);
  });

  it('is the best assignment, without derivative, where the square weighs little', () => {
    const cost = randomArray(3, [4, 4]);
    const sharp = regularizedFrankWolfe({ regularization: 1e-3 });
    expectNear(outputOf(cost, { estimator: sharp }), cheapest(Array.from(cost.data), 4, 4));
    expectNear(gradientOf(cost, randomArray(1, [4, 4]), { estimator: sharp }), new Array(16).fill(0));
  });

  it('ends after the steps that it may take', () => {
    const cost = randomArray(1, [6, 6], 0, 0.1);
    const y = outputOf(cost, { estimator: regularizedFrankWolfe({ iterations: 1 }) });
    expect(y.every((x) => x >= 0)).toBe(true);
    expect(y.reduce((sum, x) => sum + x, 0)).toBeCloseTo(6, 9);
  });

  it('needs to know what staying unmatched costs', () => {
    const solver = {
      solve: () => ({
        rowToColumn: Int32Array.of(-1, 0),
        columnToRow: Int32Array.of(1, -1),
        cost: 0,
        rowDuals: new Float64Array(2),
        columnDuals: new Float64Array(2),
      }),
    };
    expect(() =>
      outputOf(
        f64([
          [1, 2],
          [3, 4],
        ]),
        { estimator, solver },
      ),
    ).toThrow(
      'assignmentLayer(regularizedFrankWolfe): solver must match all of the shorter side; give unmatchedCost',
    );
  });

  it.each([
    [{ regularization: 0 }, 'regularizedFrankWolfe: regularization must be a finite number above 0, got 0'],
    [{ iterations: 0.5 }, 'regularizedFrankWolfe: iterations must be an integer of at least 1, got 0.5'],
    [{ tolerance: 0 }, 'regularizedFrankWolfe: tolerance must be a finite number above 0, got 0'],
  ])('refuses %j', (options, message) => {
    expect(() => regularizedFrankWolfe(options)).toThrow(message);
  });
});
