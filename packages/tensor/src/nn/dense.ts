import type { Rng } from '@pct/core';
import { InvalidArgumentError } from '@pct/core';
import type { NdArray } from '../graph/types.js';
import { add } from '../primitives/add.js';
import { matmul } from '../primitives/matmul.js';
import { relu } from '../primitives/relu.js';
import type { Tensor } from '../trace/Tensor.js';
import type { InitializeOptions, Initializer } from './initialize.js';
import { glorotUniform, heNormal, zeros } from './initialize.js';

/** Parameters of a dense layer: weight [in, out], bias [out]. */
export interface DenseParameters<Leaf = Tensor> {
  readonly weight: Leaf;
  readonly bias: Leaf;
}

/** Options of {@link denseParameters}. */
export interface DenseOptions extends InitializeOptions {
  /**
   * Initial weights; the bias starts at 0.
   * @defaultValue `glorotUniform`
   */
  readonly initialize?: Initializer | undefined;
}

/**
 * Initial parameters of a dense layer.
 *
 * @param inputs - number of inputs
 * @param outputs - number of outputs
 * @param rng - source of random numbers
 * @param options - {@link DenseOptions}
 */
export function denseParameters(
  inputs: number,
  outputs: number,
  rng: Rng,
  options: DenseOptions = {},
): DenseParameters<NdArray> {
  const { initialize = glorotUniform, dtype } = options;
  return { weight: initialize([inputs, outputs], rng, { dtype }), bias: zeros([outputs], { dtype }) };
}

/**
 * x weight + bias.
 *
 * @param parameters - {@link DenseParameters}
 * @param x - [..., in]
 * @returns [..., out]
 */
export function dense({ weight, bias }: DenseParameters, x: Tensor): Tensor {
  return add(matmul(x, weight), bias);
}

/** Parameters of a network of dense layers. */
export interface MlpParameters<Leaf = Tensor> {
  readonly layers: readonly DenseParameters<Leaf>[];
}

/**
 * Initial parameters of a network of dense layers.
 *
 * @param sizes - numbers of inputs, of each hidden layer's units, and of outputs
 * @param rng - source of random numbers
 * @param options - {@link DenseOptions}, with `heNormal` as default
 * @throws {@link InvalidArgumentError} for fewer than two sizes
 */
export function mlpParameters(
  sizes: readonly number[],
  rng: Rng,
  options: DenseOptions = {},
): MlpParameters<NdArray> {
  if (sizes.length < 2)
    throw new InvalidArgumentError(
      `mlpParameters: sizes must name inputs and outputs, got [${sizes.join(', ')}]`,
    );
  const settings = { ...options, initialize: options.initialize ?? heNormal };
  return { layers: sizes.slice(1).map((size, i) => denseParameters(sizes[i]!, size, rng, settings)) };
}

/**
 * Network of dense layers with an activation between them; none after the last.
 *
 * @param parameters - {@link MlpParameters}
 * @param x - [..., in]
 * @param activation - @defaultValue `relu`
 * @returns [..., out]
 */
export function mlp({ layers }: MlpParameters, x: Tensor, activation: (x: Tensor) => Tensor = relu): Tensor {
  return layers.reduce((y, layer, i) => (i === 0 ? dense(layer, y) : dense(layer, activation(y))), x);
}
