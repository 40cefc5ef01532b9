import { ShapeError } from '@pct/core';
import type { CustomOpRule, NdArray, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { evaluate, number, vector } from '../support.js';

const square: NdArray = { data: Float64Array.of(1, 2, 3, 4), shape: [2, 2] };

describe('vmap of operations with a body in TypeScript', () => {
  const calls: number[] = [];
  const rule: CustomOpRule = {
    name: 'scaledCube',
    infer: ([x]) => [x!],
    run([x, s]) {
      calls.push(x!.data.length);
      return [x!.data.map((v) => v ** 3 * s!.data[0]!)];
    },
    vjp: ([x, s], _, [g]) => [
      g && t.mul(g, t.mul(t.mul(3, s!), t.square(x!))),
      g && t.sum(t.mul(g, t.pow(x!, 3))),
    ],
  };
  const body = t.customOp(rule);
  const cube = (x: Tensor, s: Tensor): Tensor => body(x, s)[0]!;
  const plain = (x: Tensor, s: Tensor): Tensor => t.mul(s, t.pow(x, 3));

  it('calls the body once per example', () => {
    calls.length = 0;
    expect(evaluate(t.vmap(cube), square, vector(1, 2))).toEqual([[1, 8, 54, 128]]);
    expect(calls).toEqual([2, 2]);
    expect(evaluate(t.vmap(cube, { inAxes: [0, null] }), square, number(2))).toEqual([[2, 16, 54, 128]]);
  });

  const without: CustomOpRule = {
    name: rule.name,
    infer: (inputs) => rule.infer(inputs),
    run: (inputs, outputs) => rule.run(inputs, outputs),
  };
  const jvp: CustomOpRule['jvp'] = ([x, s], _, [u, v]) => {
    const parts = [u && t.mul(u, t.mul(t.mul(3, s!), t.square(x!))), v && t.mul(v, t.pow(x!, 3))];
    return [parts.filter((part) => part !== undefined).reduce((a, b) => t.add(a, b))];
  };

  it.each([
    ['vjp', rule],
    ['jvp', { ...without, jvp }],
  ])('has derivatives in both modes, of any order, by its %s alone', (_, given) => {
    const op = t.customOp(given);
    const own = (x: Tensor, s: Tensor): Tensor => op(x, s)[0]!;
    for (const inAxes of [
      [0, 0],
      [0, null],
      [null, 0],
    ] as const) {
      const args = [
        inAxes[0] === null ? vector(1, 2) : square,
        inAxes[1] === null ? number(0.3) : vector(0.3, 0.2),
      ];
      const [a, b] = [own, plain].map((fn) => {
        const many = t.vmap(fn, { inAxes });
        const loss = (x: Tensor, s: Tensor): Tensor => t.sum(t.sin(many(x, s)));
        const all = (x: Tensor, s: Tensor): Tensor[] => [
          ...t.grad(loss, { argument: [0, 1] })(x, s),
          t.jvp(loss, [x, s], [x, s])[1],
          t.hessianVectorProduct(loss)(x, x, s),
          t.grad((y: Tensor) => t.sum(t.grad(loss)(y, s)))(x),
          t.vmap(
            t.grad((y: Tensor, r: Tensor) => t.sum(fn(y, r))),
            { inAxes },
          )(x, s),
          // Examples of examples.
          t.vmap((factor: Tensor) => t.grad(loss)(t.mul(x, factor), s))(t.iota(3, 'float64')),
        ];
        return evaluate(all, ...args);
      });
      expect(a!.map(({ length }) => length)).toEqual(b!.map(({ length }) => length));
      a!.flat().forEach((value, i) => expect(value).toBeCloseTo(b!.flat()[i]!, 10));
    }
  });

  it('uses a rule of its own, and checks what it returns', () => {
    const single = t.customOp({
      ...rule,
      batch: ([x, s], [, many]) => {
        const scale = many === true ? t.expandDims(s!, 1) : s!;
        return [plain(x!, scale)];
      },
    });
    calls.length = 0;
    expect(
      evaluate(
        t.vmap((x: Tensor, s: Tensor) => single(x, s)[0]!),
        square,
        vector(1, 2),
      ),
    ).toEqual([[1, 8, 54, 128]]);
    expect(calls).toEqual([]);
    const wrong = t.customOp({ ...rule, batch: ([x]) => [t.sum(x!)] });
    const run = () =>
      evaluate(
        t.vmap((x: Tensor, s: Tensor) => wrong(x, s)[0]!),
        square,
        vector(1, 2),
      );
    expect(run).toThrow(ShapeError);
    expect(run).toThrow('scaledCube: batch must return for output 0 float64[2, 2], got float64[]');
  });
});
