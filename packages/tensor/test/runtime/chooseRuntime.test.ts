import { InvalidArgumentError, MissingDependencyError } from '@pct/core';
import type { ChooseRuntimeOptions, Runtime, Tensor } from '@pct/tensor';
import { array, chooseRuntime, compile, describeRuntime, float32, float64, mul } from '@pct/tensor';
import { describe, expect, it, vi } from 'vitest';
import type { EngineMakers } from '../../src/runtimes/chooseRuntime.js';
import { chooseFrom } from '../../src/runtimes/chooseRuntime.js';

/** Engines of which only some are there; `asked` lists what they were asked for. */
function engines(...there: readonly string[]): { makers: EngineMakers; asked: string[] } {
  const asked: string[] = [];
  const maker =
    (name: string) =>
    ({ executionProviders }: ChooseRuntimeOptions): Runtime => {
      const full = executionProviders === undefined ? name : `${name} ${executionProviders.join('+')}`;
      asked.push(full);
      if (!there.includes(full)) throw new MissingDependencyError(`${full} is not here`);
      return { name: full, prepare: () => Promise.reject(new Error('not for running')) };
    };
  const names = ['onnxruntime-node', 'onnxruntime-web', 'tfjs', 'interpreter'];
  return {
    makers: Object.fromEntries(names.map((name) => [name, maker(name)])) as unknown as EngineMakers,
    asked,
  };
}

describe('chooseRuntime', () => {
  it('takes onnxruntime where it is', async () => {
    const choice = await chooseRuntime('auto', { threads: 1 });
    expect(choice.passedOver).toEqual([]);
    expect(describeRuntime(choice)).toMatch(/^onnxruntime-node \d+\.\d+\.\d+ on cpu, 1 thread$/);
    const all = await chooseRuntime('onnxruntime-node');
    expect(describeRuntime(all)).toMatch(/on cpu, all cores$/);
  });

  it('falls back to the CPU and says why', async () => {
    const choice = await chooseRuntime('auto', {
      executionProviders: ['abacus' as never, 'cpu'],
      threads: 2,
    });
    expect(choice.runtime.name).toBe('onnxruntime-node');
    expect(describeRuntime(choice)).toMatch(
      /^onnxruntime-node \S+ on cpu, 2 threads\nnot onnxruntime-node on abacus, cpu: .* has no 'abacus'/,
    );
  });

  it('gives the engine that is asked for', async () => {
    const web = await chooseRuntime('onnxruntime-web', { threads: 1 });
    expect(describeRuntime(web)).toMatch(/^onnxruntime-web \d+\.\d+\.\d+ on wasm, 1 thread$/);
    expect(describeRuntime(await chooseRuntime('tfjs', { tfjsBackend: 'cpu' }))).toMatch(/^tfjs .* on cpu$/);
    expect(describeRuntime(await chooseRuntime('interpreter'))).toBe('interpreter');
  });

  it('tries engines in the order of the place and says why it passed over some', async () => {
    const node = engines('interpreter');
    const choice = await chooseFrom(node.makers, 'node', 'auto', {});
    expect(node.asked).toEqual(['onnxruntime-node cpu', 'onnxruntime-web wasm', 'interpreter']);
    expect(describeRuntime(choice)).toBe(
      'interpreter\nnot onnxruntime-node on cpu: onnxruntime-node cpu is not here\nnot onnxruntime-web on wasm: onnxruntime-web wasm is not here',
    );
    const page = engines('tfjs');
    expect((await chooseFrom(page.makers, 'browser', 'auto', {})).runtime.name).toBe('tfjs');
    expect(page.asked).toEqual(['onnxruntime-web wasm', 'tfjs']);
    await expect(chooseFrom(page.makers, 'node', 'onnxruntime-node', {})).rejects.toThrow(
      MissingDependencyError,
    );
  });

  it('asks each engine for the devices that it can have', async () => {
    const { makers, asked } = engines('onnxruntime-web wasm');
    const { runtime } = await chooseFrom(makers, 'node', 'auto', {
      executionProviders: ['cuda', 'webgpu', 'wasm'],
    });
    expect(runtime.name).toBe('onnxruntime-web wasm');
    expect(asked).toEqual([
      'onnxruntime-node cuda+webgpu',
      'onnxruntime-node cpu',
      'onnxruntime-web webgpu+wasm',
      'onnxruntime-web wasm',
    ]);
  });

  it('passes on wrong options and names', async () => {
    await expect(chooseRuntime('auto', { threads: -1 })).rejects.toThrow(InvalidArgumentError);
    await expect(chooseRuntime('abacus' as never)).rejects.toThrow(
      'name must be one of "auto", "onnxruntime-node", "onnxruntime-web", "tfjs", "interpreter"',
    );
  });
});

describe('compile with the name of an engine', () => {
  const twice = (x: Tensor) => mul(x, 2);

  it('runs on it', async () => {
    for (const runtime of ['onnxruntime-node', 'onnxruntime-web', 'tfjs', 'interpreter'] as const) {
      const program = await compile(twice, [float32('n')], { runtime });
      expect(program.runtime).toContain(runtime);
      expect(await program.run(array([1, 2]))).toEqual(array([2, 4]));
      await program.dispose();
    }
    expect((await compile(twice, [float32(1)])).runtime).toBe('onnxruntime-node');
  });

  it('loads it once, and gives programs with elements that it lacks to the interpreter', async () => {
    vi.resetModules();
    let loads = 0;
    const fake: Runtime = {
      name: 'narrow',
      dtypes: ['float32'],
      prepare: async () => ({ run: async (inputs) => inputs, dispose: () => Promise.resolve() }),
    };
    vi.doMock('../../src/runtimes/chooseRuntime.js', async (original) => ({
      ...(await original<object>()),
      chooseRuntime: (name: string) => {
        if (name === 'interpreter') return chooseRuntime(name);
        loads += 1;
        if (loads === 1) return Promise.reject(new MissingDependencyError('not yet'));
        return Promise.resolve({ runtime: fake, passedOver: [] });
      },
    }));
    const fresh = await import('../../src/runtime/engine.js');
    const { trace } = await import('../../src/trace/trace.js');
    const spec = await import('../../src/trace/spec.js');
    const { exp } = await import('../../src/primitives/exp.js');
    const graphOf = (...specs: ReturnType<typeof spec.float32>[]) =>
      trace((...args: readonly Parameters<typeof exp>[0][]) => args.map(exp), ...specs).graph;
    await expect(fresh.engineFor('compile', 'auto', graphOf(spec.float32(1)))).rejects.toThrow('not yet');
    expect((await fresh.engineFor('compile', 'auto', graphOf(spec.float32(1)))).name).toBe('narrow');
    expect((await fresh.engineFor('compile', 'auto', graphOf(spec.float64(1)))).name).toBe('interpreter');
    expect((await fresh.engineFor('compile', 'tfjs', graphOf(spec.float64(1)))).name).toBe('narrow');
    expect((await fresh.engineFor('compile', 'auto', graphOf(spec.float32(2)))).name).toBe('narrow');
    expect(loads).toBe(3);
    vi.doUnmock('../../src/runtimes/chooseRuntime.js');
  });

  it('does not go on with float64 where the engine that is asked for has none', async () => {
    await expect(compile(twice, [float64(1)], { runtime: 'tfjs' })).rejects.toThrow(InvalidArgumentError);
  });
});
