import { InvalidArgumentError } from '@pct/core';
import type { NdArray, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { evaluate, vector } from '../support.js';

const wave = (shape: readonly number[], phase: number): NdArray => ({
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, k) => Math.sin(1.3 * k + phase)),
  shape,
});

const layer = (x: Tensor, w: Tensor): Tensor => t.tanh(t.matmul(x, w));
const plain = (x: Tensor, ws: readonly Tensor[]): Tensor => t.sum(t.square(ws.reduce(layer, x)));
const again = (x: Tensor, ws: readonly Tensor[]): Tensor => {
  const first = t.rematerialize((y: Tensor, w: readonly Tensor[]) => w.reduce(layer, y));
  // One half by arguments, the other one by what it uses from outside.
  const second = t.rematerialize((y: Tensor) => ws.slice(2).reduce(layer, y));
  return t.sum(t.square(second(first(x, ws.slice(0, 2)))));
};

const args = [wave([5, 3], 0), wave([3, 4], 1), wave([4, 4], 2), wave([4, 2], 3), wave([2, 3], 4)];
type Loss = typeof plain;
/** Results of a function made from a loss, at fixed arguments. */
function at(
  fn: (loss: Loss) => (x: Tensor, ws: readonly Tensor[]) => readonly Tensor[],
  loss: Loss,
): number[][] {
  return evaluate((x, ...ws) => fn(loss)(x, ws), ...args);
}

function count(
  fn: (...all: Tensor[]) => Tensor | readonly Tensor[],
  name: string,
  n: number | 'n' = 'n',
): number {
  const [x, ...ws] = args.map(({ shape }) => shape);
  const specs = [t.float64(n, x![1]!), ...ws.map((shape) => t.float64(...shape))];
  const { graph } = t.trace((...all: Tensor[]) => [fn(...all)].flat(), ...specs);
  return t.cleanGraph(graph).nodes.filter(({ primitive }) => primitive.name === name).length;
}

describe('rematerialize', () => {
  const gradients = (loss: Loss) => (x: Tensor, ws: readonly Tensor[]) => {
    const [value, [ofX, ofWs]] = t.valueAndGrad(loss, { argument: [0, 1] })(x, ws);
    return [value, ofX, ...ofWs];
  };

  it('changes no bit of values and gradients', () => {
    expect(at(gradients, again)).toEqual(at(gradients, plain));
  });

  it('computes again what it does not keep, in reverse mode only', () => {
    const program =
      (loss: Loss) =>
      (x: Tensor, ...ws: Tensor[]) =>
        gradients(loss)(x, ws);
    expect(count(program(plain), 'tanh')).toBe(4);
    expect(count(program(again), 'tanh')).toBe(8);
    expect(count(program(again), 'after')).toBe(4);
    const value = (x: Tensor, ...ws: Tensor[]) => again(x, ws);
    const forward = (x: Tensor, ...ws: Tensor[]) => t.jvp((y: Tensor) => again(y, ws), [x], [x])[1];
    expect([count(value, 'tanh'), count(forward, 'tanh')]).toEqual([4, 4]);
    expect(count(forward, 'after')).toBe(0);
  });

  it('may be differentiated again, batched, and nested', () => {
    const nested: Loss = (x, ws) => {
      const outer = t.rematerialize((y: Tensor) => {
        const inner = t.rematerialize((z: Tensor, w: Tensor) => layer(z, w));
        return t.square(ws.reduce((z, w) => inner(z, w), y));
      });
      return t.sum(outer(x));
    };
    const second = (loss: Loss) => (x: Tensor, ws: readonly Tensor[]) => [
      t.hessianVectorProduct(loss)(t.square(x), x, ws),
      t.grad((y: Tensor) => t.sum(t.sin(t.grad(loss)(y, ws))))(x),
      ...t.grad((w: readonly Tensor[]) => t.jvp((y: Tensor) => loss(y, w), [x], [x])[1])(ws),
      ...t.vmap((y: Tensor) =>
        t
          .grad(loss, { argument: [0, 1] })(t.expandDims(y, 0), ws)
          .flat(),
      )(x),
      ...t.grad((w: readonly Tensor[]) => t.sum(t.vmap((y: Tensor) => loss(t.expandDims(y, 0), w))(x)))(ws),
    ];
    const expected = at(second, plain);
    for (const loss of [again, nested])
      at(second, loss).forEach((result, k) => {
        expect(result.length).toBe(expected[k]!.length);
        result.forEach((value, i) => expect(value).toBeCloseTo(expected[k]![i]!, 12));
      });
  });

  it('keeps the memory of many examples small too', () => {
    const perExample =
      (loss: Loss) =>
      (x: Tensor, ...ws: Tensor[]) =>
        t.vmap((y: Tensor) => t.grad(loss, { argument: 1 })(t.expandDims(y, 0), ws))(x);
    expect(count(perExample(plain), 'tanh')).toBe(4);
    expect(count(perExample(again), 'tanh')).toBe(8);
  });

  it('passes on what is no number of the program, and several results', () => {
    const fn = t.rematerialize((x: Tensor, i: Tensor, flags: { on: Tensor }) => ({
      rows: t.gather(t.exp(x), i),
      on: flags.on,
      x,
      constant: t.full([2], 1, 'float64'),
    }));
    const loss = (x: Tensor, i: Tensor) => {
      const { rows, on, x: same, constant } = fn(x, i, { on: t.less(x, 1) });
      const parts = [t.where(t.gather(on, i), rows, 0), t.gather(same, i), constant];
      return parts.map((part) => t.sum(part)).reduce((a, b) => t.add(a, b));
    };
    const i: NdArray = { data: Int32Array.of(0, 0, 1), shape: [3] };
    const e = Math.exp(0.5);
    const results = evaluate((x, j) => t.valueAndGrad(loss)(x, j), vector(0.5, 2), i);
    expect(results[0]![0]).toBeCloseTo(2 * e + 3 + 2, 12);
    expect(results[1]![0]).toBeCloseTo(2 * e + 2, 12);
    expect(results[1]![1]).toBe(1);
  });

  it('passes on NaN, infinities and the sign of zero', () => {
    const special = vector(NaN, Infinity, -Infinity, -0, 0);
    const fn = t.rematerialize((x: Tensor) => t.neg(t.neg(x)));
    expect(evaluate(fn, special)).toEqual([[NaN, Infinity, -Infinity, -0, 0]]);
    const slope = t.grad((x: Tensor) => t.sum(t.rematerialize((y: Tensor) => t.mul(y, t.abs(y)))(x)));
    const bare = t.grad((x: Tensor) => t.sum(t.mul(x, t.abs(x))));
    expect(evaluate((x) => slope(x), special)).toEqual(evaluate((x) => bare(x), special));
  });
});

describe('rematerializeChain', () => {
  it.each([1, 2, 3, 4, 9])('gives what the chain gives, in %i segments', (segments) => {
    const loss: Loss = (x, ws) => {
      const layers = ws.map((w) => (y: Tensor) => layer(y, w));
      return t.sum(t.square(t.rematerializeChain(layers, x, { segments })));
    };
    const both = (given: Loss) => (x: Tensor, ws: readonly Tensor[]) =>
      t
        .grad(given, { argument: [0, 1] })(x, ws)
        .flat();
    expect(at(both, loss)).toEqual(at(both, plain));
    const program = (x: Tensor, ...ws: Tensor[]) => both(loss)(x, ws);
    // One wait before each segment and one behind it.
    expect(count(program, 'after')).toBe(2 * Math.min(segments, 4));
  });

  it('takes about sqrt(n) segments, and any number of layers', () => {
    const chain = (x: Tensor): Tensor => t.sum(t.rematerializeChain(Array<typeof t.sin>(9).fill(t.sin), x));
    expect(evaluate(t.grad(chain), vector(0.5))[0]![0]).toBeCloseTo(
      evaluate(
        t.grad((x: Tensor) =>
          t.sum(
            Array<typeof t.sin>(9)
              .fill(t.sin)
              .reduce((y, f) => f(y), x),
          ),
        ),
        vector(0.5),
      )[0]![0]!,
      14,
    );
    const { graph } = t.trace(t.grad(chain), t.float64(1));
    expect(t.cleanGraph(graph).nodes.filter(({ primitive }) => primitive.name === 'after').length).toBe(3);
    expect(evaluate((x) => t.rematerializeChain([], x), vector(3))).toEqual([[3]]);
    const wrong = () => evaluate((x) => t.rematerializeChain([t.sin], x, { segments: 0.5 }), vector(3));
    expect(wrong).toThrow(InvalidArgumentError);
    expect(wrong).toThrow('rematerializeChain: segments');
  });
});
