import { InvalidArgumentError, ShapeError } from '@pct/core';
import type { NdArray, Tensor } from '@pct/tensor';
import {
  compile,
  float32,
  grad,
  hessianVectorProduct,
  interpreter,
  mapTree,
  mean,
  shapesOf,
  square,
  sub,
  trace,
} from '@pct/tensor';
import type { LayersParameters, LayersProgram } from '@pct/tensor/tfjs';
import { fromLayersModel } from '@pct/tensor/tfjs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { arrayOf, distance, fill } from './fromLayersModel.support.js';

const { layers } = tf;
const runtime = interpreter();

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function convolutional(): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      layers.conv2d({
        inputShape: [6, 6, 1],
        filters: 2,
        kernelSize: 3,
        activation: 'tanh',
        name: 'filters',
      }),
      layers.batchNormalization({ name: 'norm' }),
      layers.averagePooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 3, activation: 'softplus', name: 'head' }),
    ],
  });
  fill(model);
  return model;
}

/** Mean square distance of the model's output from targets. */
function lossOf(program: LayersProgram) {
  return (parameters: LayersParameters, x: Tensor, target: Tensor): Tensor =>
    mean(square(sub(program.apply(parameters, x), target)));
}

const wide = ({ data, shape }: NdArray): NdArray => ({ data: Float64Array.from(data), shape });
const leafNames = (tree: LayersParameters<NdArray>): string[] => leaves(tree).map(([path]) => path);
const leavesOf = (tree: LayersParameters<NdArray>): NdArray[] => leaves(tree).map(([, leaf]) => leaf);

function leaves(tree: LayersParameters<NdArray>): [string, NdArray][] {
  const found: [string, NdArray][] = [];
  mapTree(tree as Record<string, Record<string, NdArray>>, (leaf, path) => {
    found.push([path.replace('tree.', ''), leaf]);
    return 0;
  });
  return found;
}

describe('parameters', () => {
  it('are named by layer; what TensorFlow.js does not train is kept apart', () => {
    const model = convolutional();
    const { parameters, constants, inputs, outputs } = fromLayersModel(model);
    expect(leafNames(parameters)).toEqual([
      'filters.kernel',
      'filters.bias',
      'norm.gamma',
      'norm.beta',
      'head.kernel',
      'head.bias',
    ]);
    expect(leafNames(constants)).toEqual(['norm.moving_mean', 'norm.moving_variance']);
    expect(leavesOf(parameters)[0]!.shape).toEqual([3, 3, 1, 2]);
    expect(Object.values(inputs).map(String)).toEqual(['float32[batch, 6, 6, 1]']);
    expect(Object.entries(outputs).map(String)).toEqual(['head,float32[batch, 3]']);
    model.dispose();
  });

  it('leave out frozen layers and models, and what the caller wants', () => {
    const model = convolutional();
    model.getLayer('filters').trainable = false;
    expect(Object.keys(fromLayersModel(model).parameters)).toEqual(['norm', 'head']);
    const seen: string[] = [];
    const { parameters, constants } = fromLayersModel(model, {
      isParameter: (name, { shape }, trainable) => {
        seen.push(`${name} [${shape.join()}] ${trainable}`);
        return name.startsWith('filters');
      },
    });
    expect(seen.slice(0, 2)).toEqual(['filters/kernel [3,3,1,2] false', 'filters/bias [2] false']);
    expect(seen).toContain('norm/moving_mean [2] false');
    expect([Object.keys(parameters), Object.keys(constants)]).toEqual([['filters'], ['norm', 'head']]);
    model.trainable = false;
    expect(fromLayersModel(model).parameters).toEqual({});
    model.dispose();
  });

  it('are copies: the model is not needed afterwards, and no tensor is left', async () => {
    const before = tf.memory();
    const model = convolutional();
    const weights = tf.memory().numTensors;
    const program = fromLayersModel(model);
    expect(tf.memory().numTensors).toBe(weights);
    const [value] = leavesOf(program.parameters);
    value!.data[0]! += 1;
    expect(model.getWeights()[0]!.dataSync()[0]).toBeCloseTo(value!.data[0]! - 1, 6);
    model.dispose();
    const compiled = await compile(
      (p: LayersParameters, x: Tensor) => program.apply(p, x),
      [shapesOf(program.parameters), float32(1, 6, 6, 1)],
      { runtime },
    );
    const { shape } = await compiled.run(program.parameters, arrayOf([1, 6, 6, 1], 1));
    expect(shape).toEqual([1, 3]);
    expect(tf.memory().numTensors).toBe(before.numTensors);
  });
});

describe('derivatives', () => {
  it('are those of TensorFlow.js where it has them', async () => {
    const model = tf.sequential({
      layers: [
        layers.dense({ inputShape: [4], units: 5, activation: 'relu' }),
        layers.dense({ units: 2, activation: 'tanh' }),
      ],
    });
    fill(model);
    const [x, target] = [arrayOf([3, 4], 20), arrayOf([3, 2], 21)];
    const program = fromLayersModel(model);
    const gradient = await compile(
      grad(lossOf(program)),
      [shapesOf(program.parameters), float32('batch', 4), float32('batch', 2)],
      { runtime },
    );
    const actual = leavesOf(await gradient.run(program.parameters, x, target));
    const { grads } = tf.tidy(() => {
      const { grads: all } = tf.variableGrads(() => {
        const result = model.apply(tf.tensor(x.data, [3, 4])) as tf.Tensor;
        return result
          .sub(tf.tensor(target.data as Float32Array, [3, 2]))
          .square()
          .mean()
          .asScalar();
      });
      return {
        grads: Object.values(all).map((one) => ({ data: one.dataSync() as Float32Array, shape: one.shape })),
      };
    });
    expect(grads).toHaveLength(4);
    grads.forEach((expected, i) => {
      expect(distance(actual[i]!, expected)).toBeLessThan(1e-5);
      expect(Math.max(...expected.data.map(Math.abs))).toBeGreaterThan(1e-3);
    });
    model.dispose();
  });

  it('of second order are those of finite differences', async () => {
    const model = convolutional();
    const program = fromLayersModel(model, { dtype: 'float64' });
    const loss = lossOf(program);
    const [x, target] = [wide(arrayOf([2, 6, 6, 1], 30)), wide(arrayOf([2, 3], 31))];
    const specs = [shapesOf(program.parameters), shapesOf(x), shapesOf(target)] as const;
    const gradient = await compile(grad(loss), specs, { runtime });
    const product = await compile(hessianVectorProduct(loss), [specs[0], ...specs], { runtime });
    const direction = structuredClone(program.parameters);
    leavesOf(direction).forEach(({ data }, i) => data.set(arrayOf([data.length], 40 + i).data));
    const slopeAt = async (step: number): Promise<NdArray[]> => {
      const moved = structuredClone(program.parameters);
      leavesOf(moved).forEach(({ data }, i) =>
        leavesOf(direction)[i]!.data.forEach((d, k) => (data[k]! += step * d)),
      );
      return leavesOf(await gradient.run(moved, x, target));
    };
    const [ahead, behind] = [await slopeAt(1e-4), await slopeAt(-1e-4)];
    const exact = leavesOf(await product.run(direction, program.parameters, x, target));
    expect(exact).toHaveLength(6);
    exact.forEach((actual, i) => {
      const data = ahead[i]!.data.map((value, k) => (value - behind[i]!.data[k]!) / 2e-4);
      expect(distance(actual, { data, shape: actual.shape })).toBeLessThan(1e-6);
      expect(Math.max(...actual.data.map(Math.abs))).toBeGreaterThan(1e-3);
    });
    model.dispose();
  });
});

describe('sizes', () => {
  it('that the model leaves open have names', () => {
    const model = tf.sequential({
      layers: [
        layers.conv2d({ inputShape: [null, 8, 1], filters: 1, kernelSize: 3, padding: 'same' }),
        layers.globalAveragePooling2d({}),
      ],
    });
    const [name] = Object.keys(fromLayersModel(model).inputs);
    const height = `${name}_1`;
    expect(fromLayersModel(model).inputs[name!]!.shape).toEqual(['batch', height, 8, 1]);
    const { inputs, outputs } = fromLayersModel(model, { sizes: { batch: 'n', [height]: 4 } });
    expect([inputs[name!]!.shape, Object.values(outputs)[0]!.shape]).toEqual([
      ['n', 4, 8, 1],
      ['n', 1],
    ]);
    model.dispose();
  });

  it('have to be numbers where the padding depends on them; the message names the layer', () => {
    const model = tf.sequential({
      layers: [
        layers.conv2d({
          inputShape: [null, 8, 1],
          filters: 1,
          kernelSize: 3,
          strides: 2,
          padding: 'same',
          name: 'first',
        }),
      ],
    });
    expect(() => fromLayersModel(model)).toThrow(ShapeError);
    expect(() => fromLayersModel(model)).toThrow(
      /layer "first" \(Conv2D\): padding 'same' with strides: the size of the image must be a number while tracing, got the named size/,
    );
    model.dispose();
  });
});

describe('what does not fit', () => {
  it('lists all unknown layers at once', () => {
    const x = tf.input({ shape: [4, 3] });
    const lstm = layers.lstm({ units: 2, name: 'memory' });
    const gru = layers.gru({ units: 2, returnSequences: true });
    const inside = tf.sequential({ name: 'inside', layers: [layers.gru({ inputShape: [4, 2], units: 2, returnSequences: true, name: 'gate' })] }); // prettier-ignore
    const y = lstm.apply(inside.apply(gru.apply(x))) as tf.SymbolicTensor;
    const model = tf.model({ inputs: x, outputs: y });
    expect(() => fromLayersModel(model)).toThrow(InvalidArgumentError);
    expect(() => fromLayersModel(model)).toThrow(
      `fromLayersModel: the model has 2 kinds of layers that are not supported: GRU at "${gru.name}", "inside/gate"; LSTM at "memory"`,
    );
    model.dispose();
  });

  it('rejects what is no built model', () => {
    expect(() => fromLayersModel({ predict: 1 } as never)).toThrow(
      /model must be a LayersModel of TensorFlow.js, such as tf.sequential\(\) makes, got/,
    );
    expect(() => fromLayersModel(undefined as never)).toThrow(InvalidArgumentError);
    expect(() => fromLayersModel(tf.sequential())).toThrow(/the model has no output yet/);
  });

  it('names parameters and inputs of other types', () => {
    const model = convolutional();
    const program = fromLayersModel(model);
    const traced = (size: number): unknown =>
      trace(
        (p: LayersParameters, x: Tensor) => program.apply(p, x),
        shapesOf(program.parameters),
        float32(1, size, 6, 1),
      );
    expect(() => traced(5)).toThrow(
      /apply: input ".*" must be float32\[batch, 6, 6, 1\], got float32\[1, 5, 6, 1\]/,
    );
    expect(() => trace((x: Tensor) => program.apply({}, x), float32(1, 6, 6, 1))).toThrow(
      /apply: parameters.filters must be/,
    );
    model.dispose();
  });

  it('takes a single tensor only where there is one input and one output', () => {
    const [a, b] = [tf.input({ shape: [2], name: 'a' }), tf.input({ shape: [2], name: 'b' })];
    const model = tf.model({ inputs: [a, b], outputs: layers.add().apply([a, b]) as tf.SymbolicTensor });
    const program = fromLayersModel(model);
    expect(() => trace((x: Tensor) => program.apply({}, x), float32(1, 2))).toThrow(
      /apply: the model has inputs a, b and outputs .*; give an object with the inputs instead of one tensor/,
    );
    model.dispose();
  });
});
