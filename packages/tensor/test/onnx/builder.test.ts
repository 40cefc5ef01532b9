import { InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { OnnxModelBuilder } from '../../src/onnx/builder.js';
import { encodeOnnxModel } from '../../src/onnx/encode.js';
import { loadOnnxruntime } from '../../src/runtimes/loadOnnxruntime.js';

const ort = await loadOnnxruntime();

async function run(builder: OnnxModelBuilder, feeds: Record<string, [Float32Array, number[]]>) {
  const session = await ort.InferenceSession.create(encodeOnnxModel(builder.model()), {
    logSeverityLevel: 4,
  });
  const tensors = Object.entries(feeds).map(
    ([name, [data, shape]]) => [name, new ort.Tensor(data, shape)] as const,
  );
  const results = await session.run(Object.fromEntries(tensors));
  await session.release();
  return results;
}

describe('OnnxModelBuilder', () => {
  it('computes sizes from names and numbers', async () => {
    const builder = new OnnxModelBuilder();
    builder.input('x', 'float32', ['n', 3]);
    builder.input('y', 'float32', ['m', 'n']);
    const dims = ['n', 2, 5, '2*m*n-3', 'm+n+1', 'm-n', 7];
    builder.output('sizes', builder.dims(dims), 'int64', [7]);
    const { sizes } = await run(builder, {
      x: [new Float32Array(6), [2, 3]],
      y: [new Float32Array(10), [5, 2]],
    });
    expect([...(sizes!.data as BigInt64Array)].map(Number)).toEqual([2, 2, 5, 17, 8, 3, 7]);
  });

  it('reshapes what was not reshaped before, with what is left for a single name', async () => {
    const builder = new OnnxModelBuilder();
    const x = builder.input('x', 'float32', ['n', 2, 3]);
    const flat = builder.reshape(x, ['6*n']);
    builder.output('y', builder.reshape(flat, [3, 'n', 2]), 'float32', [3, 'n', 2]);
    builder.output('z', builder.reshape(flat, ['n', 'n', 0]), 'float32', ['n', 'n', 0]);
    const { nodes } = builder.model().graph;
    expect(nodes.filter(({ op }) => op === 'Reshape').map(({ inputs }) => inputs[0])).toEqual(['x', 'x']);
    const filled = await run(builder, { x: [new Float32Array(0), [0, 2, 3]] });
    expect([filled['y']!.dims, filled['z']!.dims]).toEqual([
      [3, 0, 2],
      [0, 0, 0],
    ]);
  });

  it('makes equal nodes and constants once and leaves out what is not needed', () => {
    const builder = new OnnxModelBuilder();
    const x = builder.input('x', 'float32', ['n']);
    const first = builder.one('Add', [x, builder.scalar('float32', 1)]);
    const second = builder.one('Add', [x, builder.scalar('float32', 1)]);
    expect(second).toBe(first);
    expect(builder.scalar('float64', 1)).not.toBe(builder.scalar('float32', 1));
    expect(builder.one('LeakyRelu', [x], { alpha: { float: 1 } })).not.toBe(builder.one('LeakyRelu', [x]));
    const alphas = [NaN, Infinity, -Infinity, 0, -0];
    const names = alphas.map((float) => builder.one('LeakyRelu', [x], { alpha: { float } }));
    expect(new Set(names).size).toBe(alphas.length);
    const large = new Float32Array(2000);
    expect(builder.constant('float32', [2000], large)).toBe(builder.constant('float32', [2000], large));
    expect(builder.constant('float32', [1000, 2], large)).not.toBe(
      builder.constant('float32', [2000], large),
    );
    builder.output('y', builder.one('Exp', [first]), 'float32', ['n']);
    const { nodes, initializers } = builder.model().graph;
    expect(nodes.map(({ op }) => op)).toEqual(['Add', 'Exp']);
    expect(Object.keys(initializers)).toHaveLength(1);
  });

  it('gives outputs their names, also where a value is several outputs, an input or a constant', async () => {
    const builder = new OnnxModelBuilder();
    const x = builder.input('x', 'float32', ['n']);
    const y = builder.one('Neg', [x]);
    builder.output('a', y, 'float32', ['n']);
    builder.output('b', y, 'float32', ['n']);
    builder.output('c', x, 'float32', ['n']);
    builder.output('d', builder.scalar('float32', 3), 'float32', []);
    builder.output('e', builder.one('Exp', [y]), 'float32', ['n']);
    const results = await run(builder, { x: [Float32Array.of(0), [1]] });
    expect(Object.entries(results).map(([name, { data }]) => [name, (data as Float32Array)[0]! + 0])).toEqual(
      [
        ['a', 0],
        ['b', 0],
        ['c', 0],
        ['d', 3],
        ['e', 1],
      ],
    );
  });

  it('keeps the metadata', () => {
    const builder = new OnnxModelBuilder();
    const { metadata, description, graph, producerName } = builder.model({
      name: 'loss',
      description: 'a loss',
      metadata: { k: 'v' },
    });
    expect({ metadata, description, name: graph.name, producerName }).toEqual({
      metadata: { k: 'v' },
      description: 'a loss',
      name: 'loss',
      producerName: '@pct/tensor',
    });
  });

  it('refuses names that are taken and sizes that no input has', () => {
    const builder = new OnnxModelBuilder();
    builder.input('x', 'float32', ['n']);
    expect(() => builder.input('x', 'float32', [])).toThrow(InvalidArgumentError);
    expect(() => builder.output('x', 'x', 'float32', [])).toThrow(/output: the name "x" is taken already/);
    expect(() => builder.dims(['k'])).toThrow(/no input has an axis named 'k'; known are n/);
  });
});
