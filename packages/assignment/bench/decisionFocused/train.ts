/** Trains one linear model of costs with one loss. */
import type { Rng } from '@pct/core';
import { adam, add, compile, float64, int32, matmul, reshape, valueAndGrad } from '@pct/tensor';
import type { NdArray, Runtime, Tensor } from '@pct/tensor';
import type { DataSizes, Examples } from './generator.js';
import type { Batch, LossOfBatch } from './methods.js';

/** What all trainings have in common. */
export interface TrainingOptions extends DataSizes {
  readonly batchSize: number;
  readonly steps: number;
  readonly runtime: Runtime | 'interpreter';
}

/** Weights and biases of ĉ = x W + b. */
export interface LinearModel {
  readonly weight: NdArray;
  readonly bias: NdArray;
}

/** A step of training, compiled once for any number of trainings with a loss that keeps no state. */
export interface Step {
  run(model: LinearModel, ...batch: readonly NdArray[]): Promise<LinearModel>;
  dispose(): Promise<void>;
}

export async function compileStep(
  loss: LossOfBatch,
  { side, features, batchSize, runtime }: TrainingOptions,
): Promise<Step> {
  const size = side * side;
  const fn = valueAndGrad(
    (
      model: { readonly weight: Tensor; readonly bias: Tensor },
      x: Tensor,
      cost: Tensor,
      truth: Tensor,
      seed: Tensor,
      examples: Tensor,
    ): Tensor => {
      const predicted = reshape(add(matmul(x, model.weight), model.bias), [batchSize, side, side]);
      const batch: Batch = { predicted, cost, truth, seed, examples };
      return loss(batch);
    },
  );
  const matrices = float64(batchSize, side, side);
  const program = await compile(
    fn,
    [
      { weight: float64(features, size), bias: float64(size) },
      float64(batchSize, features),
      matrices,
      matrices,
      int32(),
      int32(batchSize),
    ],
    { runtime },
  );
  return {
    run: async (model, ...batch) => {
      const [x, cost, truth, seed, examples] = batch as [NdArray, NdArray, NdArray, NdArray, NdArray];
      const [, gradient] = await program.run(model, x, cost, truth, seed, examples);
      return gradient;
    },
    dispose: () => program.dispose(),
  };
}

/**
 * Trains with Adam, on mini-batches of shuffled examples.
 *
 * @returns the model after the last step
 */
export async function train(
  step: Step,
  data: Examples,
  learningRate: number,
  options: TrainingOptions,
  rng: Rng,
): Promise<LinearModel> {
  const { side, features, batchSize, steps } = options;
  const size = side * side;
  const start = rng.split('start');
  const weight = start.fillNormal(new Float64Array(features * size), 0, 0.1);
  const model: LinearModel = {
    weight: { data: weight, shape: [features, size] },
    bias: { data: start.fillNormal(new Float64Array(size), 0, 0.1), shape: [size] },
  };
  const optimizer = adam({ learningRate });
  const order = rng.split('order');
  let state = optimizer.init({ ...model });
  let queue: Int32Array = new Int32Array(0);
  for (let count = 0; count < steps; count++) {
    if (queue.length < batchSize) queue = order.permutation(data.count);
    const chosen = queue.subarray(0, batchSize);
    queue = queue.subarray(batchSize);
    const gradient = await step.run(
      model,
      rowsOf(data.features, chosen, [features]),
      rowsOf(data.costs, chosen, [side, side]),
      rowsOf(data.truth, chosen, [side, side]),
      { data: Int32Array.of(count), shape: [] },
      { data: chosen.slice(), shape: [batchSize] },
    );
    state = optimizer.updateInPlace({ ...gradient }, state, { ...model });
  }
  return model;
}

/** Costs that a model predicts for all examples. */
export function predict({ weight, bias }: LinearModel, { features, count }: Examples): Float64Array {
  const size = bias.data.length;
  const inputs = features.length / count;
  const out = new Float64Array(count * size);
  for (let k = 0; k < count; k++) {
    for (let pair = 0; pair < size; pair++) {
      let sum = bias.data[pair]!;
      for (let f = 0; f < inputs; f++) sum += features[k * inputs + f]! * weight.data[f * size + pair]!;
      out[k * size + pair] = sum;
    }
  }
  return out;
}

function rowsOf(data: Float64Array, chosen: Int32Array, shape: readonly number[]): NdArray {
  const size = shape.reduce((a, b) => a * b, 1);
  const out = new Float64Array(chosen.length * size);
  chosen.forEach((row, at) => out.set(data.subarray(row * size, (row + 1) * size), at * size));
  return { data: out, shape: [chosen.length, ...shape] };
}
