import type { Tensor } from '@pct/tensor';
import { cleanGraph, float32, matmul, trace } from '@pct/tensor';
import { expect, it } from 'vitest';
import { prepareGraph, type OrtEngine } from '../../src/runtimes/session.js';

/** A device that fails at everything, as WebGPU does at a product over no elements. */
const failing: OrtEngine = {
  maker: 'failing',
  ort: {
    Tensor: class {
      readonly data = [];
      readonly dims = [];
    },
    InferenceSession: {
      create: () =>
        Promise.resolve({
          run: () => Promise.reject(new Error('device lost')),
          release: () => Promise.resolve(),
        }),
    },
    env: { versions: {}, wasm: {} },
  },
  settings: { executionProviders: ['webgpu'], logSeverityLevel: 4 },
  fillsOutputs: false,
  takesEmpty: false,
  call: (task) => task(),
};

it('arrays without elements do not reach a device that does not take them', async () => {
  const { graph } = trace((a: Tensor, b: Tensor) => matmul(a, b), float32(2, 'n'), float32('n', 1));
  const program = await prepareGraph(failing, cleanGraph(graph), {});
  const empty = new Float32Array(0);
  expect(
    await program.run([
      { data: empty, shape: [2, 0] },
      { data: empty, shape: [0, 1] },
    ]),
  ).toEqual([{ data: Float32Array.of(0, 0), shape: [2, 1] }]);
  const one = (shape: number[]) => ({ data: Float32Array.of(1, 1).slice(0, shape[0]! * shape[1]!), shape });
  await expect(program.run([one([2, 1]), one([1, 1])])).rejects.toThrow(
    'run: onnxruntime stopped: device lost',
  );
  await program.dispose();
});
