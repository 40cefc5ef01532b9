/** Every kind of layer against what TensorFlow.js itself computes. */
import type { Runtime } from '@pct/tensor';
import { onnxruntimeNode } from '@pct/tensor';
import { fromLayersModel } from '@pct/tensor/tfjs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { arrayOf, distance, fill, predict, run } from './fromLayersModel.support.js';

const { layers } = tf;
type Layer = tf.layers.Layer;

beforeAll(async () => {
  await tf.setBackend('cpu');
});

async function expectSame(
  model: tf.LayersModel,
  shapes: readonly (readonly number[])[],
  runtime?: Runtime,
): Promise<void> {
  fill(model);
  const inputs = shapes.map((shape, i) => arrayOf(shape, 100 + i));
  const expected = predict(model, inputs);
  const program = fromLayersModel(model);
  const actual = await run(program, inputs, runtime);
  expect(actual).toHaveLength(expected.length);
  actual.forEach((array, i) => {
    expect(array.shape).toEqual(expected[i]!.shape);
    expect(distance(array, expected[i]!)).toBeLessThan(1e-5);
    expect(Math.max(...expected[i]!.data.map(Math.abs))).toBeGreaterThan(0);
  });
  model.dispose();
}

/** A model of one layer. */
function single(layer: Layer, shape: readonly number[]): tf.LayersModel {
  const x = tf.input({ shape: [...shape] });
  return tf.model({ inputs: x, outputs: layer.apply(x) as tf.SymbolicTensor });
}

const vector = [5];
const sequence = [3, 4];
const image = [6, 7, 3];

const ones: readonly (readonly [string, () => Layer, readonly number[]])[] = [
  ['dense', () => layers.dense({ units: 4 }), vector],
  ['dense without bias on sequences', () => layers.dense({ units: 3, useBias: false }), sequence],
  ['conv2d', () => layers.conv2d({ filters: 4, kernelSize: [2, 3] }), image],
  ['conv2d same', () => layers.conv2d({ filters: 2, kernelSize: [2, 3], padding: 'same' }), image],
  [
    'conv2d same with strides',
    () => layers.conv2d({ filters: 2, kernelSize: [4, 3], strides: [3, 2], padding: 'same' }),
    image,
  ],
  [
    'conv2d same with dilations',
    () => layers.conv2d({ filters: 2, kernelSize: 2, dilationRate: [2, 3], padding: 'same', useBias: false }),
    image,
  ],
  [
    'conv2d with channels first',
    () => layers.conv2d({ filters: 2, kernelSize: 2, dataFormat: 'channelsFirst', activation: 'softmax' }),
    [3, 6, 7],
  ],
  ['depthwiseConv2d', () => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }), image],
  [
    'depthwiseConv2d same with strides',
    () => layers.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: 'same', useBias: false }),
    image,
  ],
  ['maxPooling2d', () => layers.maxPooling2d({ poolSize: 2 }), image],
  [
    'maxPooling2d same',
    () => layers.maxPooling2d({ poolSize: [3, 2], strides: [2, 2], padding: 'same' }),
    image,
  ],
  ['averagePooling2d', () => layers.averagePooling2d({ poolSize: [2, 3], strides: [1, 2] }), image],
  [
    'averagePooling2d same',
    () => layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
    image,
  ],
  [
    'averagePooling2d with channels first',
    () => layers.averagePooling2d({ poolSize: 2, dataFormat: 'channelsFirst' }),
    [3, 6, 7],
  ],
  ['globalAveragePooling2d', () => layers.globalAveragePooling2d({}), image],
  ['globalMaxPooling2d', () => layers.globalMaxPooling2d({ dataFormat: 'channelsFirst' }), image],
  ['zeroPadding2d', () => layers.zeroPadding2d({ padding: [[1, 0], [2, 1]] }), image], // prettier-ignore
  ['zeroPadding2d with channels first', () => layers.zeroPadding2d({ dataFormat: 'channelsFirst' }), image],
  ['batchNormalization', () => layers.batchNormalization({}), image],
  [
    'batchNormalization without scale and offset',
    () => layers.batchNormalization({ scale: false, center: false, epsilon: 0.1 }),
    image,
  ],
  ['reLU', () => layers.reLU({}), vector],
  ['reLU with a limit', () => layers.reLU({ maxValue: 0.3 }), vector],
  ['leakyReLU', () => layers.leakyReLU({}), vector],
  ['leakyReLU with a slope', () => layers.leakyReLU({ alpha: 0.6 }), vector],
  ['prelu', () => layers.prelu({ sharedAxes: [1, 2] }), image],
  ['elu', () => layers.elu({}), vector],
  ['thresholdedReLU', () => layers.thresholdedReLU({ theta: 0.2 }), vector],
  ['softmax', () => layers.softmax({}), vector],
  ['flatten', () => layers.flatten(), image],
  ['flatten with channels first', () => layers.flatten({ dataFormat: 'channelsFirst' }), image],
  ['reshape', () => layers.reshape({ targetShape: [7, -1, 2] }), image],
  ['permute', () => layers.permute({ dims: [3, 1, 2] }), image],
  ['dropout', () => layers.dropout({ rate: 0.5 }), vector],
  ['gaussianNoise', () => layers.gaussianNoise({ stddev: 1 }), vector],
];

describe('fromLayersModel of one layer', () => {
  it.each(ones)('%s', async (_, layer, shape) => {
    await expectSame(single(layer(), shape), [[2, ...shape]]);
  });

  it('batchNormalization of another axis, which the cpu backend computes along the last one', async () => {
    const model = single(layers.batchNormalization({ axis: 1, epsilon: 0.1 }), image);
    fill(model);
    const x = arrayOf([2, ...image], 7);
    const [gamma, beta, mean, variance] = model.getWeights().map((weight) => weight.dataSync());
    const expected = x.data.map((value, i) => {
      const row = Math.floor(i / 21) % 6;
      return gamma![row]! * ((value - mean![row]!) / Math.sqrt(variance![row]! + 0.1)) + beta![row]!;
    });
    const [result] = await run(fromLayersModel(model), [x]);
    expect(distance(result!, { data: expected, shape: x.shape })).toBeLessThan(1e-6);
    model.dispose();
  });

  it('softmax along another axis, which TensorFlow.js declares but does not compute', async () => {
    const model = single(layers.softmax({ axis: 1 }), sequence);
    const x = arrayOf([1, ...sequence], 7);
    const [result] = await run(fromLayersModel(model), [x]);
    const column = [0, 4, 8].map((i) => Math.exp(x.data[i]!));
    expect(result!.data[4]).toBeCloseTo(column[1]! / (column[0]! + column[1]! + column[2]!), 6);
    model.dispose();
  });

  const activations = [
    'elu', 'gelu', 'gelu_new', 'hardSigmoid', 'linear', 'logSoftmax', 'mish', 'relu', 'relu6', 'selu', 'sigmoid',
    'softmax', 'softplus', 'softsign', 'swish', 'tanh',
  ] as const; // prettier-ignore
  it.each(activations)('activation %s', async (name) => {
    // The published type leaves some names out that the library has.
    const activation = name as 'elu';
    await expectSame(single(layers.activation({ activation }), sequence), [[2, ...sequence]]);
    await expectSame(single(layers.dense({ units: 3, activation }), vector), [[2, ...vector]]);
  });
});

describe('fromLayersModel of merges', () => {
  const merges: readonly (readonly [string, () => Layer])[] = [
    ['add', () => layers.add()],
    ['multiply', () => layers.multiply()],
    ['average', () => layers.average()],
    ['maximum', () => layers.maximum()],
    ['minimum', () => layers.minimum()],
  ];
  const merged = (layer: Layer, shapes: readonly (readonly number[])[]): tf.LayersModel => {
    const inputs = shapes.map((shape) => tf.input({ shape: [...shape] }));
    return tf.model({ inputs, outputs: layer.apply(inputs) as tf.SymbolicTensor });
  };

  it.each(merges)('%s', async (_, layer) => {
    await expectSame(merged(layer(), [[3, 4], [3, 4], [3, 4]]), [[2, 3, 4], [2, 3, 4], [2, 3, 4]]); // prettier-ignore
    await expectSame(merged(layer(), [[3, 4], [4]]), [[2, 3, 4], [2, 4]]); // prettier-ignore
  });

  it('concatenate', async () => {
    await expectSame(merged(layers.concatenate(), [[3, 4], [3, 2]]), [[2, 3, 4], [2, 3, 2]]); // prettier-ignore
    await expectSame(merged(layers.concatenate({ axis: 1 }), [[3, 4], [1, 4]]), [[2, 3, 4], [2, 1, 4]]); // prettier-ignore
  });
});

describe('fromLayersModel of networks', () => {
  const lenet = (): tf.LayersModel =>
    tf.sequential({
      layers: [
        layers.conv2d({
          inputShape: [12, 12, 1],
          filters: 3,
          kernelSize: 3,
          padding: 'same',
          activation: 'tanh',
        }),
        layers.averagePooling2d({ poolSize: 2 }),
        layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dropout({ rate: 0.4 }),
        layers.dense({ units: 8, activation: 'swish' }),
        layers.dense({ units: 5, activation: 'softmax' }),
      ],
    });

  it('computes a convolutional network as LeNet', async () => {
    await expectSame(lenet(), [[2, 12, 12, 1]]);
  });

  it('computes it on onnxruntime too', async () => {
    await expectSame(lenet(), [[2, 12, 12, 1]], await onnxruntimeNode({ threads: 1 }));
  });

  it('computes a dense network with batch normalisation', async () => {
    const model = tf.sequential();
    for (let i = 0; i < 2; i++) {
      model.add(layers.dense({ units: 6, useBias: false, ...(i === 0 ? { inputShape: [4] } : {}) }));
      model.add(layers.batchNormalization());
      model.add(layers.leakyReLU());
    }
    model.add(layers.dense({ units: 2 }));
    await expectSame(model, [[3, 4]]);
  });

  it('computes branches, shared layers, models inside models, several inputs and outputs', async () => {
    const inner = tf.sequential({
      name: 'inner',
      layers: [layers.dense({ inputShape: [4], units: 3, activation: 'relu', name: 'same' })],
    });
    const a = tf.input({ shape: [4] });
    const b = tf.input({ shape: [4] });
    const shared = layers.dense({ units: 4, name: 'same' });
    const left = inner.apply(shared.apply(a)) as tf.SymbolicTensor;
    const right = inner.apply(shared.apply(shared.apply(b))) as tf.SymbolicTensor;
    const sum = layers.add({ name: 'sum' }).apply([left, right]) as tf.SymbolicTensor;
    const model = tf.model({ inputs: [a, b], outputs: [sum, left, a] });
    const program = fromLayersModel(model);
    expect(Object.keys(program.outputs)).toEqual(['sum', 'inner', a.sourceLayer.name]);
    expect(program.parameters).toMatchObject({
      same: { kernel: { shape: [4, 4] }, bias: { shape: [4] } },
      inner: { same: { kernel: { shape: [4, 3] } } },
    });
    await expectSame(model, [[2, 4], [2, 4]]); // prettier-ignore
  });

  it('runs in float64 too', async () => {
    const model = single(layers.dense({ units: 2, activation: 'tanh' }), vector);
    fill(model);
    const x = arrayOf([1, 5], 3);
    const program = fromLayersModel(model, { dtype: 'float64' });
    const [result] = await run(program, [{ data: Float64Array.from(x.data), shape: x.shape }]);
    expect(result!.data).toBeInstanceOf(Float64Array);
    expect(distance(result!, predict(model, [x])[0]!)).toBeLessThan(1e-6);
    model.dispose();
  });
});
