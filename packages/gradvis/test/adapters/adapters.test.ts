import { createRng, InvalidArgumentError, ShapeError, type ParameterBlock } from '@pct/core';
import {
  crossEntropy as crossEntropyOf,
  encodeOnnxModel,
  interpreter,
  mean,
  mlp,
  mlpParameters,
  type NdArray,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
} from '@pct/tensor';
import {
  batchedObjective,
  networkObjective,
  onnxObjective,
  randomDirections,
  type NetworkData,
} from '@viz/gradvis';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onnxOutputAxis } from '../../src/adapters/onnxOutputAxis.js';

const rng = createRng(5);
const [examples, features, hidden, classes] = [6, 3, 4, 2];
const random = (...shape: number[]): NdArray => ({
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.normal()),
  shape,
});
const weights: Record<string, NdArray> = {
  'first.weight': random(hidden, features),
  'first.bias': random(hidden),
  'bn.weight': random(hidden),
  'bn.bias': random(hidden),
  strange_mean: random(hidden),
  strange_var: { data: Float32Array.of(0.5, 1, 2, 3), shape: [hidden] },
  'last.weight': random(classes, hidden),
  'last.bias': random(classes),
};
const inputs = random(examples, features);
const labels: NdArray = { data: Int32Array.of(0, 1, 1, 0, 1, 0), shape: [examples] };

/** A dense network with a batch normalisation, as PyTorch writes it. */
function network(softmax = false): Uint8Array {
  const node = (
    op: string,
    names: string[],
    output: string,
    attributes: OnnxNode['attributes'] = {},
  ): OnnxNode => ({
    op,
    domain: '',
    name: output,
    inputs: names,
    outputs: [output],
    attributes,
  });
  const transposed = { transB: { kind: 'int', value: 1 } } as const;
  const model: OnnxModel = {
    irVersion: 8,
    opsets: { '': 15 },
    producerName: 'test',
    producerVersion: '1',
    description: '',
    metadata: {},
    graph: {
      name: 'network',
      nodes: [
        node('Gemm', ['x', 'first.weight', 'first.bias'], 'a', transposed),
        node('BatchNormalization', ['a', 'bn.weight', 'bn.bias', 'strange_mean', 'strange_var'], 'b', {
          epsilon: { kind: 'float', value: 0 },
        }),
        node('Tanh', ['b'], 'c'),
        node('Gemm', ['c', 'last.weight', 'last.bias'], softmax ? 'd' : 'y', transposed),
        ...(softmax ? [node('Softmax', ['d'], 'y', { axis: { kind: 'int', value: -1 } })] : []),
      ],
      initializers: Object.fromEntries(
        Object.entries(weights).map(([name, { data, shape }]) => [
          name,
          { type: 'float32' as const, shape, data: new Uint8Array(data.buffer) },
        ]),
      ),
      inputs: [{ name: 'x', type: 'float32', shape: ['n', features] }],
      outputs: [{ name: 'y', type: 'float32', shape: ['n', classes] }],
    },
  };
  return encodeOnnxModel(model);
}

/** The network in plain JavaScript: logits of one example. */
function logits(p: Float64Array, example: number): number[] {
  const at = { w1: 0, b1: 12, scale: 16, shift: 20, w2: 24, b2: 32 };
  const middle = Array.from({ length: hidden }, (_, h) => {
    let sum = p[at.b1 + h]!;
    for (let f = 0; f < features; f++)
      sum += p[at.w1 + features * h + f]! * inputs.data[features * example + f]!;
    const [mean, variance] = [weights['strange_mean']!.data[h]!, weights['strange_var']!.data[h]!];
    return Math.tanh((p[at.scale + h]! * (sum - mean)) / Math.sqrt(variance) + p[at.shift + h]!);
  });
  return Array.from({ length: classes }, (_, c) =>
    middle.reduce((sum, value, h) => sum + p[at.w2 + hidden * c + h]! * value, p[at.b2 + c]!),
  );
}

/** Its cross-entropy over some examples. */
function crossEntropy(p: Float64Array, which: readonly number[]): number {
  return (
    which.reduce((sum, example) => {
      const values = logits(p, example);
      return sum + Math.log(values.reduce((a, b) => a + Math.exp(b), 0)) - values[labels.data[example]!]!;
    }, 0) / which.length
  );
}

const everything = Array.from({ length: examples }, (_, k) => k);
const exact = { runtime: interpreter(), precision: 'float64' } as const;

describe('onnxObjective', () => {
  const fit = onnxObjective(network(), { inputs, targets: labels }, { loss: 'crossEntropy', ...exact });
  const start = fit.initial();
  /** In the order of the plain network. */
  const order = ['first.weight', 'first.bias', 'bn.weight', 'bn.bias', 'last.weight', 'last.bias'];
  const plain = (p: Float64Array): Float64Array => {
    const parts = order.map((name) => {
      const { offset, shape } = fit.blocks.find((block) => block.name === name)!;
      return [...p.slice(offset, offset + shape.reduce((a, b) => a * b, 1))];
    });
    return Float64Array.from(parts.flat());
  };

  it('has the parameters of the file without the statistics, each of its kind', () => {
    expect(fit.size).toBe(34);
    expect(Object.fromEntries(fit.blocks.map(({ name, kind }) => [name, kind]))).toEqual({
      'first.weight': 'kernel',
      'first.bias': 'bias',
      'bn.weight': 'norm',
      'bn.bias': 'norm',
      'last.weight': 'kernel',
      'last.bias': 'bias',
    });
  });

  it('is the loss of the network, with exact derivatives', async () => {
    const loss = (p: Float64Array): number => crossEntropy(plain(p), everything);
    expect(await fit.loss(start)).toBeCloseTo(loss(start), 12);
    const direction = start.map(() => rng.normal());
    const along = (by: number): Float64Array => start.map((value, k) => value + by * direction[k]!);
    const gradient = await fit.gradient(start);
    const slope = (loss(along(1e-5)) - loss(along(-1e-5))) / 2e-5;
    expect(gradient.reduce((sum, g, k) => sum + g * direction[k]!, 0)).toBeCloseTo(slope, 7);
    const product = await fit.hessianVectorProduct(start, direction);
    const [up, down] = [await fit.gradient(along(1e-5)), await fit.gradient(along(-1e-5))];
    product.forEach((value, k) => expect(value).toBeCloseTo((up[k]! - down[k]!) / 2e-5, 6));
    const gaussNewton = await fit.gaussNewtonVectorProduct(start, direction);
    expect(gaussNewton.reduce((sum, g, k) => sum + g * direction[k]!, 0)).toBeGreaterThan(0);
  });

  it('takes probabilities of a softmax by their logarithm, and refuses logits there', async () => {
    const data: NetworkData = { inputs: { x: inputs }, targets: labels };
    const nll = onnxObjective(network(true), data, { loss: 'negativeLogLikelihood', ...exact });
    expect(await nll.loss(start)).toBeCloseTo(await fit.loss(start), 12);
    expect(() => onnxObjective(network(true), data, { loss: 'crossEntropy' })).toThrow(
      /ends with a softmax.*choose 'negativeLogLikelihood'/,
    );
  });

  it('takes a choice of parameters, squares, and losses of the caller', async () => {
    const targets = random(examples, classes);
    const squares = onnxObjective(
      network(),
      { inputs, targets },
      { loss: 'meanSquaredError', parameters: (name) => name.startsWith('last'), ...exact },
    );
    expect(squares.blocks.map(({ name }) => name).sort()).toEqual(['last.bias', 'last.weight']);
    const p = plain(start);
    const expected =
      everything
        .flatMap((k) => logits(p, k).map((value, c) => (value - targets.data[classes * k + c]!) ** 2))
        .reduce((a, b) => a + b) /
      (examples * classes);
    expect(await squares.loss(squares.initial())).toBeCloseTo(expected, 12);
  });

  it('refuses what does not fit', async () => {
    const data = { inputs, targets: labels };
    expect(() => onnxObjective(network(), data, { loss: 'hinge' as 'crossEntropy' })).toThrow(
      InvalidArgumentError,
    );
    expect(() => onnxObjective(network(), data, { loss: 'crossEntropy', output: 'z' })).toThrow(
      /output must be one of y, got "z"/,
    );
    expect(() => onnxObjective(Buffer.from('no model'), data, { loss: 'crossEntropy' })).toThrow(
      /ONNX model/,
    );
    const wrong = onnxObjective(
      network(),
      { inputs: random(6, 5), targets: labels },
      { loss: 'crossEntropy', ...exact },
    );
    await expect(wrong.loss(start)).rejects.toThrow(ShapeError);
  });
});

describe('batchedObjective', () => {
  const rows = (from: number, to: number): NetworkData => ({
    inputs: { data: inputs.data.slice(features * from, features * to), shape: [to - from, features] },
    targets: { data: labels.data.slice(from, to), shape: [to - from] },
  });
  const make = (data: NetworkData) => onnxObjective(network(), data, { loss: 'crossEntropy', ...exact });

  it('is the mean over all examples, however they are divided', async () => {
    const whole = make(rows(0, examples));
    const at = whole.initial();
    const direction = at.map(() => rng.normal());
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: examples - 1 }), async (cut) => {
        await using parts = await batchedObjective(make, [
          { examples: cut, data: rows(0, cut) },
          { examples: examples - cut, data: rows(cut, examples) },
        ]);
        expect(parts.blocks).toEqual(whole.blocks);
        expect(await parts.loss(at)).toBeCloseTo(await whole.loss(at), 12);
        const pairs = [
          [await parts.gradient!(at), await whole.gradient(at)],
          [await parts.hessianVectorProduct!(at, direction), await whole.hessianVectorProduct(at, direction)],
          [
            await parts.gaussNewtonVectorProduct!(at, direction),
            await whole.gaussNewtonVectorProduct(at, direction),
          ],
        ] as const;
        for (const [a, b] of pairs) a.forEach((value, k) => expect(value).toBeCloseTo(b[k]!, 11));
      }),
      { numRuns: 5 },
    );
  });

  it('has only what all batches have, and refuses what does not fit', async () => {
    const bowl = (size: number) => ({ size, loss: (p: Float64Array) => p[0]! ** 2 });
    const some = await batchedObjective(
      (size: number) => bowl(size),
      [
        { examples: 3, data: 2 },
        { examples: 1, data: 2 },
      ],
    );
    expect('gradient' in some).toBe(false);
    expect(await some.loss(Float64Array.of(3, 0))).toBe(9);
    await expect(batchedObjective(bowl, [])).rejects.toThrow(/at least one batch/);
    await expect(batchedObjective(bowl, [{ examples: 0, data: 1 }])).rejects.toThrow(InvalidArgumentError);
    await expect(
      batchedObjective(bowl, [
        { examples: 1, data: 1 },
        { examples: 1, data: 2 },
      ]),
    ).rejects.toThrow(/size 1, got one of 2/);
  });
});

/** Lengths of the parts of a block [rows, columns], row by row or column by column. */
function lengths(vector: Float64Array, block: ParameterBlock, axis: 0 | 1): number[] {
  const [rows, columns] = block.shape as [number, number];
  return Array.from({ length: axis === 0 ? rows : columns }, (_, unit) => {
    const entries = Array.from({ length: axis === 0 ? columns : rows }, (__, k) =>
      axis === 0 ? unit * columns + k : k * columns + unit,
    );
    return Math.hypot(...entries.map((k) => vector[block.offset + k]!));
  });
}

describe('how weights are stored', () => {
  it('is told by networks of ONNX, so that filters of PyTorch are rows', async () => {
    const fit = onnxObjective(
      network(),
      { inputs, targets: labels },
      { loss: 'crossEntropy', label: 'net', ...exact },
    );
    expect(fit.label).toBe('net');
    const whole = await batchedObjective(() => fit, [{ examples: 6, data: 0 }], { label: 'in batches' });
    expect(whole.label).toBe('in batches');
    const start = fit.initial();
    for (const objective of [fit, whole]) {
      const [one] = randomDirections(objective, start, 1);
      for (const name of ['first.weight', 'last.weight']) {
        const block = fit.blocks.find((candidate) => candidate.name === name)!;
        const expected = lengths(start, block, 0);
        lengths(one!.direction, block, 0).forEach((length, k) =>
          expect(length).toBeCloseTo(expected[k]!, 12),
        );
      }
    }
    const [other] = randomDirections(fit, start, 1, { outputAxis: () => 1 });
    const block = fit.blocks.find(({ name }) => name === 'first.weight')!;
    const expected = lengths(start, block, 1);
    lengths(other!.direction, block, 1).forEach((length, k) => expect(length).toBeCloseTo(expected[k]!, 12));
  });

  it('depends on the operator that takes them', () => {
    const transposed = { kind: 'int', value: 1 } as const;
    const nodes: readonly (readonly [
      op: string,
      inputs: string[],
      output: string,
      attributes?: OnnxNode['attributes'],
    ])[] = [
      ['Gemm', ['x', 'out-in', 'bias'], '1', { transB: transposed }],
      ['Gemm', ['1', 'in-out'], '2'],
      ['Gemm', ['left', '2'], '3'],
      ['Gemm', ['left-transposed', '2'], '4', { transA: transposed }],
      ['MatMul', ['2', 'factor'], '5'],
      ['MatMul', ['left factor', '5'], '6'],
      ['Transpose', ['turned'], 't'],
      ['MatMul', ['6', 't'], '7'],
      ['Conv', ['7', 'kernel'], '8'],
      ['ConvTranspose', ['8', 'transposed kernel'], '9'],
    ];
    const tensor: OnnxTensor = { type: 'float32', shape: [1, 1], data: new Uint8Array(4) };
    const names = nodes.flatMap(([, taken]) => taken).filter((name) => !/^[x\dt]$/.test(name));
    const axis = onnxOutputAxis({
      graph: {
        nodes: nodes.map(([op, taken, output, attributes = {}]) => ({
          op,
          domain: '',
          name: output,
          inputs: taken,
          outputs: [output],
          attributes,
        })),
        initializers: Object.fromEntries(names.map((name) => [name, tensor])),
      },
    } as unknown as OnnxModel);
    const found = names.map((name) => [name, axis({ name, offset: 0, shape: [1, 1], kind: 'kernel' })]);
    expect(Object.fromEntries(found)).toEqual({
      'out-in': 0,
      bias: 0,
      'in-out': 1,
      left: 0,
      'left-transposed': 1,
      factor: 1,
      'left factor': 0,
      turned: 0,
      kernel: 0,
      'transposed kernel': 1,
    });
  });
});

it('networkObjective takes common losses by name', async () => {
  const common = {
    model: mlp,
    parameters: mlpParameters([features, 4, classes], createRng(2)),
    inputs: [inputs],
    targets: [labels],
  } as const;
  const named = networkObjective({ ...common, loss: 'crossEntropy' }, { ...exact, label: 'six examples' });
  const plain = networkObjective({ ...common, loss: (y, t) => mean(crossEntropyOf(y, t)) }, exact);
  const at = named.initial();
  expect(await named.loss(at)).toBe(await plain.loss(at));
  expect([named.label, plain.label]).toEqual(['six examples', undefined]);
  expect(() => networkObjective({ ...common, loss: 'hinge' as never }, exact)).toThrow(
    /networkObjective: loss must be one of .*"crossEntropy"/,
  );
});
