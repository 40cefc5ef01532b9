import { InvalidArgumentError, ShapeError } from '@pct/core';
import type { Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { evaluate, number, vector } from '../support.js';

describe('derivatives of derivatives', () => {
  it('repeat to any order', () => {
    let fn: (x: Tensor) => Tensor = (x) => t.pow(x, 5);
    const values = [];
    for (let order = 0; order < 7; order++) {
      values.push(evaluate(fn, number(2))[0]![0]);
      fn = t.grad(fn);
    }
    expect(values).toEqual([32, 80, 160, 240, 240, 120, 0]);
  });

  it('agree in every order of forward and reverse', () => {
    const f = (x: Tensor): Tensor => t.sum(t.mul(t.sin(x), t.exp(t.mul(x, x))));
    const forward = (g: (x: Tensor) => Tensor) => (x: Tensor) => t.jvp(g, [x], [t.onesLike(x)])[1];
    const reverse = (g: (x: Tensor) => Tensor) => t.grad((x: Tensor) => t.sum(g(x)));
    const x = 0.7;
    const e = Math.exp(x * x);
    // (sin x e^{x²})''' by hand.
    const third = e * ((6 + 12 * x * x - 1) * Math.cos(x) + (12 * x + 8 * x ** 3 - 6 * x) * Math.sin(x));
    for (const a of [forward, reverse])
      for (const b of [forward, reverse])
        for (const c of [forward, reverse])
          expect(evaluate(a(b(c(f))), number(x))[0]![0]).toBeCloseTo(third, 9);
  });

  it('keep the variables of nested derivatives apart', () => {
    // d/dx (x d/dy (x + y)) at y = 1 is 1, not 2.
    const inner = (x: Tensor) => t.jvp((y: Tensor) => t.add(x, y), [t.onesLike(x)], [t.onesLike(x)])[1];
    const outer = (x: Tensor) => t.jvp((z: Tensor) => t.mul(z, inner(z)), [x], [t.onesLike(x)])[1];
    expect(evaluate(outer, number(3))).toEqual([[1]]);
    // The argument as a closed-over constant inside of its own gradient.
    const half = (x: Tensor) => t.grad((y: Tensor) => t.mul(x, y))(x);
    expect(evaluate(half, number(3))).toEqual([[3]]);
    expect(evaluate(t.grad(half), number(3))).toEqual([[1]]);
  });

  it('are zero for what does not depend on the argument', () => {
    const steps = (x: Tensor) => t.sum(t.add(t.floor(x), t.cast(t.argmax(x), 'float64')));
    expect(evaluate(t.grad(steps), vector(1.5, 2.5))).toEqual([[0, 0]]);
    expect(
      evaluate(
        t.grad((_: Tensor) => t.constant(1, 'float64')),
        vector(1, 2),
      ),
    ).toEqual([[0, 0]]);
    expect(evaluate((x) => t.jvp(steps, [x], [x])[1], vector(1.5, 2.5))).toEqual([[0]]);
    expect(
      evaluate(
        t.grad((x: Tensor) => t.sum(t.mul(x, t.stopGradient(x)))),
        vector(2, 3),
      ),
    ).toEqual([[2, 3]]);
  });
});

describe('grad', () => {
  const f = (a: Tensor, b: Tensor) => t.sum(t.mul(t.mul(a, a), b));

  it('takes the argument that is asked for', () => {
    expect(evaluate(t.grad(f), vector(2), vector(3))).toEqual([[12]]);
    expect(evaluate(t.grad(f, { argument: 1 }), vector(2), vector(3))).toEqual([[4]]);
    expect(evaluate(t.grad(f, { argument: [1, 0] }), vector(2), vector(3))).toEqual([[4], [12]]);
  });

  it('gives trees for trees', () => {
    const loss = (p: { a: Tensor; list: readonly [Tensor, Tensor] }) =>
      t.sum(t.add(t.mul(p.a, p.list[0]), t.mul(p.list[1], 0)));
    const { graph, outputStructure } = t.trace(t.grad(loss), {
      a: t.float64(2),
      list: [t.float64(2), t.float64(2)],
    } as const);
    expect(outputStructure).toMatchObject({ kind: 'record' });
    expect(graph.outputNames).toEqual(['output.a', 'output.list[0]', 'output.list[1]']);
    const results = t.interpret(graph, [vector(1, 2), vector(3, 4), vector(5, 6)]);
    expect(results.map(({ data }) => [...data])).toEqual([
      [3, 4],
      [1, 2],
      [0, 0],
    ]);
  });

  it('gives values and more at once', () => {
    const withStatistics = (x: Tensor): readonly [Tensor, { mean: Tensor }] => [
      t.sum(t.exp(x)),
      { mean: t.mean(x) },
    ];
    const fn = (x: Tensor) => {
      const [value, gradient, more] = t.valueAndGrad(withStatistics, { auxiliary: true })(x);
      return [value, gradient, more.mean];
    };
    expect(evaluate(fn, vector(0, 0))).toEqual([[2], [1, 1], [0]]);
    const [value, gradient] = [0, 1].map((i) =>
      evaluate((x) => t.valueAndGrad((y: Tensor) => t.sum(t.square(y)))(x)[i]!, vector(3)),
    );
    expect([value, gradient]).toEqual([[[9]], [[6]]]);
  });

  it('says what it cannot differentiate', () => {
    const tried = (fn: () => unknown) => expect(() => t.trace(() => fn() as Tensor));
    const x = () => t.full([3], 1, 'float64');
    tried(() => t.grad((y: Tensor) => y)(x())).toThrow(ShapeError);
    tried(() => t.grad((y: Tensor) => y)(x())).toThrow(
      'must return one number, got float64[3]; reduce it with sum or mean',
    );
    tried(() => t.grad((y: Tensor) => t.argmax(y))(x())).toThrow(
      'must return a floating point number, got int32[]',
    );
    tried(() => t.grad((_: Tensor) => 3 as unknown as Tensor)(x())).toThrow('must return a tensor, got 3');
    tried(() => t.grad((y: { i: Tensor }) => t.sum(y.i))({ i: t.iota(3) })).toThrow(
      'but args[0].i is int32[3]',
    );
    tried(() => t.grad((y: Tensor) => t.sum(y), { argument: 1 })(x())).toThrow(
      'there is no argument 1, the function got 1',
    );
    tried(() => t.valueAndGrad((y: Tensor) => t.sum(y) as never, { auxiliary: true })(x())).toThrow(
      'must return [loss, more]',
    );
    tried(() => t.jvp(t.exp, [x()], [t.full([2], 1, 'float64')])).toThrow(
      'must have the types of primals[0], float64[3], got float64[2]',
    );
    tried(() => t.vjp(t.exp, x())[1](3 as unknown as Tensor)).toThrow(InvalidArgumentError);
  });
});

describe('products with second derivatives', () => {
  it('hessianVectorProduct matches the Hessian by hand', () => {
    const f = (x: Tensor) => t.prod(x);
    expect(evaluate(t.hessianVectorProduct(f), vector(1, 0, 0), vector(2, 3, 5))).toEqual([[0, 5, 3]]);
    const second = (a: Tensor, b: Tensor) => t.sum(t.mul(a, t.pow(b, 3)));
    expect(
      evaluate(t.hessianVectorProduct(second, { argument: 1 }), vector(1), vector(2), vector(3)),
    ).toEqual([[36]]);
  });

  it('gaussNewtonVectorProduct leaves the curvature of the model out', () => {
    // model x², loss r²: JᵀHJ v = 2x · 2 · 2x v, whereas the whole Hessian is 12x².
    const product = t.gaussNewtonVectorProduct(t.square, (r: Tensor) => t.sum(t.square(r)));
    expect(evaluate(product, vector(1, 1), vector(3, 5))).toEqual([[72, 200]]);
  });
});

describe('derivatives at ties and edges', () => {
  const at = (fn: (x: Tensor) => Tensor, ...x: number[]) =>
    evaluate(
      t.grad((y: Tensor) => t.sum(fn(y))),
      vector(...x),
    )[0];

  it('are shared equally or as documented', () => {
    expect(at((x) => t.max(x), 1, 3, 3)).toEqual([0, 0.5, 0.5]);
    expect(at((x) => t.min(x), 1, 1, 3)).toEqual([0.5, 0.5, 0]);
    expect(at((x) => t.maximum(x, 2), 1, 2, 3)).toEqual([0, 0.5, 1]);
    expect(at((x) => t.minimum(x, 2), 1, 2, 3)).toEqual([1, 0.5, 0]);
    expect(at(t.relu, -1, 0, 1)).toEqual([0, 0, 1]);
    expect(at(t.abs, -2, 0, 2)).toEqual([-1, 0, 1]);
    expect(at((x) => t.clip(x, -1, 1), -2, -1, 0, 1, 2)).toEqual([0, 1, 1, 1, 0]);
    expect(at((x) => t.leakyRelu(x, 0.5), -1, 0, 1)).toEqual([0.5, 1, 1]);
    expect(
      at((x) => t.segmentMax(x, t.constant(t.array([0, 0, 1], 'int32')), 3).source!.inputs[0]!, 1, 1, 1),
    ).toEqual([1, 1, 1]);
    expect(
      at((x) => t.slice(t.segmentMax(x, t.constant(t.array([0, 0, 1], 'int32')), 3), [[0, 2]]), 1, 1, 1),
    ).toEqual([0.5, 0.5, 1]);
    expect(at((x) => t.maxPool2d(t.reshape(x, [1, 1, 2, 2]), 2), 4, 4, 4, 4)).toEqual([
      0.25, 0.25, 0.25, 0.25,
    ]);
  });

  it('are finite where the function is smooth', () => {
    expect(at((x) => t.pow(x, 2), 0)).toEqual([0]);
    expect(at((x) => t.pow(x, 1), 0)).toEqual([1]);
    expect(at((x) => t.pow(x, 0), 0, 2)).toEqual([0, 0]);
    expect(at((x) => t.pow(0, x), 2)).toEqual([0]);
    expect(at((x) => t.prod(x), 0, 0, 2)).toEqual([0, 0, 0]);
    expect(at((x) => t.prod(x), 0, 3, 2)).toEqual([6, 0, 0]);
    expect(at(t.softplus, -1000, 1000)).toEqual([0, 1]);
    expect(at((x) => t.elu(x), -1000, 1000)).toEqual([0, 1]);
    expect(at((x) => t.logSumExp(x), -1000, 0)).toEqual([0, 1]);
    expect(at((x) => t.crossEntropy(x, t.constant(t.array(0, 'int32'))), 0, -Infinity)).toEqual([0, 0]);
  });
});
