import { InvalidArgumentError, MissingDependencyError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import type { Runtime } from '../../src/runtime/types.js';
import { add } from '../../src/primitives/add.js';
import { customOp } from '../../src/primitives/customOp.js';
import { exp } from '../../src/primitives/exp.js';
import { gather } from '../../src/primitives/gather.js';
import { matmul } from '../../src/primitives/matmul.js';
import { mul } from '../../src/primitives/mul.js';
import { sum } from '../../src/primitives/sum.js';
import { transpose } from '../../src/primitives/transpose.js';
import { compile } from '../../src/runtime/compile.js';
import { loadOnnxruntime } from '../../src/runtimes/loadOnnxruntime.js';
import { probeDevice } from '../../src/runtimes/probeDevice.js';
import { onnxruntimeNode } from '../../src/runtimes/onnxruntimeNode.js';
import { float32, float64, int32 } from '../../src/trace/spec.js';
import type { Tensor } from '../../src/trace/Tensor.js';
import { valueAndGrad } from '../../src/transforms/grad.js';

const runtime = await onnxruntimeNode({ threads: 1 });
const vector = (...values: number[]) => ({ data: Float32Array.from(values), shape: [values.length] });

describe('onnxruntimeNode', () => {
  it('runs overlapping calls with different sizes', async () => {
    const program = await compile((x: Tensor) => [sum(x), mul(x, x)] as const, [float32('n')], { runtime });
    const runs = [1, 5, 3].map((n) => program.run(vector(...Array.from({ length: n }, (_, k) => k + 1))));
    const results = await Promise.all(runs);
    expect(results.map(([total]) => total.data[0])).toEqual([1, 15, 6]);
    expect(results[1]![1]).toEqual(vector(1, 4, 9, 16, 25));
    await program.dispose();
  });

  it("gives results that are the caller's own", async () => {
    const program = await compile((x: Tensor) => [x, x, exp(x)] as const, [float32('n')], { runtime });
    const x = vector(0, 0);
    const [a, b, c] = await program.run(x);
    a.data[0] = 7;
    c.data[0] = 9;
    expect([x.data[0], b.data[0]]).toEqual([0, 0]);
    const again = await program.run(x);
    expect(again[2].data[0]).toBe(1);
    expect(c.data[0]).toBe(9);
    await program.dispose();
  });

  it('takes arrays without elements', async () => {
    const program = await compile((x: Tensor) => [sum(x), mul(x, 2)] as const, [float32('n', 3)], {
      runtime,
    });
    const [total, doubled] = await program.run({ data: new Float32Array(0), shape: [0, 3] });
    expect(total.data[0]).toBe(0);
    expect(doubled).toEqual({ data: new Float32Array(0), shape: [0, 3] });
    await program.dispose();
  });

  it('does not run after dispose, which may be called twice', async () => {
    const program = await compile((x: Tensor) => exp(x), [float32('n')], { runtime });
    await program.dispose();
    await program.dispose();
    await expect(program.run(vector(1))).rejects.toThrow(InvalidArgumentError);
    await expect(program.run(vector(1))).rejects.toThrow('run: the program has been disposed');
  });

  it('stops preparing when asked to', async () => {
    const stopped = compile((x: Tensor) => exp(x), [float32('n')], { runtime, signal: AbortSignal.abort() });
    await expect(stopped).rejects.toThrow(/abort/i);
  });

  it('runs on two threads', async () => {
    const two = await onnxruntimeNode({ threads: 2 });
    const program = await compile((x: Tensor) => matmul(x, transpose(x)), [float64(40, 'n')], {
      runtime: two,
    });
    const result = await program.run({ data: new Float64Array(4000).fill(1), shape: [40, 100] });
    expect(result.data.every((value) => value === 100)).toBe(true);
    await program.dispose();
  });

  it('refuses wrong options and devices that are not there', async () => {
    await expect(onnxruntimeNode({ threads: 0 })).rejects.toThrow(InvalidArgumentError);
    await expect(onnxruntimeNode({ threads: 0 })).rejects.toThrow(
      /threads must be an integer of at least 1, got 0/,
    );
    await expect(onnxruntimeNode({ executionProviders: [] })).rejects.toThrow(/at least one device/);
    const unknown = onnxruntimeNode({ executionProviders: ['abacus' as never] });
    await expect(unknown).rejects.toThrow(MissingDependencyError);
    await expect(unknown).rejects.toThrow(/has no 'abacus'; it has cpu/);
  });
});

describe('probeDevice', () => {
  it('passes on why a device does not start', async () => {
    const engine = (device: string) => ({
      maker: 'onnxruntimeNode',
      ort,
      settings: { executionProviders: [device], logSeverityLevel: 4 as const },
      call: <T>(task: () => Promise<T>) => task(),
    });
    const ort = await loadOnnxruntime();
    await probeDevice(engine('cpu'));
    await expect(probeDevice(engine('abacus'))).rejects.toThrow(MissingDependencyError);
    await expect(probeDevice(engine('abacus'))).rejects.toThrow(
      /onnxruntimeNode: abacus does not start on this machine: \S/,
    );
  });
});

describe('loadOnnxruntime', () => {
  it('says whether the package is missing or broken', async () => {
    const missing = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    const notThere = loadOnnxruntime(() => Promise.reject(missing));
    await expect(notThere).rejects.toThrow(MissingDependencyError);
    await expect(notThere).rejects.toThrow(/is not installed; run npm install onnxruntime-node/);
    await expect(notThere).rejects.toHaveProperty('cause', missing);
    const broken = loadOnnxruntime(() => Promise.reject(new Error('libc too old')));
    await expect(broken).rejects.toThrow(/does not load on this machine: libc too old/);
  });
});

describe('programs with bodies in TypeScript', () => {
  const calls: number[] = [];
  const cube = customOp({
    name: 'cube',
    infer: (inputs) => [inputs[0]!],
    run: ([x]) => {
      calls.push(x!.data.length);
      return [Float64Array.from(x!.data, (value) => value ** 3)];
    },
    vjp: ([x], _, [g]) => [g && mul(g, mul(3, mul(x!, x!)))],
  });
  /** Doubles the number of rows, without derivative. */
  const twice = customOp({
    name: 'twice',
    infer: ([x]) => [{ dtype: x!.dtype, shape: ['2*n'] }],
    run: ([x]) => [Float32Array.from([...x!.data, ...x!.data])],
  });
  const same = customOp({ name: 'same', infer: (inputs) => [inputs[0]!], run: ([x]) => [x!.data] });

  async function both(
    fn: (...args: Tensor[]) => readonly Tensor[],
    specs: Parameters<typeof compile>[1],
    args: readonly { data: Float32Array | Int32Array; shape: number[] }[],
  ): Promise<unknown[][]> {
    const outcome: unknown[][] = [];
    for (const engine of [runtime, 'interpreter'] as (Runtime | 'interpreter')[]) {
      const program = await compile(fn as (...all: unknown[]) => readonly Tensor[], specs, {
        runtime: engine,
      });
      outcome.push((await program.run(...(args as never[]))) as unknown as unknown[]);
      await program.dispose();
    }
    return outcome;
  }

  it('are cut around them, also when differentiated', async () => {
    const loss = (x: Tensor, w: Tensor): Tensor => sum(mul(cube(mul(cube(mul(x, w))[0]!, 0.5))[0]!, w));
    const step = (x: Tensor, w: Tensor): Tensor[] => valueAndGrad(loss)(x, w);
    const [got, expected] = await both(
      step,
      [float32('n'), float32('n')],
      [vector(0.5, -1, 0.25), vector(1, 0.5, 2)],
    );
    expect(got).toEqual(expected);
    expect(calls.length).toBeGreaterThan(0);
  });

  it('know named sizes that only other inputs have, and transposes from before the cut', async () => {
    const fn = (x: Tensor, a: Tensor, rows: Tensor): readonly Tensor[] => {
      const turned = transpose(a);
      const doubled = twice(gather(x, rows))[0]!;
      const [b] = same(turned);
      return [doubled, matmul(turned, transpose(b!)), add(doubled, 1), x, turned];
    };
    const a = { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] };
    const rows = { data: Int32Array.of(2, 0), shape: [2] };
    const [got, expected] = await both(
      fn,
      [float32('m'), float32(2, 3), int32('n')],
      [vector(10, 20, 30), a, rows],
    );
    expect(got).toEqual(expected);
  });

  it("give results that are the caller's own", async () => {
    const program = await compile((x: Tensor) => [x, same(x)[0]!, same(x)[0]!] as const, [float32('n')], {
      runtime,
    });
    const x = vector(1, 2);
    const results = await program.run(x);
    const arrays = new Set([x.data, ...results.map(({ data }) => data)]);
    expect(arrays.size).toBe(4);
    await program.dispose();
  });

  it('are released as a whole, also when a part cannot be prepared', async () => {
    const program = await compile((x: Tensor) => exp(cube(exp(x))[0]!), [float32('n')], { runtime });
    await program.dispose();
    await expect(program.run(vector(1))).rejects.toThrow('run: the program has been disposed');
    const aborted = compile((x: Tensor) => exp(cube(exp(x))[0]!), [float32('n')], {
      runtime,
      signal: AbortSignal.abort(),
    });
    await expect(aborted).rejects.toThrow(/abort/i);
  });
});
