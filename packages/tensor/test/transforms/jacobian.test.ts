import { InvalidArgumentError, ShapeError } from '@pct/core';
import type { NdArray, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { evaluate, number, vector } from '../support.js';

const ways = [
  ['reverse', t.jacobianReverse],
  ['forward', t.jacobianForward],
] as const;

describe.each(ways)('the Jacobian in %s mode', (_, jacobian) => {
  it('has the axes of the result, then those of the argument', () => {
    const outer = (x: Tensor): Tensor => t.mul(t.reshape(x, [2, 1]), t.slice(t.square(x), [[0, 1]]));
    const { graph } = t.trace(jacobian(outer), t.float64(2));
    expect(graph.outputs[0]!.type.shape).toEqual([2, 1, 2]);
    // x0³ and x1 x0².
    expect(evaluate((x) => jacobian(outer)(x), vector(2, 5))).toEqual([[12, 0, 20, 4]]);
  });

  it('is the matrix of a linear map, also for named sizes and empty ones', () => {
    const fn = (a: Tensor, x: Tensor): Tensor => jacobian((y: Tensor) => t.matmul(a, y))(x);
    const matrix: NdArray = { data: Float64Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] };
    expect(evaluate(fn, matrix, vector(7, 8, 9))).toEqual([[1, 2, 3, 4, 5, 6]]);
    const { graph } = t.trace(fn, t.float64('n', 'm'), t.float64('m'));
    expect(graph.outputs[0]!.type.shape).toEqual(['n', 'm']);
    expect([...t.interpret(t.cleanGraph(graph), [matrix, vector(7, 8, 9)])[0]!.data]).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    expect(evaluate((x) => jacobian(t.sin)(x), vector())).toEqual([[]]);
    expect(evaluate((x) => jacobian(t.exp)(x), number(0))).toEqual([[1]]);
  });

  it('is a tree of trees, with zeros where nothing depends', () => {
    interface Point {
      readonly a: Tensor;
      readonly b: readonly [Tensor, Tensor];
    }
    const fn = ({ a, b }: Point): readonly [Tensor, { readonly two: Tensor }] => [
      t.mul(a, b[0]),
      { two: t.sum(b[1]) },
    ];
    const all = (a: Tensor, b: Tensor, c: Tensor) => {
      const tree = jacobian(fn)({ a, b: [b, c] });
      expectTypeOf(tree[1].two.b[0]).toEqualTypeOf<Tensor>();
      return [tree[0].a, tree[0].b[0], tree[0].b[1], tree[1].two.a, tree[1].two.b[1]];
    };
    expect(evaluate(all, vector(2, 3), vector(5, 7), vector(1))).toEqual([
      [5, 0, 0, 7],
      [2, 0, 0, 3],
      [0, 0],
      [0, 0],
      [1],
    ]);
  });

  it('takes the argument that is asked for, and says what is wrong', () => {
    const fn = (a: Tensor, b: Tensor): Tensor => t.mul(a, t.square(b));
    expect(evaluate((a, b) => jacobian(fn, { argument: 1 })(a, b), number(3), number(2))).toEqual([[12]]);
    const traced = (f: (x: Tensor) => Tensor) => () => t.trace(f, t.float64(2));
    expect(traced((x) => jacobian(t.exp, { argument: 1 as 0 })(x))).toThrow('there is no argument 1');
    expect(traced((x) => jacobian((y: Tensor) => t.less(y, 1))(x))).toThrow(InvalidArgumentError);
    expect(traced((x) => jacobian((y: Tensor) => t.less(y, 1))(x))).toThrow(
      'the result must be floating point, but output is bool[2]',
    );
    expect(traced((x) => jacobian((y: Tensor) => y)(t.argmax(x, 0)))).toThrow('floating point arrays only');
  });
});

describe('hessian', () => {
  it('is the matrix of second derivatives', () => {
    const f = (x: Tensor): Tensor => t.prod(x);
    expect(evaluate((x) => t.hessian(f)(x), vector(2, 3, 5))).toEqual([[0, 5, 3, 5, 0, 2, 3, 2, 0]]);
    const g = (x: Tensor, s: Tensor): Tensor => t.mul(s, t.sum(t.pow(x, 3)));
    expect(evaluate((s, x) => t.hessian(g)(x, s), number(2), vector(1, 2))).toEqual([[12, 0, 0, 24]]);
  });

  it('agrees with products, and goes through trees and vmap', () => {
    const loss = (p: { w: Tensor; b: Tensor }): Tensor => t.sum(t.tanh(t.add(t.matmul(p.w, p.w), p.b)));
    const w: NdArray = { data: Float64Array.of(0.1, 0.2, -0.3, 0.4), shape: [2, 2] };
    const all = (a: Tensor, b: Tensor): Tensor[] => {
      const blocks = t.hessian(loss)({ w: a, b });
      const u = { w: t.square(a), b: t.add(b, 1) };
      const product = t.hessianVectorProduct(loss)(u, { w: a, b });
      const flat = (x: Tensor): Tensor => t.flatten(x);
      const rows = t.add(
        t.matmul(t.reshape(blocks.w.w, [4, 4]), flat(u.w)),
        t.matmul(t.reshape(blocks.w.b, [4, 2]), u.b),
      );
      return [rows, flat(product.w)];
    };
    const [rows, product] = evaluate(all, w, vector(0.5, -0.5));
    rows!.forEach((value, i) => expect(value).toBeCloseTo(product![i]!, 12));
    const curvatures = t.vmap(t.hessian((x: Tensor) => t.sum(t.pow(x, 3))));
    expect(evaluate((x) => curvatures(x), w)[0]!.map((v) => Math.round(v * 10) + 0)).toEqual([
      6, 0, 0, 12, -18, 0, 0, 24,
    ]);
    expect(() => t.trace((x: Tensor) => t.hessian((y: Tensor) => y)(x), t.float64(2))).toThrow(ShapeError);
  });
});

describe('perExampleGradients', () => {
  const loss = (p: { w: Tensor }, x: Tensor, y: Tensor): Tensor => t.square(t.sub(t.matmul(x, p.w), y));

  it('are the gradients one by one, and sum to the gradient of the sum', () => {
    const all = (w: Tensor, x: Tensor, y: Tensor): Tensor[] => {
      const own = t.perExampleGradients(loss)({ w }, x, y).w;
      const total = t.grad((v: Tensor) => t.sum(t.vmap(loss, { inAxes: [null, 0, 0] })({ w: v }, x, y)))(w);
      return [own, total, t.sum(own, { axes: 0 })];
    };
    const x: NdArray = { data: Float64Array.of(1, 2, 3, 4), shape: [2, 2] };
    const [own, total, sum] = evaluate(all, vector(1, -1), x, vector(0, 1));
    // 2 (x w - y) x.
    expect(own).toEqual([-2, -4, -12, -16]);
    expect(total).toEqual(sum);
  });

  it('are outer products for a dense layer', () => {
    const dense = (w: Tensor, x: Tensor): Tensor => t.sum(t.tanh(t.matmul(t.tanh(t.matmul(x, w)), w)));
    const { graph } = t.trace(t.perExampleGradients(dense), t.float32(8, 8), t.float32('n', 8));
    const products = t.cleanGraph(graph).nodes.filter(({ primitive }) => primitive.name === 'matmul');
    expect(products.map(({ outputs }) => outputs[0]!.type.shape.join())).toEqual(
      expect.arrayContaining(['n,8', 'n,8,8']),
    );
    // Nothing is multiplied by a copy of the weights per example.
    expect(products.some(({ inputs }) => inputs.every(({ type }) => type.shape.join() === 'n,8,8'))).toBe(
      false,
    );
  });

  it('takes other arguments and axes, and needs examples', () => {
    const f = (x: Tensor, w: Tensor): Tensor => t.sum(t.mul(x, t.square(w)));
    const x: NdArray = { data: Float64Array.of(1, 2, 3, 4), shape: [2, 2] };
    const byColumn = t.perExampleGradients(f, { argument: 1, inAxes: [1, null] });
    expect(evaluate((a, w) => byColumn(a, w), x, vector(1, 10))).toEqual([[2, 60, 4, 80]]);
    const none = () => evaluate((a) => t.perExampleGradients((y: Tensor) => t.sum(y))(a), x);
    expect(none).toThrow(InvalidArgumentError);
    expect(none).toThrow('perExampleGradients: no argument has examples');
  });
});
