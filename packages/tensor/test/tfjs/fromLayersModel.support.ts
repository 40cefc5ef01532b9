import type { NdArray, Runtime, Tensor } from '@pct/tensor';
import { compile, interpreter, shapesOf } from '@pct/tensor';
import type { LayersParameters, LayersProgram } from '@pct/tensor/tfjs';
import * as tf from '@tensorflow/tfjs';

/** Deterministic numbers between -1 and 1 without a pattern that a layer could hide. */
function numbers(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * seed));
}

/** Array of such numbers. */
export function arrayOf(shape: readonly number[], seed: number): NdArray {
  const count = shape.reduce((product, size) => product * size, 1);
  return { data: numbers(count, seed), shape };
}

/** Gives all weights of a model other numbers, positive ones to variances. */
export function fill(model: tf.LayersModel): void {
  const values = model.weights.map((weight, i) => {
    const shape = weight.shape as number[];
    const { data } = arrayOf(shape, i + 1);
    return tf.tensor(weight.name.includes('variance') ? data.map((x) => 0.6 + 0.4 * x) : data, shape);
  });
  model.setWeights(values);
  tf.dispose(values);
}

/** What TensorFlow.js computes. */
export function predict(model: tf.LayersModel, inputs: readonly NdArray[]): NdArray[] {
  const given = inputs.map(({ data, shape }) => tf.tensor(data as Float32Array, [...shape]));
  const results = [model.predict(given)].flat();
  const arrays = results.map((result) => ({
    data: Float32Array.from(result.dataSync()),
    shape: result.shape,
  }));
  tf.dispose([...given, ...results]);
  return arrays;
}

/** What the program of a model computes. */
export async function run(
  program: LayersProgram,
  inputs: readonly NdArray[],
  runtime: Runtime = interpreter(),
): Promise<NdArray[]> {
  const named = Object.fromEntries(Object.keys(program.inputs).map((name, i) => [name, inputs[i]!]));
  const computed = await compile(
    (parameters: LayersParameters, x: Readonly<Record<string, Tensor>>) => program.apply(parameters, x),
    [shapesOf(program.parameters), program.inputs],
    { runtime },
  );
  return Object.values(await computed.run(program.parameters, named));
}

/** Largest difference of two arrays, relative to the largest element (or 1). */
export function distance(actual: NdArray, expected: NdArray): number {
  if (String(actual.shape) !== String(expected.shape)) return NaN;
  let [largest, scale] = [0, 1];
  for (let i = 0; i < expected.data.length; i++) {
    largest = Math.max(largest, Math.abs(actual.data[i]! - expected.data[i]!));
    scale = Math.max(scale, Math.abs(expected.data[i]!));
  }
  return largest / scale;
}
