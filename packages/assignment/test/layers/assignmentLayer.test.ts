import { sparseSolver } from '@pct/assignment';
import {
  assignmentLayer,
  blackbox,
  identity,
  perturbed,
  regularizedFrankWolfe,
  sinkhorn,
  type AssignmentLayerOptions,
} from '@pct/assignment/layers';
import { ShapeError } from '@pct/core';
import {
  array,
  constant,
  float32,
  float64,
  grad,
  int32,
  jvp,
  mul,
  sum,
  trace,
  type Tensor,
  type TensorSpec,
} from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { cheapest, evaluate, expectNear, f64, gradientOf, outputOf, randomArray } from './support.js';

describe('assignmentLayer', () => {
  const cost = randomArray(1, [3, 3]);
  const g = randomArray(2, [3, 3], -1, 1);

  it('is exact, and blackbox with lambda 20, by default', () => {
    expect(outputOf(cost)).toEqual(cheapest(Array.from(cost.data), 3, 3));
    expect(gradientOf(cost, g)).toEqual(gradientOf(cost, g, { estimator: blackbox({ lambda: 20 }) }));
    expect(gradientOf(cost, g).some((x) => x !== 0)).toBe(true);
  });

  it('solves with the solver that it is given', () => {
    let calls = 0;
    const inner = sparseSolver();
    const solver = {
      solve(matrix: Parameters<typeof inner.solve>[0]) {
        calls++;
        return inner.solve(matrix);
      },
    };
    expect(outputOf(cost, { solver })).toEqual(outputOf(cost));
    expect(gradientOf(cost, g, { solver })).toEqual(gradientOf(cost, g));
    expect(calls).toBeGreaterThan(1);
  });

  it('raises true pairs and lowers others by half of a pairwise margin', () => {
    const truth = array(
      [
        [1, 0, 0],
        [0, 0, 1],
        [0, 1, 0],
      ],
      'float64',
    );
    const alpha = 0.3;
    const shifted = {
      data: Float64Array.from(cost.data, (c, at) => c + (truth.data[at] === 1 ? 0.15 : -0.15)),
      shape: [3, 3],
    };
    for (const form of [truth, array([1, 0, 0, 0, 0, 1, 0, 1, 0], 'bool')]) {
      const like = { data: form.data, shape: [3, 3] };
      const margin = { kind: 'pairwise', alpha, truth: constant(like) } as const;
      const estimator = sinkhorn();
      expectNear(outputOf(cost, { estimator, margin }), outputOf(shifted, { estimator }));
      expectNear(gradientOf(cost, g, { estimator, margin }), gradientOf(shifted, g, { estimator }));
    }
  });

  it('adds alpha y to the gradient for a margin on the total', () => {
    const y = outputOf(cost);
    const plain = gradientOf(cost, g);
    const priced = gradientOf(cost, g, { margin: { kind: 'totalCost', alpha: 0.7 } });
    expectNear(
      priced,
      plain.map((x, at) => x + 0.7 * y[at]!),
    );
    expect(outputOf(cost, { margin: { kind: 'totalCost', alpha: 0.7 } })).toEqual(y);
    const scores = gradientOf({ data: cost.data.map((c) => -c), shape: [3, 3] }, g, {
      maximize: true,
      margin: { kind: 'totalCost', alpha: 0.7 },
    });
    expectNear(
      scores,
      priced.map((x) => -x),
    );
  });

  it('takes a seed that changes from run to run', () => {
    const layer = (c: Tensor, seed: Tensor) =>
      assignmentLayer(c, { estimator: perturbed({ seed, sigma: 1 }) });
    const at = (seed: number) => evaluate(layer, cost, array(seed, 'int32'))[0];
    expect(at(1)).toEqual(outputOf(cost, { estimator: perturbed({ seed: 1, sigma: 1 }) }));
    expect(at(1)).toEqual(at(1));
    expect(at(1)).not.toEqual(at(2));
  });

  it('has forward derivatives where they are symmetric', () => {
    const u = randomArray(3, [3, 3], -1, 1);
    for (const estimator of [
      sinkhorn(),
      sinkhorn({ gradient: 'unrolled' }),
      regularizedFrankWolfe({ regularization: 0.5 }),
      identity(),
    ]) {
      const layer = (c: Tensor) => assignmentLayer(c, { estimator });
      const [pushed] = evaluate((c, v) => jvp(layer, [c], [v])[1], cost, u);
      const pulled = gradientOf(cost, g, { estimator });
      const [left, right] = [
        pushed!.reduce((s, x, k) => s + x * g.data[k]!, 0),
        pulled.reduce((s, x, k) => s + x * u.data[k]!, 0),
      ];
      expect(Math.abs(left)).toBeGreaterThan(0.01);
      expect(left).toBeCloseTo(right, 3);
    }
  });

  it('says which derivatives there are not', () => {
    const pushed = (options: AssignmentLayerOptions) => () =>
      trace((c: Tensor) => jvp((x: Tensor) => assignmentLayer(x, options), [c], [c])[1], float64(3, 3));
    expect(pushed({})).toThrow(
      'assignmentLayer(blackbox): this estimator defines gradients only; use grad or vjp',
    );
    expect(pushed({ estimator: sinkhorn(), margin: { kind: 'totalCost', alpha: 1 } })).toThrow(
      'assignmentLayer: margin of kind totalCost adds to gradients and has no forward derivative',
    );
    const twice = grad((c: Tensor) => sum(grad((x: Tensor) => sum(mul(assignmentLayer(x), x)))(c)));
    expect(() => trace(twice, float64(3, 3))).toThrow(
      'assignmentLayer(blackbox) backward: has no derivative',
    );
  });

  it('refuses a gradient that is not finite', () => {
    const bad = f64([
      [1, 1, 1],
      [1, 1, NaN],
      [1, 1, 1],
    ]);
    expect(() => gradientOf(cost, bad)).toThrow(
      'assignmentLayer(blackbox): the gradient with respect to the assignment must be finite, got NaN at problem 0, row 1, column 2',
    );
  });

  it.each<[string, TensorSpec, (c: Tensor, other: Tensor) => unknown, string]>([
    [
      'int32 costs',
      int32(2, 2),
      (c) => assignmentLayer(c),
      'cost must be float32 or float64, got int32[2, 2]',
    ],
    [
      'one axis',
      float32(4),
      (c) => assignmentLayer(c),
      'cost must be [rows, columns] or [batch, rows, columns], got [4]',
    ],
    ['four axes', float32(1, 1, 2, 2), (c) => assignmentLayer(c), 'got [1, 1, 2, 2]'],
    [
      'an array',
      float32(2, 2),
      () => assignmentLayer([[1]] as never),
      'cost must be a tensor of @pct/tensor, got Array of length 1',
    ],
    [
      'a float mask',
      float32(2, 2),
      (c, o) => assignmentLayer(c, { mask: o }),
      'mask must be bool, got float64[3, 3]',
    ],
    [
      'another truth',
      float32(2, 2),
      (c, truth) => assignmentLayer(c, { margin: { kind: 'pairwise', alpha: 1, truth } }),
      'margin.truth must be bool or float32, got float64[3, 3]',
    ],
    [
      'a truth of another shape',
      float64(2, 2),
      (c, truth) => assignmentLayer(c, { margin: { kind: 'pairwise', alpha: 1, truth } }),
      'margin.truth must have the shape of the costs, float64[2, 2], or that of one of its problems, got float64[3, 3]',
    ],
    [
      'a NaN margin',
      float32(2, 2),
      (c) => assignmentLayer(c, { margin: { kind: 'totalCost', alpha: NaN } }),
      'margin.alpha must be a finite number, got NaN',
    ],
    [
      'another margin',
      float32(2, 2),
      (c) => assignmentLayer(c, { margin: { kind: 'none' } as never }),
      'margin.kind must be one of "pairwise", "totalCost"',
    ],
    [
      'a factory',
      float32(2, 2),
      (c) => assignmentLayer(c, { estimator: blackbox as never }),
      'estimator must have forward and backward, or trace; call the function that makes it',
    ],
    [
      'a float seed',
      float32(2, 2),
      (c, seed) => assignmentLayer(c, { estimator: perturbed({ seed }) }),
      'seed must be int32[], got float64[3, 3]',
    ],
    [
      'other examples',
      float32(2, 2),
      (c, examples) => assignmentLayer(c, { examples }),
      'examples must be int32[1] with one index per problem, got float64[3, 3]',
    ],
    [
      'no solver',
      float32(2, 2),
      (c) => assignmentLayer(c, { solver: {} as never }),
      'solver must be an object with a function solve(cost)',
    ],
    [
      'two prices',
      float32(2, 2),
      (c) => assignmentLayer(c, { solver: sparseSolver(), unmatchedCost: 1 }),
      'unmatchedCost goes to the solver',
    ],
    [
      'maximize',
      float32(2, 2),
      (c) => assignmentLayer(c, { maximize: 1 as never }),
      'maximize must be one of true, false, got 1',
    ],
  ])('refuses %s', (_, spec, layer, message) => {
    const run = () => trace((c: Tensor, other: Tensor) => layer(c, other) as Tensor, spec, float64(3, 3));
    expect(run).toThrow(`assignmentLayer: `);
    expect(run).toThrow(message);
  });

  it('refuses a mask of another shape, and answers of a solver that do not fit', () => {
    const masked = (c: Tensor) => assignmentLayer(c, { mask: constant(array([[1, 0]], 'bool')) });
    expect(() => trace(masked, float64(2, 2))).toThrow(ShapeError);
    const answer = {
      cost: 0,
      columnToRow: new Int32Array(3),
      rowDuals: new Float64Array(3),
      columnDuals: new Float64Array(3),
    };
    const short = { solve: () => ({ ...answer, rowToColumn: new Int32Array(2) }) };
    expect(() => outputOf(cost, { solver: short })).toThrow(
      'assignmentLayer(blackbox), problem 0: solver must answer with rowToColumn [3], rowDuals [3] and columnDuals [3], got lengths 2, 3, 3',
    );
    const wild = { solve: () => ({ ...answer, rowToColumn: Int32Array.of(0, 7, 1) }) };
    expect(() => outputOf(cost, { solver: wild })).toThrow('columns from 0 to 2 or -1, got 7 for row 1');
  });
});
