import { InvalidArgumentError, ShapeError } from '@pct/core';
import type { Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { fromTf, tfFunction, toTf } from '@pct/tensor/tfjs';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import * as core from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

let before = 0;

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.setBackend('cpu');
});

beforeEach(() => {
  before = tf.memory().numTensors;
});

/** Nothing may be left on the device after a test. */
afterEach(async () => {
  expect(tf.memory().numTensors).toBe(before);
  await tf.setBackend('cpu');
});

/** Numbers that a function of tensors of tfjs gives; what it makes is disposed. */
async function values(make: () => tf.Tensor): Promise<number[]> {
  const result = tf.tidy(make);
  const data = Array.from(await result.data());
  result.dispose();
  return data;
}

const close = (actual: readonly number[], expected: readonly number[], tolerance = 1e-4): void => {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(expected[i]!)),
    );
  });
};

const cube = t.customOp({
  name: 'cube',
  infer: (inputs) => inputs,
  run: ([x]) => [x!.data.map((v) => v ** 3)],
  vjp: ([x], _, [g]) => [g && t.mul(g, t.mul(3, t.mul(x!, x!)))],
});

/** Functions of one variable with their first three derivatives. */
const functions: readonly (readonly [string, (x: Tensor) => Tensor, readonly ((x: number) => number)[]])[] = [
  [
    'x² exp(x), where tfjs itself is wrong from the second order on',
    (x) => t.mul(t.mul(x, x), t.exp(x)),
    [
      (x) => (x * x + 2 * x) * Math.exp(x),
      (x) => (x * x + 4 * x + 2) * Math.exp(x),
      (x) => (x * x + 6 * x + 6) * Math.exp(x),
    ],
  ],
  [
    'sigmoid(x)²',
    (x) => t.square(t.sigmoid(x)),
    [
      (x) => 2 * s(x) ** 2 * (1 - s(x)),
      (x) => 2 * s(x) ** 2 * (1 - s(x)) * (2 - 3 * s(x)),
      (x) => 2 * s(x) ** 2 * (1 - s(x)) * (4 - 15 * s(x) + 12 * s(x) ** 2),
    ],
  ],
  ['an own operation', (x) => cube(x)[0]!, [(x) => 3 * x * x, (x) => 6 * x, () => 6]],
];

function s(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

describe.each(['cpu', 'wasm'])('derivatives on %s', (backend) => {
  it.each(functions)('%s', async (_, fn, derivatives) => {
    await tf.setBackend(backend);
    const ours = tfFunction(tf, fn);
    let current = (x: tf.Tensor): tf.Tensor => ours(x);
    for (const derivative of derivatives) {
      current = tf.grad(current);
      const found = await values(() => current(tf.tensor1d([-0.6, 0.4, 1.1])));
      close(found, [-0.6, 0.4, 1.1].map(derivative), 2e-5);
    }
  });

  it('through operations of tfjs before and after', async () => {
    await tf.setBackend(backend);
    const ours = tfFunction(tf, (x: Tensor) => t.mul(x, t.sin(x)));
    // d/dx of sum((2x sin 2x)²) at x: 2 f f', with f = 2x sin 2x.
    const whole = (x: tf.Tensor): tf.Tensor => tf.sum(tf.square(ours(tf.mul(x, 2))));
    const f = (x: number): number => 2 * x * Math.sin(2 * x);
    const slope = (x: number): number => 2 * Math.sin(2 * x) + 4 * x * Math.cos(2 * x);
    const found = await values(() => tf.grad(whole)(tf.tensor1d([0.3, -1.2])));
    close(
      found,
      [0.3, -1.2].map((x) => 2 * f(x) * slope(x)),
      2e-5,
    );
  });
});

describe('arguments and results', () => {
  it('are trees, with derivatives for every floating point leaf', async () => {
    const layer = tfFunction(tf, ({ weight, bias }: { weight: Tensor; bias: Tensor }, x: Tensor) =>
      t.add(t.matmul(x, weight), bias),
    );
    const run = (w: tf.Tensor, b: tf.Tensor, x: tf.Tensor): tf.Tensor => layer({ weight: w, bias: b }, x);
    expect(await values(() => run(tf.tensor2d([[1], [2]]), tf.tensor1d([5]), tf.tensor2d([[3, 4]])))).toEqual(
      [16],
    );
    const gradients = tf.tidy(() =>
      tf.grads((...all: tf.Tensor[]) => run(all[0]!, all[1]!, all[2]!))(
        [tf.tensor2d([[1], [2]]), tf.tensor1d([5]), tf.tensor2d([[3, 4]])],
        tf.tensor2d([[10]]),
      ),
    );
    expect(gradients.map((g) => [...g.dataSync()])).toEqual([[30, 40], [10], [10, 20]]);
    tf.dispose(gradients);
  });

  it('may be several, some of them integers, from one run', async () => {
    let runs = 0;
    const counted = t.customOp({
      name: 'counted',
      infer: (inputs) => inputs,
      run: ([x]) => {
        runs++;
        return [x!.data];
      },
      vjp: (_inputs, _outputs, [g]) => [g],
    });
    const both = tfFunction(tf, (x: Tensor) => {
      const [y] = counted(x);
      return { largest: t.max(y!), at: t.argmax(y!), same: x };
    });
    const x = tf.tensor1d([1, 7, 3]);
    const { largest, at, same } = both(x);
    expect(runs).toBe(1);
    expect([largest.dataSync()[0], at.dataSync()[0], at.dtype]).toEqual([7, 1, 'int32']);
    expect([...same.dataSync()]).toEqual([1, 7, 3]);
    expect(same).not.toBe(x);
    tf.dispose([largest, at, same]);
    const slope = tf.grad((z) => tf.mul(both(z).largest, 2))(x);
    expect([...slope.dataSync()]).toEqual([0, 2, 0]);
    tf.dispose([slope, x]);
  });

  it('may be integers, which have derivative zero', () => {
    const rows = tfFunction(tf, t.gather);
    const gradients = tf.tidy(() =>
      tf.grads((x, i) => tf.sum(rows(x, i)))([tf.tensor2d([[1], [2], [3]]), tf.tensor1d([2, 2], 'int32')]),
    );
    expect(gradients.map((g) => [...g.dataSync()])).toEqual([
      [0, 0, 2],
      [0, 0],
    ]);
    tf.dispose(gradients);
  });

  it('take part in the training of variables of tfjs', () => {
    const loss = tfFunction(tf, (w: Tensor, x: Tensor, y: Tensor) => t.mean(t.square(t.sub(t.mul(w, x), y))));
    const start = tf.scalar(0);
    const w = tf.variable(start);
    const optimizer = tf.train.sgd(0.1);
    for (let step = 0; step < 50; step++)
      tf.tidy(() => {
        optimizer.minimize(() => loss(w, tf.tensor1d([1, 2]), tf.tensor1d([3, 6])) as tf.Scalar);
      });
    expect(w.dataSync()[0]).toBeCloseTo(3, 4);
    tf.dispose([start, w]);
    optimizer.dispose();
  });

  it('belong to tfjs-core as well', async () => {
    const twice = tfFunction(core, (x: Tensor) => t.add(x, x));
    expect(await values(() => core.grad((x) => twice(x))(core.tensor1d([1, 2])))).toEqual([2, 2]);
  });

  it('keep what stopGradient says', async () => {
    const half = tfFunction(tf, (x: Tensor) => t.mul(x, t.stopGradient(x)));
    expect(await values(() => tf.grad((x) => half(x))(tf.scalar(3)))).toEqual([3]);
  });
});

describe('programs', () => {
  it('are traced once for each combination of types and shapes', async () => {
    let traced = 0;
    const twice = tfFunction(
      tf,
      (x: Tensor) => {
        traced++;
        return t.add(x, x);
      },
      { cacheSize: 2 },
    );
    const call = (shape: number[], dtype: 'float32' | 'int32' = 'float32'): Promise<number[]> =>
      values(() => twice(tf.ones(shape, dtype)));
    await call([2]);
    await call([2]);
    await values(() => tf.grad((x) => twice(x))(tf.ones([2])));
    expect(traced).toBe(1);
    await call([2], 'int32');
    expect(traced).toBe(2);
    // The third one takes the place of the one that was not used for longest, [2] of float32.
    await call([3]);
    await call([2], 'int32');
    expect(traced).toBe(3);
    await call([2]);
    expect(traced).toBe(4);
  });

  it('run on the backend that is set', async () => {
    const twice = tfFunction(tf, (x: Tensor) => t.segmentSum(x, t.iota(2), 2));
    expect(await values(() => twice(tf.ones([2])))).toEqual([1, 1]);
    await tf.setBackend('wasm');
    expect(await values(() => twice(tf.ones([2])))).toEqual([1, 1]);
  });
});

describe('what does not fit', () => {
  it('leaves no tensor behind', () => {
    const failing = t.customOp({
      name: 'failing',
      infer: (inputs) => inputs,
      run: () => {
        throw new Error('out of order');
      },
    });
    const broken = tfFunction(tf, (x: Tensor) => t.add(failing(t.exp(x))[0]!, t.log(x)));
    const x = tf.ones([3]);
    expect(() => broken(x)).toThrow('out of order');
    const rows = tfFunction(tf, t.gather);
    const i = tf.tensor1d([3], 'int32');
    expect(() => rows(x, i)).toThrow('gather: indices must be from 0 to 2, got 3 at position 0');
    expect(() => tf.grad((y) => rows(y, i))(x, x)).toThrow(InvalidArgumentError);
    tf.dispose([x, i]);
  });

  it('is named with its path', () => {
    const sum = tfFunction(tf, (p: { a: Tensor }, b: Tensor) => t.add(p.a, b));
    const [one, text, wide] = [tf.ones([2]), tf.tensor(['a']), tf.ones([3])];
    expect(() => sum({ a: one }, 3 as never)).toThrow('tfFunction: b must be a tensor of tfjs');
    expect(() => sum({ a: text }, one)).toThrow(
      'tfFunction: p.a must be float32, int32 or bool, got string[1]',
    );
    expect(() => sum({ a: one }, wide)).toThrow(ShapeError);
    tf.dispose([one, text, wide]);
  });

  it('is refused before it runs', () => {
    const x = tf.ones([2]);
    expect(() => tfFunction(tf, (y: Tensor) => t.cast(y, 'float64'))(x)).toThrow(
      'tfFunction: cast makes float64[2]; tfjs has no float64',
    );
    expect(() => tfFunction(tf, t.neg, { cacheSize: 0 })).toThrow(InvalidArgumentError);
    const without = t.customOp({ name: 'plain', infer: (inputs) => inputs, run: ([y]) => [y!.data] });
    const fn = tfFunction(tf, (y: Tensor) => without(y)[0]!);
    expect(() => tf.grad((y) => fn(y))(x)).toThrow('plain: has no derivative');
    x.dispose();
  });
});

describe('adapters', () => {
  it('copy arrays in both directions', async () => {
    for (const array of [
      { data: Float32Array.of(1.5, -2), shape: [2, 1] },
      { data: Int32Array.of(3), shape: [] },
      { data: Uint8Array.of(1, 0, 1), shape: [3] },
      { data: new Float32Array(0), shape: [0, 4] },
    ]) {
      const given = { data: array.data.slice(), shape: array.shape };
      const tensor = toTf(tf, given);
      given.data.fill(9);
      const back = await fromTf(tensor);
      expect(back).toEqual(array);
      back.data.fill(9);
      expect(await fromTf(tensor)).toEqual(array);
      expect(tensor.isDisposed).toBe(false);
      tensor.dispose();
    }
  });

  it('refuse what the other side does not have', async () => {
    expect(() => toTf(tf, { data: Float64Array.of(1), shape: [1] })).toThrow(
      'toTf: tfjs has no float64, got float64[1]; convert with Float32Array.from(data)',
    );
    expect(() => toTf(tf, { data: Float32Array.of(1), shape: [2] })).toThrow(ShapeError);
    expect(() => toTf(tf, [1, 2] as never)).toThrow('toTf: needs an array { data, shape }');
    const text = tf.tensor(['a']);
    await expect(fromTf(text)).rejects.toThrow(
      'fromTf: elements must be float32, int32 or bool, got string[1]',
    );
    await expect(fromTf(3 as never)).rejects.toThrow(InvalidArgumentError);
    text.dispose();
  });
});
