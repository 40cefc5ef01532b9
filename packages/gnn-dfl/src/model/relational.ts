import type { Rng } from '@pct/core';
import {
  add,
  cast,
  constant,
  dimension,
  div,
  expandDims,
  less,
  matmul,
  maximum,
  mul,
  neg,
  normParameters,
  sqrt,
  square,
  squeeze,
  sum,
  where,
  type DenseParameters,
  type NdArray,
  type NormParameters,
  type Tensor,
} from '@pct/tensor';
import { EPSILON } from '../message/batchNorm.js';

/** Slope of the leaky ReLU for negative numbers. */
export const SLOPE = 0.01;

/** A linear layer with the batch norm before it. */
export interface NormedDense<Leaf = Tensor> extends DenseParameters<Leaf> {
  readonly norm: NormParameters<Leaf>;
}

/** Three linear layers, each with batch norm before it. */
export interface RelationalParameters<Leaf = Tensor> {
  readonly first: NormedDense<Leaf>;
  readonly second: NormedDense<Leaf>;
  readonly third: NormedDense<Leaf>;
}

/** The same, with leaky ReLU and batch norm after the last layer. */
export interface ObjectParameters<Leaf = Tensor> extends RelationalParameters<Leaf> {
  readonly last: NormParameters<Leaf>;
}

/** Initial parameters of three layers: weights and biases uniform in ±1/√inputs, as PyTorch's. */
export function relationalParameters(
  inputs: number,
  hidden: number,
  outputs: number,
  rng: Rng,
): RelationalParameters<NdArray> {
  return {
    first: normedDense(inputs, hidden, rng),
    second: normedDense(hidden, hidden, rng),
    third: normedDense(hidden, outputs, rng),
  };
}

/** Initial parameters of three layers and the batch norm after them. */
export function objectParameters(
  inputs: number,
  hidden: number,
  outputs: number,
  rng: Rng,
): ObjectParameters<NdArray> {
  return { ...relationalParameters(inputs, hidden, outputs, rng), last: normParameters(outputs) };
}

function normedDense(inputs: number, outputs: number, rng: Rng): NormedDense<NdArray> {
  const bound = 1 / Math.sqrt(inputs);
  const uniform = (shape: number[]): NdArray => ({
    data: Float32Array.from(
      { length: shape.reduce((product, size) => product * size, 1) },
      () => bound * (2 * rng.uniform() - 1),
    ),
    shape,
  });
  return { norm: normParameters(inputs), weight: uniform([inputs, outputs]), bias: uniform([outputs]) };
}

/** Rows of x less their mean, and γ / σ of batch norm; finite if there are no rows. */
function standardised({ scale }: NormParameters, x: Tensor): { centred: Tensor; factor: Tensor } {
  const rows = maximum(dimension(x.shape[0]!, x.dtype as 'float32' | 'float64'), 1);
  const mean = (of: Tensor): Tensor => div(sum(of, { axes: [0] }), rows);
  const centred = add(x, neg(mean(x)));
  return { centred, factor: div(scale, sqrt(add(mean(square(centred)), EPSILON))) };
}

/** Batch norm over the rows of x [rows, channels], with their own moments. */
export function normalise(norm: NormParameters, x: Tensor): Tensor {
  const { centred, factor } = standardised(norm, x);
  return add(mul(centred, factor), norm.offset);
}

/** Batch norm and the linear layer after it; x [rows, in]. The factors of the norm go to the weights, which are fewer. */
function normedLayer({ norm, weight, bias }: NormedDense, x: Tensor): Tensor {
  const { centred, factor } = standardised(norm, x);
  const shift = squeeze(matmul(expandDims(norm.offset, 0), weight), 0);
  return add(matmul(centred, mul(weight, expandDims(factor, 1))), add(bias, shift));
}

/** Leaky ReLU as a product, whose derivative is one operation. */
function leaky(x: Tensor): Tensor {
  const scalar = (value: number): Tensor =>
    cast(constant({ data: Float64Array.of(value), shape: [] }), x.dtype);
  return mul(x, where(less(x, 0), scalar(SLOPE), scalar(1)));
}

/** The three layers, from what the first one gives: z [rows, hidden], before its activation. */
function restOfRelational({ second, third }: Omit<RelationalParameters, 'first'>, z: Tensor): Tensor {
  return normedLayer(third, leaky(normedLayer(second, leaky(z))));
}

/** The three layers on x [rows, in]. */
export function relational(parameters: RelationalParameters, x: Tensor): Tensor {
  return restOfRelational(parameters, normedLayer(parameters.first, x));
}

/** The three layers, activation and batch norm on x [rows, in]. */
export function objectModel(parameters: ObjectParameters, x: Tensor): Tensor {
  return normalise(parameters.last, leaky(relational(parameters, x)));
}
