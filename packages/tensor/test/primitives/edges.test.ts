/** Values and derivatives where formulas break: ties, zeros, large numbers, NaN and infinities. */
import { InvalidArgumentError, ShapeError } from '@pct/core';
import type { NdArray, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { evaluate, number, vector } from '../support.js';

type Unary = (x: Tensor) => Tensor;
const derivative =
  (fn: Unary): Unary =>
  (x) =>
    t.grad((y: Tensor) => t.sum(fn(y)))(x);
const first = (fn: Unary, ...x: number[]) => evaluate(derivative(fn), vector(...x))[0]!.map((v) => v + 0);
const second = (fn: Unary, ...x: number[]) =>
  evaluate(derivative(derivative(fn)), vector(...x))[0]!.map((v) => v + 0);
const forwardSecond = (fn: Unary, ...x: number[]) =>
  evaluate((y) => t.jvp(derivative(fn), [y], [t.onesLike(y)])[1], vector(...x))[0]!;

describe('second derivatives at large arguments', () => {
  const logistic = (x: number) => Math.exp(-Math.abs(x)) / (1 + Math.exp(-Math.abs(x))) ** 2;

  it.each([
    ['softplus', (x: Tensor) => t.softplus(x)],
    ['sigmoid', (x: Tensor) => t.sigmoid(x)],
    ['tanh', (x: Tensor) => t.tanh(x)],
    ['silu', (x: Tensor) => t.silu(x)],
    ['gelu', (x: Tensor) => t.gelu(x)],
    ['elu', (x: Tensor) => t.elu(x)],
  ])('of %s are finite and vanish', (_, fn) => {
    for (const way of [second, forwardSecond]) expect(way(fn, 800, -800)).toEqual([0, 0].map(expectZero));
  });

  const expectZero = (): unknown => expect.closeTo(0, 12) as unknown;

  it('of softplus are right in between', () => {
    const at = [-30, -5, 0, 5, 30];
    second(t.softplus, ...at).forEach((value, i) => {
      expect(Math.abs(value - logistic(at[i]!))).toBeLessThanOrEqual(1e-15);
    });
  });

  it('of logSumExp and softmax stay finite where elements are far apart', () => {
    const spread = (x: Tensor): Tensor => t.logSumExp(t.mul(x, t.constant(t.array([1, 2], 'float64'))));
    expect(second(spread, 1000, 1000)).toEqual([0, 0]);
    // Equal elements: p (1 - p) - p (1 - p) along the diagonal, p (1 - p) for one alone.
    const one = (x: Tensor): Tensor => t.logSumExp(t.concat([x, t.constant(t.array([1000], 'float64'))]));
    expect(second(one, 1000)).toEqual([0.25]);
    expect(second(one, -1000)).toEqual([0]);
    const last = (x: Tensor): Tensor => t.slice(t.softmax(x), [[-1]]);
    expect(second(last, 1000, -1000)).toEqual([0, 0]);
  });

  it('of the cross-entropy of yes and no are those of softplus, also at 0', () => {
    const loss = (target: number) => (x: Tensor) =>
      t.binaryCrossEntropy(x, t.full(x.shape, target, 'float64'));
    for (const target of [0, 0.3, 1]) {
      expect(first(loss(target), 0)[0]).toBeCloseTo(0.5 - target, 15);
      expect(second(loss(target), 0, 2)).toEqual([0.25, expect.closeTo(logistic(2), 14)]);
    }
    // Sure and right: no cancellation.
    expect(evaluate(loss(1), vector(40))[0]![0]! / Math.exp(-40)).toBeCloseTo(1, 12);
    expect(first(loss(0), -40)[0]! / Math.exp(-40)).toBeCloseTo(1, 12);
    expect(evaluate(loss(1), vector(-800))).toEqual([[800]]);
  });
});

describe('powers', () => {
  it('have whole derivatives at base 0 and for negative bases', () => {
    const power = (b: number) => (x: Tensor) => t.pow(x, b);
    expect(first(power(3), -2, 0)).toEqual([12, 0]);
    expect(second(power(3), -2, 0)).toEqual([-12, 0]);
    expect(second(power(2), -1, 0)).toEqual([2, 2]);
    expect(second(power(1), -1, 0, 5)).toEqual([0, 0, 0]);
    expect(first(power(0), 0, -3, Infinity)).toEqual([0, 0, 0]);
    expect(first(power(-1), 0)).toEqual([-Infinity]);
    expect(first(power(0.5), 0)).toEqual([Infinity]);
    expect(first(power(0.5), -1)).toEqual([NaN]);
  });

  it('have the same ones where the exponent is an argument', () => {
    const both = (a: Tensor, b: Tensor): Tensor[] => [
      ...t.grad((x: Tensor, y: Tensor) => t.sum(t.pow(x, y)), { argument: [0, 1] })(a, b),
    ];
    expect(evaluate(both, vector(2, 0, 0, 0), vector(3, 2, 1, 0))).toEqual([
      [12, 0, 1, 0],
      [8 * Math.log(2), 0, 0, 0],
    ]);
    // A negative base has no neighbours along the exponent.
    expect(evaluate(both, vector(-2), vector(2))).toEqual([[-4], [NaN]]);
  });

  it('have mixed derivatives at exponent 0', () => {
    // d/db (b a^(b-1)) = a^(b-1) (1 + b log a), 1 / a at b = 0.
    const mixed = (a: Tensor, b: Tensor): Tensor =>
      t.grad((y: Tensor) => t.grad((x: Tensor) => t.pow(x, y))(a))(b);
    expect(evaluate(mixed, number(4), number(0))).toEqual([[0.25]]);
    expect(evaluate(mixed, number(4), number(1))[0]![0]).toBeCloseTo(1 + Math.log(4), 14);
  });
});

describe('kinks and ties', () => {
  it('elu has derivative alpha at 0', () => {
    expect(first((x) => t.elu(x), -0, 0, 1)).toEqual([1, 1, 1]);
    expect(first((x) => t.elu(x, 2), 0)).toEqual([2]);
    expect(evaluate((x) => t.elu(x), vector(NaN, 0))).toEqual([[NaN, 0]]);
  });

  it('sqrt is infinite at 0, and NaN times a derivative of 0 unless it is guarded', () => {
    expect(first(t.sqrt, 0)).toEqual([Infinity]);
    const norm = (x: Tensor): Tensor => t.sqrt(t.sum(t.square(x)));
    expect(first(norm, 0, 0)).toEqual([NaN, NaN]);
    const guarded = (x: Tensor): Tensor => {
      const total = t.sum(t.square(x));
      const positive = t.greater(total, 0);
      return t.where(positive, t.sqrt(t.where(positive, total, 1)), 0);
    };
    expect(first(guarded, 0, 0)).toEqual([0, 0]);
    expect(first(guarded, 3, 4)).toEqual([expect.closeTo(0.6, 15), 0.8]);
  });

  it('where passes nothing to the branch that is not taken, but cannot undo an infinity there', () => {
    const choose = (branch: Unary) => (x: Tensor) => t.where(t.greater(x, 0), branch(x), 0);
    expect(first(choose(t.square), 3, -2, -Infinity)).toEqual([6, 0, NaN]);
    expect(
      first(
        choose((x) => t.mul(x, NaN)),
        -1,
      ),
    ).toEqual([NaN]);
    expect(first(choose(t.log), 0)).toEqual([NaN]);
    expect(first((x) => choose(() => t.log(t.where(t.greater(x, 0), x, 1)))(x), 0, 2)).toEqual([0, 0.5]);
    // NaN in a branch that does not depend on x does no harm.
    expect(first((x) => t.where(t.greater(x, 0), x, NaN), 1, -1)).toEqual([1, 0]);
  });

  it('extremes share equally also among infinite elements, and are NaN with NaN', () => {
    expect(first((x) => t.max(x), -Infinity, -Infinity)).toEqual([0.5, 0.5]);
    expect(first((x) => t.max(x), 1, NaN)).toEqual([NaN, NaN]);
    expect(second((x) => t.square(t.max(x)), 2, 2)).toEqual([1, 1]);
    expect(first((x) => t.maximum(x, 2), NaN)).toEqual([0]);
    const largest = (x: Tensor) => t.segmentMax(x, t.constant(t.array([0, 0, 0], 'int32')), 1);
    expect(first(largest, 3, 3, 1)).toEqual([0.5, 0.5, 0]);
  });
});

describe('running sums', () => {
  const settings = [false, true].flatMap((exclusive) =>
    [false, true].map((reverse) => ({ exclusive, reverse })),
  );

  it.each(settings)('have transposed derivatives: %o', (options) => {
    const jacobian = (x: Tensor): Tensor => t.jacobianReverse((y: Tensor) => t.cumsum(y, 0, options))(x);
    const expected = [0, 1, 2].flatMap((i) =>
      [0, 1, 2].map((j) => {
        const [a, b] = options.reverse ? [j, i] : [i, j];
        return Number(options.exclusive ? a > b : a >= b);
      }),
    );
    expect(evaluate(jacobian, vector(1, 2, 3))).toEqual([expected]);
    const forward = (x: Tensor): Tensor => t.jacobianForward((y: Tensor) => t.cumsum(y, 0, options))(x);
    expect(evaluate(forward, vector(1, 2, 3))).toEqual([expected]);
  });
});

describe('axes of size 1 and 0', () => {
  const shaped = (shape: number[]): NdArray => ({
    data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i + 1),
    shape,
  });

  it('broadcast with gradients of the shape of the argument', () => {
    const loss = (a: Tensor, b: Tensor) => t.sum(t.mul(a, b));
    const both = (a: Tensor, b: Tensor) => t.grad(loss, { argument: [0, 1] })(a, b);
    expect(evaluate(both, shaped([0, 3]), shaped([1, 3]))).toEqual([[], [0, 0, 0]]);
    expect(evaluate(both, shaped([1]), shaped([2, 1]))).toEqual([[3], [1, 1]]);
    const { graph } = t.trace(both, t.float64(1, 0), t.float64('n', 1));
    expect(graph.outputs.map(({ type }) => type.shape)).toEqual([
      [1, 0],
      ['n', 1],
    ]);
    expect(t.interpret(graph, [shaped([1, 0]), shaped([2, 1])])[1]!.data).toEqual(Float64Array.of(0, 0));
  });

  it('reduce integers to their largest, also below 0', () => {
    const x: NdArray = { data: Int32Array.of(-5, -3), shape: [2] };
    expect(evaluate((y) => [t.max(y), t.min(y), t.sum(y), t.prod(y)], x)).toEqual([[-3], [-5], [-8], [15]]);
  });
});

describe('wrong calls', () => {
  const fails = (
    fn: (x: Tensor) => unknown,
    type: typeof ShapeError | typeof InvalidArgumentError,
    words: string,
  ) => {
    const run = () => t.trace((x: Tensor) => fn(x) as Tensor, t.float32(3, 3));
    expect(run).toThrow(type);
    expect(run).toThrow(words);
  };

  it('are told', () => {
    fails((x) => t.split(x, 1.5), InvalidArgumentError, 'split: the number of parts must be an integer');
    fails((x) => t.split(x, 0), InvalidArgumentError, 'at least 1, got 0');
    fails(
      (x) =>
        t.pad(
          t.cast(x, 'int32'),
          [
            [1, 0],
            [0, 0],
          ],
          0.5,
        ),
      InvalidArgumentError,
      'pad: the number must be',
    );
    fails(
      (x) => t.scatterAdd(x, t.iota(3), t.sum(x, { axes: 1 })),
      ShapeError,
      'scatterAdd: needs x [n, ...], indices [...i] and updates [...i, ...]',
    );
    fails((x) => t.scatterAdd(t.sum(x), t.iota(3), x), ShapeError, 'scatterAdd: needs x [n, ...]');
    fails((x) => t.maxPool2d(x, 1.5), InvalidArgumentError, 'the window must be integers of at least 1');
    fails(
      () => t.constant({ data: Uint8Array.of(0, 2), shape: [2] }),
      InvalidArgumentError,
      'truth values and must be 0 or 1',
    );
    fails(
      (x) => t.grad((a: Tensor) => t.sum(a), { argument: [0, 0] })(x),
      InvalidArgumentError,
      'grad: argument must name different positions, got [0, 0]',
    );
  });

  it('with parts outside of a named size are told when the program runs', () => {
    const { graph } = t.trace((x: Tensor) => t.slice(x, [[1, 4]]), t.float64('n'));
    expect([...t.interpret(graph, [vector(1, 2, 3, 4)])[0]!.data]).toEqual([2, 3, 4]);
    expect(() => t.interpret(graph, [vector(1, 2, 3)])).toThrow(ShapeError);
    expect(() => t.interpret(graph, [vector(1, 2, 3)])).toThrow(
      'slice: 3 elements from 1 on are outside of axis 0 with 3 elements',
    );
  });

  it('of rules for a custom operation are told', () => {
    const op = t.customOp({
      name: 'total',
      infer: ([x]) => [{ dtype: x!.dtype, shape: [] }],
      run: ([x]) => [Float64Array.of(Array.from(x!.data).reduce((a, b) => a + b, 0))],
      vjp: (_inputs, _outputs, [g]) => [g],
    });
    const run = () =>
      evaluate(
        t.grad((x: Tensor) => op(x)[0]!),
        vector(1, 2),
      );
    expect(run).toThrow(ShapeError);
    expect(run).toThrow('total: vjp must return for input 0 float64[2], got float64[]');
  });
});
