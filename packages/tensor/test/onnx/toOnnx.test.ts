import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { cleanGraph } from '../../src/graph/clean.js';
import { encodeOnnxModel } from '../../src/onnx/encode.js';
import { graphToOnnx, toOnnx } from '../../src/onnx/toOnnx.js';
import { add } from '../../src/primitives/add.js';
import { customOp } from '../../src/primitives/customOp.js';
import { matmul } from '../../src/primitives/matmul.js';
import { mul } from '../../src/primitives/mul.js';
import { sum } from '../../src/primitives/sum.js';
import { tanh } from '../../src/primitives/tanh.js';
import { float32, TensorSpec } from '../../src/trace/spec.js';
import { trace } from '../../src/trace/trace.js';
import type { Tensor } from '../../src/trace/Tensor.js';
import { valueAndGrad } from '../../src/transforms/grad.js';
import { cases } from './lowerings.cases.js';

interface Layer {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

const loss = (p: { layers: readonly Layer[] }, x: Tensor): Tensor => {
  const out = p.layers.reduce((h, { weight, bias }) => tanh(add(matmul(h, weight), bias)), x);
  return sum(mul(out, out));
};
const parameters = {
  layers: [
    { weight: float32(3, 4), bias: float32(4) },
    { weight: float32(4, 2), bias: float32(2) },
  ],
};
const step = (p: { layers: readonly Layer[] }, x: Tensor) => valueAndGrad(loss)(p, x);
const { graph } = trace(step as (p: unknown, x: Tensor) => unknown, parameters, float32('batch', 3));
const lowered = graphToOnnx(cleanGraph(graph), { name: 'step', metadata: { licence: 'MIT' } });

describe('graphToOnnx', () => {
  it('keeps names, named sizes and metadata', () => {
    const { model, inputNames, outputNames } = lowered;
    expect(inputNames).toEqual([
      'p.layers[0].weight',
      'p.layers[0].bias',
      'p.layers[1].weight',
      'p.layers[1].bias',
      'x',
    ]);
    expect(outputNames[0]).toBe('output[0]');
    expect(outputNames).toContain('output[1].layers[1].weight');
    expect(model.graph.inputs.at(-1)).toEqual({ name: 'x', type: 'float32', shape: ['batch', 3] });
    expect(model.opsets).toEqual({ '': 21 });
    expect(model.metadata).toEqual({ licence: 'MIT' });
    expect(model.graph.name).toBe('step');
  });

  it('multiplies transposed matrices without transposing them', () => {
    const operators = lowered.model.graph.nodes.map(({ op }) => op);
    expect(operators).toContain('Gemm');
    expect(operators).not.toContain('Transpose');
  });

  it('renames an output that is called like an input', () => {
    const same = trace((output: Tensor) => output, float32('n'));
    const { outputNames } = graphToOnnx(same.graph);
    expect(outputNames).toEqual(["output'"]);
  });

  it('refuses operations with bodies in TypeScript', () => {
    const op = customOp({ name: 'solve', infer: ([x]) => [x!], run: ([x]) => [x!.data] });
    const traced = trace((x: Tensor) => op(x), float32(2));
    expect(() => graphToOnnx(traced.graph)).toThrow(InvalidArgumentError);
    expect(() => graphToOnnx(traced.graph)).toThrow(/'solve' has no form in ONNX/);
    // Also one that is called like a primitive.
    const tripled = customOp({
      name: 'neg',
      infer: ([x]) => [x!],
      run: ([x]) => [x!.data.map((v) => 3 * v)],
    });
    expect(() => graphToOnnx(trace((x: Tensor) => tripled(x), float32(2)).graph)).toThrow(
      /'neg' has no form in ONNX/,
    );
  });

  const script = fileURLToPath(new URL('./fixtures/check_models.py', import.meta.url));
  const check = (...files: string[]): string[] =>
    execFileSync('python3', [script, ...files], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .trim()
      .split('\n');
  let missing = false;
  try {
    check();
  } catch {
    missing = true;
  }

  it.skipIf(missing)(
    'writes models that the checker of the Python package onnx accepts, where it is installed',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'onnx-check-'));
      const files = Object.entries(cases).flatMap(([name, made]) =>
        made.map((make, index) => {
          const { fn, args } = make(index % 2 === 0 ? 'float32' : 'float64');
          const specs = args.map(({ dtype, shape }) => new TensorSpec(dtype, shape));
          const list = (...tensors: Tensor[]): Tensor | readonly Tensor[] => fn(...tensors);
          const file = join(folder, `${name}${index}.onnx`);
          writeFileSync(file, toOnnx(cleanGraph(trace(list, ...specs).graph)));
          return file;
        }),
      );
      const whole = join(folder, 'step.onnx');
      writeFileSync(whole, encodeOnnxModel(lowered.model));
      const lines = check(...files, whole);
      rmSync(folder, { recursive: true });
      expect(lines).toHaveLength(files.length + 2);
      expect(JSON.parse(lines.at(-1)!)).toMatchObject({
        producer: '@pct/tensor',
        metadata: { licence: 'MIT' },
        inputs: [
          ['p.layers[0].weight', 'FLOAT', [3, 4]],
          ['p.layers[0].bias', 'FLOAT', [4]],
          ['p.layers[1].weight', 'FLOAT', [4, 2]],
          ['p.layers[1].bias', 'FLOAT', [2]],
          ['x', 'FLOAT', ['batch', 3]],
        ],
      });
    },
  );
});
