import { assignmentLayer, sinkhorn, type AssignmentLayerOptions } from '@pct/assignment/layers';
import {
  float64,
  hessianVectorProduct,
  mul,
  square,
  sum,
  trace,
  type NdArray,
  type Tensor,
} from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { differencesOf, evaluate, expectNear, f64, gradientOf, outputOf, randomArray } from '../support.js';

const kinds = ['implicit', 'unrolled'] as const;
const estimatorOf = (gradient: 'implicit' | 'unrolled', temperature = 0.5) =>
  sinkhorn({ gradient, temperature, iterations: gradient === 'unrolled' ? 60 : 1000, tolerance: 1e-13 });

const cases: [string, NdArray, AssignmentLayerOptions][] = [
  ['square', randomArray(1, [4, 4]), {}],
  ['wide', randomArray(2, [2, 4]), {}],
  ['tall', randomArray(3, [4, 3]), {}],
  ['unmatched', randomArray(4, [3, 4]), { unmatchedCost: { rows: 0.2, columns: [0.1, 0.3, 0.2, 0.4] } }],
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

describe.each(kinds)('sinkhorn, %s', (gradient) => {
  it.each(cases)('has sums of 1 on the shorter side: %s', (name, cost, options) => {
    const y = outputOf(cost, { ...options, estimator: estimatorOf(gradient) });
    const [rows, columns] = cost.shape.slice(-2) as [number, number];
    const line = (of: (i: number, j: number) => number, count: number, length: number) =>
      Array.from({ length: count }, (_, i) =>
        Array.from({ length }, (_, j) => of(i, j)).reduce((sum, x) => sum + x, 0),
      );
    const rowSums = line((i, j) => y[i * columns + j]!, rows, columns);
    const columnSums = line((j, i) => y[i * columns + j]!, columns, rows);
    expect(y.every((x) => x >= 0 && x <= 1)).toBe(true);
    if (name === 'unmatched') {
      expect([...rowSums, ...columnSums].every((x) => x < 1)).toBe(true);
      return;
    }
    expectNear(rows <= columns ? rowSums : columnSums, new Array(Math.min(rows, columns)).fill(1), 1e-9);
    expect([...rowSums, ...columnSums].every((x) => x < 1 + 1e-9)).toBe(true);
    cost.data.forEach((c, at) => {
      if (c === Infinity) expect(y[at]).toBe(0);
    });
  });

  const differentiated = gradient === 'implicit' ? cases : cases.slice(3, 5);
  it.each(differentiated)('has the derivatives of its output: %s', (_, cost, options) => {
    const g = randomArray(9, cost.shape, -1, 1);
    const all = { ...options, estimator: estimatorOf(gradient) };
    const found = gradientOf(cost, g, all);
    expect(Math.max(...found.map(Math.abs))).toBeGreaterThan(0.1);
    expectNear(found, differencesOf(cost, g, all), 1e-6);
  });

  it('tends to the best assignment for small temperatures, and to the mean for large ones', () => {
    const cost = f64([
      [1.1, 0],
      [0.2, 1.5],
    ]);
    expectNear(outputOf(cost, { estimator: estimatorOf(gradient, 0.03) }), [0, 1, 1, 0], 1e-9);
    expectNear(outputOf(cost, { estimator: estimatorOf(gradient, 1e6) }), [0.5, 0.5, 0.5, 0.5], 1e-4);
  });

  it('has a closed form for 2 x 2', () => {
    // y = [[a, 1 - a], [1 - a, a]] with log(a / (1 - a)) = -(c00 + c11 - c01 - c10) / (2 ε)
    const cost = f64([
      [0.1, 0.4],
      [0.3, 0.4],
    ]);
    const a = 1 / (1 + Math.exp((0.1 + 0.4 - 0.4 - 0.3) / (2 * 0.5)));
    expectNear(outputOf(cost, { estimator: estimatorOf(gradient) }), [a, 1 - a, 1 - a, a]);
  });
});

describe('sinkhorn', () => {
  it.each(cases)('is the same implicit and unrolled: %s', (_, cost, options) => {
    const g = randomArray(8, cost.shape, -1, 1);
    const [implicit, unrolled] = kinds.map((gradient) => ({ ...options, estimator: estimatorOf(gradient) }));
    expectNear(outputOf(cost, implicit), outputOf(cost, unrolled), 1e-9);
    expectNear(gradientOf(cost, g, implicit), gradientOf(cost, g, unrolled), 1e-7);
  });

  it('is exact in its implicit derivative where the output is nearly an assignment', () => {
    // J of the closed form above: a (1 - a) / (2 ε), here of the order of 1e-13.
    const cost = f64([
      [0, 1],
      [1, 0],
    ]);
    const slope = Math.exp(-1 / 0.03) / (2 * 0.03);
    const g = f64([
      [1, 0],
      [0, 0],
    ]);
    const found = gradientOf(cost, g, { estimator: sinkhorn({ temperature: 0.03 }) });
    expectNear(
      found.map((x) => x / slope),
      [-1, 1, 1, -1],
      1e-6,
    );
  });

  it('differentiates twice if it is unrolled', () => {
    const cost = randomArray(1, [3, 3]);
    const direction = randomArray(2, [3, 3], -1, 1);
    const estimator = estimatorOf('unrolled', 0.5);
    const loss = (c: Tensor) => sum(square(assignmentLayer(c, { estimator })));
    const [product] = evaluate((c, v) => hessianVectorProduct(loss)(v, c), cost, direction);
    const gradientAt = (by: number) => {
      const data = cost.data.map((x, at) => x + by * direction.data[at]!);
      const y = outputOf({ data, shape: [3, 3] }, { estimator });
      return gradientOf(
        { data, shape: [3, 3] },
        { data: Float64Array.from(y, (x) => 2 * x), shape: [3, 3] },
        { estimator },
      );
    };
    const step = 1e-5;
    const [ahead, behind] = [gradientAt(step), gradientAt(-step)];
    expectNear(
      product!,
      ahead.map((x, at) => (x - behind[at]!) / (2 * step)),
      1e-6,
    );
  });

  it('takes named sizes unrolled where it can know which side is longer', () => {
    const estimator = sinkhorn({ gradient: 'unrolled' });
    const traced = (unmatchedCost?: number) => (c: Tensor) =>
      sum(mul(assignmentLayer(c, { estimator, unmatchedCost }), 2));
    expect(() => trace(traced(), float64('b', 'n', 'm'))).toThrow(
      "assignmentLayer(sinkhorn): rows and columns must be numbers, or have the same name, for gradient 'unrolled', got [n, m]",
    );
    expect(() => trace(traced(), float64('b', 'n', 'n'))).not.toThrow();
    expect(() => trace(traced(0.5), float64('b', 'n', 'm'))).not.toThrow();
  });

  it.each([
    [{ temperature: 0 }, 'sinkhorn: temperature must be a finite number above 0, got 0'],
    [{ iterations: 0 }, 'sinkhorn: iterations must be an integer of at least 1, got 0'],
    [{ tolerance: -1 }, 'sinkhorn: tolerance must be a finite number above 0, got -1'],
    [{ gradient: 'none' as never }, 'sinkhorn: gradient must be one of "implicit", "unrolled", got "none"'],
  ])('refuses %j', (options, message) => {
    expect(() => sinkhorn(options)).toThrow(message);
  });
});
