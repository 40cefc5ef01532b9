import { InvalidArgumentError, ShapeError } from '@pct/core';
import type { CustomOpRule, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { evaluate, vector } from '../support.js';

const body: CustomOpRule = {
  name: 'cube',
  infer: (inputs) => inputs,
  run: ([x]) => [x!.data.map((v) => v ** 3)],
};
const vjp: CustomOpRule['vjp'] = ([x], _, [g]) => [g && t.mul(g, t.mul(3, t.mul(x!, x!)))];

const first = (rule: CustomOpRule) => {
  const op = t.customOp(rule);
  return (x: Tensor): Tensor => op(x)[0]!;
};

describe('customOp', () => {
  it('runs its body inside of a program', () => {
    expect(evaluate((x) => t.add(first(body)(t.mul(x, 2)), 1), vector(1, 2))).toEqual([[9, 65]]);
  });

  it.each([
    ['vjp', { ...body, vjp }],
    ['jvp', { ...body, jvp: vjp }],
  ])('is differentiated in both modes and to any order by its %s alone', (_, rule) => {
    const cube = first(rule);
    const total = (x: Tensor) => t.sum(cube(x));
    expect(evaluate(t.grad(total), vector(2, 3))).toEqual([[12, 27]]);
    expect(evaluate((x) => t.jvp(cube, [x], [t.onesLike(x)])[1], vector(2, 3))).toEqual([[12, 27]]);
    expect(evaluate(t.hessianVectorProduct(total), vector(1, 1), vector(2, 3))).toEqual([[12, 18]]);
    expect(
      evaluate(
        t.grad((x: Tensor) => t.sum(t.grad(total)(x))),
        vector(2, 3),
      ),
    ).toEqual([[12, 18]]);
  });

  it('has several inputs and outputs', () => {
    const swap = t.customOp({
      name: 'swap',
      infer: ([a, b]) => [b!, a!],
      run: ([a, b]) => [b!.data.slice(), a!.data.slice()],
      vjp: (_inputs, _outputs, [g, h]) => [h, g],
    });
    const fn = (a: Tensor, b: Tensor) => {
      const [c, d] = swap(a, b);
      return t.add(t.mul(t.sum(c!), 2), t.sum(t.square(d!)));
    };
    expect(evaluate(t.grad(fn, { argument: [0, 1] }), vector(5), vector(1, 2))).toEqual([[10], [2, 2]]);
    expect(evaluate((a, b) => t.jvp(fn, [a, b], [a, b])[1], vector(5), vector(1, 2))).toEqual([[56]]);
  });

  it('says what is missing or wrong', () => {
    const plain = first(body);
    expect(() =>
      evaluate(
        t.grad((x: Tensor) => t.sum(plain(x))),
        vector(1),
      ),
    ).toThrow(InvalidArgumentError);
    expect(() =>
      evaluate(
        t.grad((x: Tensor) => t.sum(plain(x))),
        vector(1),
      ),
    ).toThrow('cube: has no derivative; give customOp a vjp');
    expect(
      evaluate(
        t.grad((x: Tensor) => t.sum(t.mul(x, plain(t.stopGradient(x))))),
        vector(2),
      ),
    ).toEqual([[8]]);
    const short = first({ ...body, run: () => [new Float64Array(1)] });
    expect(() => evaluate(short, vector(1, 2))).toThrow(ShapeError);
    expect(() => evaluate(short, vector(1, 2))).toThrow(
      'cube: output 0 must have 2 elements for shape [2], got 1',
    );
    expect(() => evaluate(() => first(body)(3 as unknown as Tensor), vector(1))).toThrow(
      'cube: operand 0 must be a tensor',
    );
  });
});
