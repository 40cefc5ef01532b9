/** The transformations on onnxruntime. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NdArray, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { allCases } from '../conformance/all.js';
import { describeExamples } from './examples.js';

const runtime = await t.onnxruntimeNode({ threads: 1 });

/** Cases whose rules do more than shift an axis. */
const SELECTED = [
  'mul over axes of size 1 on both sides',
  'where',
  'broadcastTo',
  'matmul',
  'matmul of a matrix and a vector',
  'matmul of a stack and a matrix',
  'matmul of a matrix and a stack',
  'gather',
  'gather by a matrix',
  'takeAlongAxis',
  'putAlongAxis',
  'scatterAdd',
  'segmentMax',
  'segmentSoftmax',
  'conv2d',
  'conv2d with strides, padding and dilations',
  'conv2d with groups',
  'maxPool2d with overlap',
  'crossEntropy of integers',
  'batchNormTraining',
  'attention with a mask',
];
const selected = allCases.filter(({ name }) => SELECTED.includes(name));

it('has all the cases that are selected', () => {
  expect(selected.map(({ name }) => name).sort()).toEqual([...SELECTED].sort());
});

describeExamples(runtime, selected, 1e-10);

describe('rematerialize on onnxruntime', () => {
  const loss =
    (segments: number) =>
    (x: Tensor, ws: readonly Tensor[]): Tensor => {
      const layers = ws.map((w) => (y: Tensor) => t.tanh(t.matmul(y, w)));
      const y =
        segments === 0
          ? layers.reduce((z, layer) => layer(z), x)
          : t.rematerializeChain(layers, x, { segments });
      return t.sum(t.square(y));
    };
  const wave = (shape: readonly number[], phase: number): NdArray => ({
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, k) =>
      Math.sin(1.3 * k + phase),
    ),
    shape,
  });
  const args = [wave([7, 8], 0), [1, 2, 3, 4].map((phase) => wave([8, 8], phase))] as const;

  it.each(['n', 7] as const)('changes no bit, with %s rows', async (n) => {
    const results = [];
    for (const segments of [0, 2]) {
      const program = await t.compile(
        t.valueAndGrad(loss(segments), { argument: [0, 1] }),
        [t.float32(n, 8), t.shapesOf(args[1])],
        { runtime },
      );
      results.push(await program.run(...args));
      await program.dispose();
    }
    expect(results[1]).toEqual(results[0]);
  });

  it.each(['n', 7] as const)('is not undone by its optimiser, with %s rows', async (n) => {
    const folder = await mkdtemp(join(tmpdir(), 'rematerialize-'));
    try {
      const counts = [];
      for (const segments of [0, 2]) {
        const { graph } = t.trace(
          t.grad(loss(segments), { argument: [0, 1] }),
          t.float32(n, 8),
          t.shapesOf(args[1]),
        );
        const file = join(folder, `${segments}.onnx`);
        const session = await InferenceSession.create(t.toOnnx(t.cleanGraph(graph)), {
          optimizedModelFilePath: file,
          graphOptimizationLevel: 'all',
          logSeverityLevel: 4,
        });
        await session.release();
        const { nodes } = t.decodeOnnxModel(new Uint8Array(await readFile(file))).graph;
        counts.push(nodes.filter(({ op }) => op === 'Tanh').length);
      }
      expect(counts).toEqual([4, 8]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
