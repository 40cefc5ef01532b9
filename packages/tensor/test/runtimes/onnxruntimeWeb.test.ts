import { InvalidArgumentError, MissingDependencyError } from '@pct/core';
import type { Tensor } from '@pct/tensor';
import { compile, float32, mul, onnxruntimeWeb } from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { loadOnnxruntimeWeb } from '../../src/runtimes/loadOnnxruntimeWeb.js';

describe('onnxruntimeWeb', () => {
  it('refuses wrong options before it loads anything', async () => {
    await expect(onnxruntimeWeb({ threads: 0 })).rejects.toThrow(InvalidArgumentError);
    await expect(onnxruntimeWeb({ threads: 0 })).rejects.toThrow(
      'onnxruntimeWeb: threads must be an integer of at least 1, got 0',
    );
    await expect(onnxruntimeWeb({ executionProviders: [] })).rejects.toThrow(
      'onnxruntimeWeb: executionProviders must name at least one device, got none',
    );
    await expect(onnxruntimeWeb({ ort: { Tensor: 1 } })).rejects.toThrow(
      'onnxruntimeWeb: ort must be the module onnxruntime-web or another build of it, got an object with Tensor',
    );
  });

  it('says why a device is not there', async () => {
    const missing = onnxruntimeWeb({ executionProviders: ['webgpu'], threads: 1 });
    await expect(missing).rejects.toThrow(MissingDependencyError);
    await expect(missing).rejects.toThrow(/^onnxruntimeWeb: webgpu does not start on this machine: .*webgpu/);
  });

  it('runs, and takes a module that is loaded already', async () => {
    const runtime = await onnxruntimeWeb({ threads: 1 });
    expect(runtime).toMatchObject({
      name: 'onnxruntime-web',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      executionProviders: ['wasm'],
      threads: 1,
    });
    const given = await onnxruntimeWeb({ ort: await import('onnxruntime-web') });
    const x = { data: Float32Array.of(1, 2), shape: [2] };
    for (const engine of [runtime, given]) {
      await using program = await compile((a: Tensor) => mul(a, 2), [float32('n')], { runtime: engine });
      expect(program.runtime).toBe('onnxruntime-web');
      expect(await program.run(x)).toEqual({ data: Float32Array.of(2, 4), shape: [2] });
    }
  });

  it('keeps the threads that it has started with', async () => {
    await onnxruntimeWeb({ threads: 1 });
    await expect(onnxruntimeWeb({ threads: 2 })).rejects.toThrow(InvalidArgumentError);
    await expect(onnxruntimeWeb({ threads: 2 })).rejects.toThrow(
      'onnxruntimeWeb: onnxruntime-web has started with threads: 1 and cannot change to 2; ask for them in the first call',
    );
  });
});

describe('loadOnnxruntimeWeb', () => {
  it('says whether the package is missing or broken', async () => {
    const missing = Object.assign(new Error('no such thing'), { code: 'ERR_MODULE_NOT_FOUND' });
    const notThere = loadOnnxruntimeWeb(() => Promise.reject(missing));
    await expect(notThere).rejects.toThrow(MissingDependencyError);
    await expect(notThere).rejects.toThrow(
      'onnxruntimeWeb: onnxruntime-web is not installed; run npm install onnxruntime-web',
    );
    await expect(notThere).rejects.toHaveProperty('cause', missing);
    const inBrowser = new TypeError("Failed to resolve module specifier 'onnxruntime-web'");
    await expect(loadOnnxruntimeWeb(() => Promise.reject(inBrowser))).rejects.toThrow(/is not installed/);
    const broken = loadOnnxruntimeWeb(() => Promise.reject(new Error('no WebAssembly here')));
    await expect(broken).rejects.toThrow(
      'onnxruntimeWeb: onnxruntime-web does not load on this machine: no WebAssembly here',
    );
  });
});
