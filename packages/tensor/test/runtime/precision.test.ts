import { InvalidArgumentError } from '@pct/core';
import type { Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { convertFloats } from '../../src/graph/convertFloats.js';

const { array, compile, float32, float64, int32 } = t;

describe.each(['interpreter', 'onnxruntime-node'] as const)('precision with %s', (runtime) => {
  it('computes float32 programs in float64', async () => {
    const third = (x: Tensor) => t.div(x, t.add(t.dimension('n', 'float32'), t.full([1], 1)));
    const program = await compile(third, [float32('n')], { runtime, precision: 'float64' });
    const expected = array([1 / 3, 2 / 3], 'float64');
    expect(await program.run(array([1, 2]))).toEqual(expected);
    expect(await program.run(array([1, 2], 'float64'))).toEqual(expected);
    expect(await program.runInto(program.allocateOutputs({ n: 2 }), array([1, 2]))).toEqual(expected);
    await program.dispose();
  });

  it('computes float64 programs in float32', async () => {
    const fn = (x: Tensor) => [t.exp(x), t.cast(t.cast(x, 'float32'), 'float64')] as const;
    const program = await compile(fn, [float64(2)], { runtime, precision: 'float32' });
    const [power, same] = await program.run(array([0, 0.1], 'float64'));
    expect(power.data).toBeInstanceOf(Float32Array);
    expect(power.data[1]).toBeCloseTo(Math.exp(0.1), 6);
    expect(same).toEqual(array([0, 0.1]));
    await program.dispose();
  });

  it('leaves integers and truth values as they are', async () => {
    const fn = (x: Tensor, i: Tensor) => ({
      picked: t.gather(x, i),
      positive: t.greater(x, 0),
      counted: t.cast(i, 'float32'),
      rounded: t.cast(x, 'int32'),
      place: t.iota('n'),
    });
    const program = await compile(fn, [float32('n'), int32(1)], { runtime, precision: 'float64' });
    expect(await program.run(array([-1.5, 2.5]), array([1], 'int32'))).toEqual({
      picked: array([2.5], 'float64'),
      positive: { data: Uint8Array.of(0, 1), shape: [2] },
      counted: array([1], 'float64'),
      rounded: array([-1, 2], 'int32'),
      place: array([0, 1], 'int32'),
    });
    const run = program.run as unknown as (...args: unknown[]) => Promise<unknown>;
    await expect(run(array([1, 2], 'int32'), array([0], 'int32'))).rejects.toThrow(
      'run: x must be float64[n] in a Float64Array, got Int32Array',
    );
    await program.dispose();
  });

  it('takes operations with a body as their shape rule has them', async () => {
    const like = t.customOp({
      name: 'like',
      infer: (inputs) => inputs,
      run: ([x]) => [x!.data.map((value) => value / 3)],
    });
    const fixed = t.customOp({
      name: 'fixed',
      infer: ([x]) => [{ dtype: 'float32', shape: x!.shape }],
      run: ([x]) => [Float32Array.from(x!.data, (value) => value / 3)],
    });
    const fn = (x: Tensor) => [like(x)[0]!, t.add(fixed(x)[0]!, 0)] as const;
    const program = await compile(fn, [float32(1)], { runtime, precision: 'float64' });
    expect(await program.run(array([1]))).toEqual([
      array([1 / 3], 'float64'),
      array([Math.fround(1 / 3)], 'float64'),
    ]);
    await program.dispose();
  });
});

describe('precision', () => {
  it('gives derivatives of second order the digits of float64', async () => {
    const loss = (x: Tensor) => t.sum(t.mul(t.sin(x), t.exp(x)));
    const at = array([0.3]);
    const direction = array([1]);
    const product = await compile(t.hessianVectorProduct(loss), [float32(1), float32(1)], {
      runtime: 'interpreter',
      precision: 'float64',
    });
    const x = at.data[0]!;
    expect((await product.run(direction, at)).data[0]).toBeCloseTo(2 * Math.cos(x) * Math.exp(x), 13);
  });

  it('checks its options', async () => {
    const fn = (x: Tensor) => x;
    await expect(compile(fn, [float32()], { precision: 'half' as never })).rejects.toThrow(
      InvalidArgumentError,
    );
    await expect(compile(fn, [float32()], { threads: 0 })).rejects.toThrow('threads');
    await expect(compile(fn, [float32()], { runtime: 'gpu' as never })).rejects.toThrow(
      'compile: runtime must be a Runtime or one of auto, onnxruntime-node',
    );
  });

  it('changes nothing where there is nothing to change', () => {
    const { graph } = t.trace(
      (x: Tensor, i: Tensor) => t.segmentSum(t.mul(x, 2), i, 3),
      float32('n'),
      int32('n'),
    );
    expect(t.printGraph(convertFloats(graph, 'float32'))).toBe(t.printGraph(graph));
    expect(t.printGraph(convertFloats(graph, 'float64'))).toBe(
      t.printGraph(graph).replaceAll('float32', 'float64'),
    );
  });
});
