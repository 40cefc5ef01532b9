import { InvalidArgumentError, ShapeError } from '@pct/core';
import type { NdArray, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, vector } from '../support.js';

const matrix = (rows: number, columns: number, values: readonly number[]): NdArray => ({
  data: Float64Array.from(values),
  shape: [rows, columns],
});
const square = matrix(2, 2, [1, 2, 3, 4]);

describe('vmap', () => {
  const weighted = (x: Tensor, y: Tensor): Tensor => t.sum(t.mul(t.square(x), y));

  it('adds an axis to the arguments and the result', () => {
    expect(evaluate(t.vmap(weighted), square, matrix(2, 2, [1, 1, 0, 2]))).toEqual([[5, 32]]);
  });

  it('keeps what is the same for all examples', () => {
    expect(evaluate(t.vmap(weighted, { inAxes: [0, null] }), square, vector(1, 10))).toEqual([[41, 169]]);
    expect(evaluate(t.vmap(weighted, { inAxes: [null, 0] }), vector(1, 10), square)).toEqual([[201, 403]]);
    // Also what comes from outside of the arguments.
    const outside = (x: Tensor, y: Tensor) => t.vmap((row: Tensor) => weighted(row, y))(x);
    expect(evaluate(outside, square, vector(1, 10))).toEqual([[41, 169]]);
    // A result that does not depend on the example is repeated.
    const same = (x: Tensor, y: Tensor) => t.vmap((_: Tensor) => t.sum(y))(x);
    expect(evaluate(same, square, vector(1, 10))).toEqual([[11, 11]]);
    const constant = t.vmap((_: Tensor) => t.full([2], 3, 'float64'));
    expect(evaluate((x) => constant(x), square)).toEqual([[3, 3, 3, 3]]);
  });

  it('takes the examples from any axis and puts them at any', () => {
    const difference = (x: Tensor): Tensor => t.sub(t.slice(x, [[1]]), t.slice(x, [[0, 1]]));
    expect(evaluate(t.vmap(difference, { inAxes: 1 }), square)).toEqual([[2, 2]]);
    expect(evaluate(t.vmap(difference, { inAxes: -1 }), square)).toEqual([[2, 2]]);
    const pair = (x: Tensor): Tensor => t.concat([x, t.neg(x)]);
    expect(evaluate(t.vmap(pair, { outAxes: 1 }), square)).toEqual([[1, 3, 2, 4, -1, -3, -2, -4]]);
    const both = (x: Tensor) => {
      const [a, b] = t.vmap((row: Tensor) => [row, t.sum(x)] as const, { outAxes: [-1, null] })(x);
      return [a, b];
    };
    expect(evaluate(both, square)).toEqual([[1, 3, 2, 4], [10]]);
  });

  it('goes through trees, with axes for their parts', () => {
    interface Parameters {
      readonly weight: Tensor;
      readonly bias: Tensor;
    }
    const layer = ({ weight, bias }: Parameters, x: Tensor): Tensor => t.add(t.matmul(x, weight), bias);
    const fn = (weight: Tensor, bias: Tensor, x: Tensor): Tensor =>
      t.vmap(layer, { inAxes: [{ weight: null, bias: 0 }, 1] })({ weight, bias }, x);
    expect(evaluate(fn, square, matrix(2, 2, [0, 0, 10, 20]), matrix(2, 2, [1, 0, 0, 1]))).toEqual([
      [1, 2, 13, 24],
    ]);
  });

  it('composes with itself', () => {
    const distance = (a: Tensor, b: Tensor): Tensor => t.sum(t.abs(t.sub(a, b)));
    const table = t.vmap(t.vmap(distance, { inAxes: [null, 0] }), { inAxes: [0, null] });
    expect(evaluate(table, square, matrix(3, 2, [0, 0, 1, 1, 3, 4]))).toEqual([[3, 1, 4, 7, 5, 0]]);
  });

  it('works for a named number of examples, also 1 and 0', () => {
    const { graph } = t.trace(t.vmap(weighted), t.float64('n', 2), t.float64('n', 2));
    expect(graph.outputs[0]!.type.shape).toEqual(['n']);
    const results = [0, 1, 3].map((n) => {
      const x = { data: new Float64Array(2 * n).fill(2), shape: [n, 2] };
      return [...t.interpret(graph, [x, x])[0]!.data];
    });
    expect(results).toEqual([[], [16], [16, 16, 16]]);
  });

  it('agrees with derivatives in any order', () => {
    const f = (x: Tensor): Tensor => t.sum(t.mul(t.sin(x), t.cumsum(t.exp(x), 0)));
    const total = (x: Tensor): Tensor => t.sum(t.vmap(f)(x));
    const u = matrix(2, 2, [0.5, -1, 2, 0.25]);
    const x = matrix(2, 2, [0.1, 0.7, -0.4, 1.1]);
    const pairs: [(x: Tensor, u: Tensor) => Tensor, (x: Tensor, u: Tensor) => Tensor][] = [
      [(a) => t.vmap(t.grad(f))(a), (a) => t.grad(total)(a)],
      [
        (a, b) => t.vmap((p: Tensor, q: Tensor) => t.jvp(f, [p], [q])[1])(a, b),
        (a, b) => t.jvp(t.vmap(f), [a], [b])[1],
      ],
      [(a, b) => t.vmap(t.hessianVectorProduct(f))(b, a), (a, b) => t.hessianVectorProduct(total)(b, a)],
      [
        (a, b) => t.grad((p: Tensor) => t.sum(t.mul(b, t.vmap(t.grad(f))(p))))(a),
        (a, b) => t.vmap((p: Tensor, q: Tensor) => t.hessianVectorProduct(f)(q, p))(a, b),
      ],
      [
        (a, b) => t.vmap((p: Tensor, q: Tensor) => t.vjp(t.sin, p)[1](q)[0])(a, b),
        (a, b) => t.mul(b, t.cos(a)),
      ],
    ];
    for (const [one, other] of pairs) {
      const [a, b] = [one, other].map((fn) => evaluate(fn, x, u)[0]!);
      expect(a!.length).toBe(b!.length);
      a!.forEach((value, i) => expect(value).toBeCloseTo(b![i]!, 12));
    }
  });

  it('takes rows and sums segments for examples with indices of their own', () => {
    const ids: NdArray = { data: Int32Array.of(1, 1, 0, 2), shape: [2, 2] };
    const taken = t.vmap((x: Tensor, i: Tensor) => t.gather(x, i));
    const x: NdArray = { data: Float64Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] };
    expect(evaluate(taken, x, ids)).toEqual([[2, 2, 4, 6]]);
    const summed = t.vmap((v: Tensor, i: Tensor) => t.segmentSum(v, i, 3));
    expect(evaluate(summed, square, ids)).toEqual([[0, 3, 0, 3, 0, 4]]);
    const largest = t.vmap((v: Tensor, i: Tensor) => t.segmentMax(v, i, 3));
    expect(evaluate(largest, square, ids)).toEqual([[-Infinity, 2, -Infinity, 3, -Infinity, 4]]);
    // An index that is too large for one example is no row of the next one.
    const wrong: NdArray = { data: Int32Array.of(3, 0, 0, 0), shape: [2, 2] };
    expect(() => evaluate(taken, x, wrong)).toThrow(InvalidArgumentError);
    const negative: NdArray = { data: Int32Array.of(0, 0, -1, 0), shape: [2, 2] };
    expect(() => evaluate(summed, square, negative)).toThrow(InvalidArgumentError);
  });

  it('says what does not fit', () => {
    const traced = (fn: (x: Tensor, y: Tensor) => unknown) => () =>
      t.trace((x: Tensor, y: Tensor) => fn(x, y) as Tensor, t.float32(2, 3), t.float32('n', 3));
    expect(traced(t.vmap(t.add))).toThrow(ShapeError);
    expect(traced(t.vmap(t.add))).toThrow(
      'vmap: all arguments must have the same number of examples, but args[0] has 2 and args[1], float32[n, 3] along axis 0, has n',
    );
    expect(traced(t.vmap(t.add, { inAxes: [0] }))).toThrow(
      'vmap: inAxes must have one entry per argument, got 1 for 2 arguments',
    );
    expect(traced(t.vmap(t.add, { inAxes: [null, null] }))).toThrow(
      'at least one argument must have an axis',
    );
    expect(traced(t.vmap(t.add, { inAxes: [2, 1] }))).toThrow(
      'the axis of args[0] must be an integer from -2 to 1',
    );
    expect(traced(t.vmap(t.add, { inAxes: [{ a: 0 }, 1] }))).toThrow(
      'vmap: inAxes for args[0] must be an axis, null or nothing else',
    );
    expect(traced(t.vmap((_: Tensor, y: Tensor) => y, { inAxes: 1, outAxes: null }))).toThrow(
      'vmap: output depends on the example, so that its outAxes cannot be null',
    );
    const tree = t.vmap((x: Tensor) => ({ x }), { outAxes: { y: 0 } });
    expect(traced((x) => tree(x))).toThrow("must be an axis, null or an object without 'y'");
    const foreign = { ...t.primitives.floor, batch: undefined, name: 'foreign' };
    const apply = (x: Tensor): Tensor =>
      new t.Tensor(x, { primitive: foreign as never, inputs: [x], attributes: {}, outputs: [] });
    expect(traced((x) => t.vmap((y: Tensor) => t.stopGradient(apply(y)))(x))).toThrow(
      "vmap: the operation 'foreign' has no rule for many examples",
    );
  });
});

describe('random programs', () => {
  const steps: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
    (x, y) => t.mul(x, t.sum(y, { axes: 0, keepDims: true })),
    (x) => t.softmax(x, 0),
    (x, y) => t.matmul(x, t.matmul(t.transpose(y), x)),
    (x) => t.flip(t.cumsum(x, 1), 0),
    (x, y) => t.slice(t.concat([x, t.tanh(y)], 1), [null, [1, 4]]),
    (x, y) => t.where(t.less(x, y), x, t.max(y)),
    (x) => t.reshape(t.transpose(t.reshape(x, [3, 2])), [2, 3]),
    (x, y) =>
      t.gather(t.add(x, y), t.argmax(y, 1).rank === 1 ? t.constant(t.array([1, 0], 'int32')) : t.iota(2)),
    (x, y) =>
      t.pad(
        t.slice(x, [[1], [0, 3, 2]]),
        [
          [0, 1],
          [1, 0],
        ],
        0.5,
      ).rank === 2
        ? t.add(x, y)
        : x,
  ];
  const programs = fc.array(fc.tuple(fc.nat(steps.length - 1), fc.nat(10)), { minLength: 1, maxLength: 6 });
  const numbers = fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: 12, maxLength: 12 });

  it('give for many examples what they give for each', () => {
    fc.assert(
      fc.property(programs, numbers, (program, values) => {
        const fn = (x: Tensor): Tensor => {
          const made = [x];
          for (const [step, other] of program)
            made.push(steps[step]!(made.at(-1)!, made[other % made.length]!));
          return made.at(-1)!;
        };
        const loss = (x: Tensor): Tensor => t.sum(t.sin(fn(x)));
        const both = (x: Tensor): Tensor[] => [fn(x), t.grad(loss)(x)];
        const pair: NdArray = { data: Float64Array.from(values), shape: [2, 2, 3] };
        const many = evaluate((x) => t.vmap(both)(x), pair);
        [0, 1].forEach((example) => {
          const one = { data: pair.data.slice(example * 6, example * 6 + 6), shape: [2, 3] };
          evaluate(both, one).forEach((result, k) =>
            result.forEach((value, i) => {
              const other = many[k]![example * 6 + i]!;
              expect(Math.abs(other - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
            }),
          );
        });
      }),
      { numRuns: 100 },
    );
  });
});
