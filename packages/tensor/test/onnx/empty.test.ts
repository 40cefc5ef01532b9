/** Programs for no examples at all: what onnxruntime's operators do not take, or never come back from. */
import { ShapeError } from '@pct/core';
import type { NdArray, Runtime, Tensor } from '@pct/tensor';
import {
  argmax,
  compile,
  conv2d,
  float32,
  float64,
  interpreter,
  matmul,
  onnxruntimeNode,
  square,
  sum,
  valueAndGrad,
} from '@pct/tensor';
import { describe, expect, it } from 'vitest';

const runtime = await onnxruntimeNode({ threads: 1 });
const engines: [string, Runtime][] = [
  ['onnxruntime-node', runtime],
  ['interpreter', interpreter()],
];

function array(float: 'float32' | 'float64', shape: number[]): NdArray {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Array.from({ length: size }, (_, k) => (k % 5) - 2);
  return { data: float === 'float32' ? Float32Array.from(data) : Float64Array.from(data), shape };
}

describe.each(['float32', 'float64'] as const)('%s', (float) => {
  const spec = float === 'float32' ? float32 : float64;

  it.each([0, 1, 3])('conv2d with strides and padding has a gradient for %d images', async (n) => {
    const loss = (kernels: Tensor, images: Tensor): Tensor =>
      sum(
        square(
          conv2d(images, kernels, { strides: [2, 3], padding: [1, 0, 2, 1], dilations: [2, 1], groups: 2 }),
        ),
      );
    const [kernels, images] = [array(float, [4, 1, 3, 2]), array(float, [n, 2, 7, 6])];
    const results = await Promise.all(
      engines.map(async ([, engine]) => {
        const specs = [spec(4, 1, 3, 2), spec('n', 2, 7, 6)] as const;
        await using step = await compile(valueAndGrad(loss, { argument: [0, 1] }), specs, {
          runtime: engine,
        });
        return await step.run(kernels, images);
      }),
    );
    expect(results[0]).toEqual(results[1]);
    const [value, gradient] = results[0]!;
    expect(value.data[0]! > 0).toBe(n > 0);
    expect(gradient[0].data.some((element) => element !== 0)).toBe(n > 0);
    expect(gradient[1].shape).toEqual([n, 2, 7, 6]);
  });

  it.each([0, 1, 3])('matmul repeats a matrix for %d others, on either side', async (b) => {
    const products = (m: Tensor, stack: Tensor, one: Tensor): Tensor[] => [
      matmul(m, stack),
      matmul(one, stack),
      matmul(stack, one),
      matmul(stack, m),
    ];
    const args = [array(float, [3, 3]), array(float, [b, 3, 3]), array(float, [1, 3, 3])] as const;
    const results = await Promise.all(
      engines.map(async ([, engine]) => {
        const specs = [spec(3, 3), spec('b', 3, 3), spec(1, 3, 3)] as const;
        await using program = await compile(products, specs, { runtime: engine });
        return await program.run(...args);
      }),
    );
    expect(results[0]).toEqual(results[1]);
    expect(results[0]!.map(({ shape }) => shape)).toEqual(Array.from({ length: 4 }, () => [b, 3, 3]));
  });
});

describe('what has no meaning', () => {
  it.each(engines)('argmax of no elements fails on %s', async (_, engine) => {
    await using program = await compile((x: Tensor) => argmax(x, 0), [float32('n', 2)], { runtime: engine });
    await expect(program.run(array('float32', [0, 2]))).rejects.toThrow(
      /ArgMax|argmax: has no value for no elements/,
    );
    expect(Array.from((await program.run(array('float32', [2, 2]))).data)).toEqual([1, 1]);
  });

  it.each([
    [
      [1, 0, 5, 5],
      [2, 0, 3, 3],
    ],
    [
      [1, 2, 5, 5],
      [0, 2, 3, 3],
    ],
  ])('conv2d refuses images %j and kernels %j', async (images, kernels) => {
    const program = compile(
      (x: Tensor, k: Tensor) => conv2d(x, k),
      [float32(...images), float32(...kernels)],
      { runtime },
    );
    await expect(program).rejects.toThrow(ShapeError);
    await expect(program).rejects.toThrow(
      `conv2d: needs at least one channel and one kernel, got float32[${images.join(', ')}] and float32[${kernels.join(', ')}]`,
    );
  });
});
