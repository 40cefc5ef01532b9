import { createRng, InvalidArgumentError, ShapeError } from '@pct/core';
import { encodeOnnxModel, interpreter, type NdArray, type OnnxModel, type OnnxNode } from '@pct/tensor';
import { batchedObjective, onnxObjective, type NetworkData } from '@viz/gradvis';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

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
