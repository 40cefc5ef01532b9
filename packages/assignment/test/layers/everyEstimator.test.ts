import type { AssignmentLayerOptions } from '@pct/assignment/layers';
import { InfeasibleAssignmentError, InvalidArgumentError, NumericalError } from '@pct/core';
import { array, constant, type NdArray } from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { estimators } from './estimators.js';
import { expectNear, f64, gradientOf, outputOf, randomArray } from './support.js';

const slice = ({ data, shape }: NdArray, k: number): NdArray => {
  const size = shape[1]! * shape[2]!;
  return { data: data.slice(k * size, (k + 1) * size), shape: shape.slice(1) };
};

describe.each(Object.entries(estimators))('assignmentLayer with %s', (kind, make) => {
  const shapes = [
    [3, 4, 4],
    [3, 2, 4],
    [3, 4, 2],
  ];

  it.each(shapes)('gives the same for a batch as for its problems: %i x %i x %i', (...shape) => {
    const cost = randomArray(1, shape);
    const g = randomArray(2, shape, -1, 1);
    const size = shape[1]! * shape[2]!;
    const y = outputOf(cost, { estimator: make() });
    const gradient = gradientOf(cost, g, { estimator: make() });
    expect(y.every((x) => x >= 0 && x < 1 + 1e-9)).toBe(true);
    expect(y.reduce((total, x) => total + x, 0)).toBeCloseTo(3 * Math.min(shape[1]!, shape[2]!), 4);
    for (let k = 0; k < 3; k++) {
      const examples = constant(array([k], 'int32'));
      const options: AssignmentLayerOptions = { estimator: make(), examples };
      expectNear(
        outputOf({ ...slice(cost, k), shape: [1, ...shape.slice(1)] }, options),
        y.slice(k * size, (k + 1) * size),
      );
      const alone = gradientOf(
        { ...slice(cost, k), shape: [1, ...shape.slice(1)] },
        { ...slice(g, k), shape: [1, ...shape.slice(1)] },
        options,
      );
      expectNear(alone, gradient.slice(k * size, (k + 1) * size));
    }
    expectNear(outputOf(slice(cost, 0), { estimator: make() }), y.slice(0, size));
  });

  it('gives 0 and gradient 0 where the mask or Infinity forbids, whatever the cost there', () => {
    const allowed = [
      [1, 0, 1],
      [1, 1, 0],
      [0, 1, 1],
    ];
    const base = randomArray(3, [3, 3]).data;
    const costs = (forbidden: number): NdArray => ({
      data: Float64Array.from(base, (c, at) => (allowed[Math.floor(at / 3)]![at % 3] === 1 ? c : forbidden)),
      shape: [3, 3],
    });
    const g = randomArray(4, [3, 3], -1, 1);
    const mask = constant(array(allowed, 'bool'));
    const infinite = { estimator: make() };
    const y = outputOf(costs(Infinity), infinite);
    const gradient = gradientOf(costs(Infinity), g, infinite);
    for (const forbidden of [0, -5, NaN]) {
      expectNear(outputOf(costs(forbidden), { estimator: make(), mask }), y);
      expectNear(gradientOf(costs(forbidden), g, { estimator: make(), mask }), gradient);
    }
    allowed.flat().forEach((one, at) => {
      if (one === 0) expect([y[at], gradient[at]! + 0]).toEqual([0, 0]);
    });
  });

  it('finds the largest total of scores', () => {
    const cost = randomArray(5, [3, 4]);
    const scores = { data: cost.data.map((c) => -c), shape: [3, 4] };
    const g = randomArray(6, [3, 4], -1, 1);
    expectNear(
      outputOf(scores, { estimator: make(), maximize: true }),
      outputOf(cost, { estimator: make() }),
    );
    expectNear(
      gradientOf(scores, g, { estimator: make(), maximize: true }),
      gradientOf(cost, g, { estimator: make() }).map((x) => -x),
    );
  });

  it('leaves what costs more than staying unmatched', () => {
    const cost = f64([
      [1, 9, 9],
      [9, 9, 8],
    ]);
    const y = outputOf(cost, { estimator: make(), unmatchedCost: 2 });
    expect(y[0]).toBeGreaterThan(0.5);
    expect(y.slice(1).every((x) => x < 0.5)).toBe(true);
    expect(gradientOf(cost, randomArray(1, [2, 3]), { estimator: make(), unmatchedCost: 2 })).toHaveLength(6);
  });

  it.each([
    ['equal', (): number => 1],
    ['tied', (at: number): number => at % 2],
    ['near 1e300', (at: number): number => (at % 3 === 0 ? 1e300 : -1e300)],
    ['tiny', (at: number): number => at * 5e-324],
  ])('ends, without NaN, where costs are %s', (name, cost) => {
    const costs = { data: Float64Array.from({ length: 16 }, (_, at) => cost(at)), shape: [4, 4] };
    if (name === 'near 1e300' && kind.endsWith('sinkhorn')) {
      expect(() => outputOf(costs, { estimator: make() })).toThrow(NumericalError);
      return;
    }
    const y = outputOf(costs, { estimator: make() });
    expect(y.reduce((total, x) => total + x, 0)).toBeCloseTo(4, 3);
    const gradient = gradientOf(costs, randomArray(1, [4, 4], -1, 1), { estimator: make() });
    expect(gradient.every((x) => Number.isFinite(x))).toBe(true);
  });

  it('takes problems of no size', () => {
    for (const shape of [
      [0, 3],
      [3, 0],
      [0, 2, 2],
    ]) {
      const empty = { data: new Float64Array(0), shape };
      expect(outputOf(empty, { estimator: make() })).toEqual([]);
    }
  });

  it('refuses NaN, and rows that cannot be matched', () => {
    const nan = f64([
      [1, 2],
      [NaN, 3],
    ]);
    expect(() => outputOf(nan, { estimator: make() })).toThrow(InvalidArgumentError);
    expect(() => outputOf(nan, { estimator: make() })).toThrow(
      /^assignmentLayer\(\w+\): cost at problem 0, row 1, column 0 must be a finite number .* got NaN/,
    );
    const blocked = f64([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2],
        [Infinity, Infinity],
      ],
    ]);
    expect(() => outputOf(blocked, { estimator: make() })).toThrow(InfeasibleAssignmentError);
    expect(() => outputOf(blocked, { estimator: make() })).toThrow(/problem 1: .*row 1 has no allowed pair/);
    expect(outputOf(blocked, { estimator: make(), unmatchedCost: 5 })).toHaveLength(8);
  });
});
