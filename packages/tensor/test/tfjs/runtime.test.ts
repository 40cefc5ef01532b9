import { InvalidArgumentError, MissingDependencyError } from '@pct/core';
import type { Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { tfjs, tfjsFallbacks } from '@pct/tensor/tfjs';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImportPackage } from '../../src/tfjs/load.js';
import { tfLowerings } from '../../src/tfjs/lowerings/table.js';
import { openTfjs } from '../../src/tfjs/tfjsRuntime.js';

const x = t.array([1, 2, 3]);
let before = 0;

beforeAll(async () => {
  await tf.setBackend('cpu');
});

beforeEach(() => {
  before = tf.memory().numTensors;
});

afterEach(() => {
  expect(tf.memory().numTensors).toBe(before);
  expect(tf.getBackend()).toBe('cpu');
});

/** What loading a package that is not there throws. */
function missing(name: string): Error {
  return Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' });
}

/** What `@tensorflow/tfjs-node-gpu` throws where its binary was not downloaded. */
const NO_BINARY = new Error('The Node.js native addon module (tfjs_binding.node) can not be found');

/** Packages by name; what is not there is not installed. */
const packages =
  (given: Readonly<Record<string, unknown>>): ImportPackage =>
  (name) => {
    const found = given[name] ?? missing(name);
    return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
  };

/** A module like tfjs-node-gpu: tfjs with a backend called `tensorflow`, which here is another instance of cpu. */
function nodeGpu(): typeof tf {
  if (tf.findBackendFactory('tensorflow') === null) {
    tf.registerBackend('tensorflow', tf.findBackendFactory('cpu'));
    tf.copyRegisteredKernels('cpu', 'tensorflow');
  }
  return tf;
}

async function square(runtime: t.Runtime): Promise<number[]> {
  const program = await t.compile((y: Tensor) => t.mul(y, y), [t.float32('n')], { runtime });
  return Array.from((await program.run(x)).data);
}

describe('backends', () => {
  it('are named with the version', async () => {
    const runtime = await tfjs({ backend: 'wasm' });
    expect(runtime.name).toBe('tfjs 4.22.0 on wasm');
    expect(runtime).toMatchObject({ version: '4.22.0', backend: 'wasm', passedOver: [] });
    expect(await square(runtime)).toEqual([1, 4, 9]);
  });

  it("are the first that works with 'auto', with the reasons for others", async () => {
    const runtime = await openTfjs(
      {},
      packages({ '@tensorflow/tfjs': tf, '@tensorflow/tfjs-node-gpu': NO_BINARY }),
    );
    expect(runtime.name).toBe('tfjs 4.22.0 on cpu');
    expect(runtime.passedOver.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
      'tensorflow: tfjs: @tensorflow/tfjs-node-gpu does not load on this machine: The Node.js native addon module (tfjs_binding.node) can not be found',
      'wasm: tfjs: @tensorflow/tfjs-backend-wasm is not installed; run npm install @tensorflow/tfjs-backend-wasm',
    ]);
    expect(runtime.passedOver[0]!.cause).toBe(NO_BINARY);
    expect(await square(runtime)).toEqual([1, 4, 9]);
  });

  it("with 'auto' begin with tfjs-node-gpu", async () => {
    const runtime = await openTfjs({}, packages({ '@tensorflow/tfjs-node-gpu': { default: nodeGpu() } }));
    expect(runtime).toMatchObject({ name: 'tfjs 4.22.0 on tensorflow', passedOver: [] });
    expect(await square(runtime)).toEqual([1, 4, 9]);
  });

  it('of this machine are tried without help', async () => {
    const runtime = await tfjs();
    expect(runtime.backend).toBe('wasm');
    expect(runtime.passedOver).toMatchObject([
      { name: 'tensorflow', reason: expect.stringContaining('@tensorflow/tfjs-node-gpu is not installed') },
    ]);
  });

  it('that are wanted and missing are an error', async () => {
    const none = packages({});
    await expect(openTfjs({ backend: 'tensorflow' }, none)).rejects.toThrow(MissingDependencyError);
    await expect(openTfjs({ backend: 'wasm' }, none)).rejects.toThrow(
      'tfjs: @tensorflow/tfjs is not installed; run npm install @tensorflow/tfjs',
    );
    await expect(openTfjs({}, none)).rejects.toThrow(/no backend works here\n- .*node-gpu.*\n- .*\n- .*/);
    await expect(tfjs({ backend: 'webgpu' })).rejects.toThrow(
      '@tensorflow/tfjs-backend-webgpu is not installed',
    );
    await expect(tfjs({ backend: 'gpu' as never })).rejects.toThrow(InvalidArgumentError);
  });

  it('that do not start are an error', async () => {
    tf.registerBackend('webgl', () => Promise.reject(new Error('no screen')));
    await expect(tfjs({ tf, backend: 'webgl' })).rejects.toThrow("the backend 'webgl' does not start here");
    tf.removeBackend('webgl');
  });
});

describe('a given module', () => {
  it('keeps its backend, whatever others run on', async () => {
    const [own, wasm, gpu] = [
      await tfjs({ tf }),
      await tfjs({ tf, backend: 'wasm' }),
      await tfjs({ tf: nodeGpu(), backend: 'tensorflow' }),
    ];
    expect([own.name, wasm.name, gpu.name]).toEqual([
      'tfjs 4.22.0 on cpu',
      'tfjs 4.22.0 on wasm',
      'tfjs 4.22.0 on tensorflow',
    ]);
    const results = await Promise.all([square(own), square(wasm), square(gpu), square(own)]);
    expect(results).toEqual(Array(4).fill([1, 4, 9]));
  });

  it('has to have the backend', async () => {
    await expect(tfjs({ tf, backend: 'webgpu' })).rejects.toThrow(
      /this module of tfjs has no backend 'webgpu', only .*cpu.*; import the package of that backend before/,
    );
    await expect(tfjs({ tf: {} as never })).rejects.toThrow('tfjs: tf must be a loaded module of tfjs');
  });
});

describe('programs', () => {
  it('with float64 are refused, with the remedy', async () => {
    const runtime = await tfjs({ tf });
    const refused = t.compile((p: { w: Tensor }) => t.exp(p.w), [{ w: t.float64(3) }], { runtime });
    await expect(refused).rejects.toThrow(InvalidArgumentError);
    await expect(refused).rejects.toThrow(
      "prepare: p.w is float64[3]; tfjs has no float64: compile with precision: 'float32'",
    );
    await expect(t.compile((y: Tensor) => t.cast(y, 'float64'), [t.float32(3)], { runtime })).rejects.toThrow(
      'prepare: cast makes float64[3]',
    );
  });

  it.each(['cpu', 'wasm'] as const)('run the bodies of own operations in between on %s', async (backend) => {
    const runtime = await tfjs({ tf, backend });
    const kept = Float32Array.of(5, 5, 5);
    const table = t.customOp({ name: 'table', infer: (inputs) => inputs, run: () => [kept] });
    const program = await t.compile(
      (y: Tensor) => {
        const [z] = table(t.exp(y));
        return { constant: z!, sum: t.add(z!, y), again: z!, given: y };
      },
      [t.float32('n')],
      { runtime },
    );
    const results = await program.run(x);
    expect(Object.values(results).map(({ data }) => [...data])).toEqual([
      [5, 5, 5],
      [6, 7, 8],
      [5, 5, 5],
      [1, 2, 3],
    ]);
    // Every result is the caller's own.
    for (const { data } of Object.values(results)) data.fill(9);
    expect([...kept, ...x.data]).toEqual([5, 5, 5, 1, 2, 3]);
    const [first, second] = await Promise.all([program.run(x), program.run(x)]);
    expect(first).toEqual(second);
  });

  it.each(['cpu', 'wasm'] as const)('leave nothing behind after an error on %s', async (backend) => {
    const runtime = await tfjs({ tf, backend });
    const rows = await t.compile(
      (y: Tensor, i: Tensor) => t.gather(t.exp(y), i),
      [t.float32(3), t.int32(1)],
      {
        runtime,
      },
    );
    for (const index of [3, -1])
      await expect(rows.run(x, t.array([index], 'int32'))).rejects.toThrow(
        `gather: indices must be from 0 to 2, got ${index} at position 0`,
      );
    const failing = t.customOp({
      name: 'failing',
      infer: (inputs) => inputs,
      run: () => {
        throw new Error('out of order');
      },
    });
    const program = await t.compile((y: Tensor) => failing(t.exp(y))[0]!, [t.float32(3)], { runtime });
    await expect(program.run(x)).rejects.toThrow('out of order');
  });

  it('say at which operation tfjs stopped', async () => {
    const runtime = await tfjs({
      tf: {
        ...tf,
        exp: () => {
          throw new Error('lost the device');
        },
      },
    });
    const program = await t.compile(t.exp, [t.float32(3)], { runtime });
    await expect(program.run(x)).rejects.toThrow('run: tfjs stopped at exp: lost the device');
  });

  it('do not run after they are disposed, and are not made after an abort', async () => {
    const runtime = await tfjs({ tf });
    const program = await runtime.prepare(t.trace(t.exp, t.float32(3)).graph);
    await program.dispose();
    await expect(program.run([x])).rejects.toThrow('run: the program has been disposed');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(t.compile(t.exp, [t.float32(3)], { runtime, signal })).rejects.toThrow('enough');
  });

  it('run outside of the scopes of the caller', async () => {
    const runtime = await tfjs({ tf });
    const program = await t.compile((y: Tensor) => t.segmentMax(t.exp(y), t.iota(3), 3), [t.float32(3)], {
      runtime,
    });
    tf.engine().startScope();
    const running = program.run(x);
    tf.engine().endScope();
    expect((await running).data[0]).toBeCloseTo(Math.E, 5);
  });
});

describe('operations', () => {
  it('are run by tfjs or named in the table', () => {
    const tabled = new Set(tfjsFallbacks.map(({ primitive }) => primitive));
    const without = Object.keys(t.primitives).filter((name) => !(name in tfLowerings) && !tabled.has(name));
    expect(without).toEqual([]);
    expect([...tabled].filter((name) => !(name in t.primitives))).toEqual([]);
  });

  it('without a kernel are computed in TypeScript', async () => {
    const runtime = await tfjs({
      tf: {
        ...tf,
        getKernel: (name, backend) => tf.getKernel(name === 'Exp' ? 'none' : name, backend),
        exp: () => {
          throw new Error('there is no such kernel');
        },
      },
    });
    const program = await t.compile(t.exp, [t.float32(3)], { runtime });
    expect((await program.run(x)).data[1]).toBeCloseTo(Math.exp(2), 5);
  });
});
