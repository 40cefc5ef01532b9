import type { Rng } from '@pct/core';
import {
  add,
  dense,
  denseParameters,
  heNormal,
  lecunNormal,
  matmul,
  relu,
  silu,
  tanh,
  type DenseParameters,
  type NdArray,
  type Tensor,
} from '@pct/tensor';

const activations = { relu, silu, tanh } as const;

/** What stands between layers. */
export type ActivationName = keyof typeof activations;

/** Choices of {@link ActivationName}. */
export const activationNames = Object.keys(activations) as readonly ActivationName[];

/** Shape of a network. */
export interface NetworkShape {
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
  /** Whether hidden layers of equal size add to the one before, and the features also go straight to the output. */
  readonly skip: boolean;
}

/** Parameters of a network. */
export interface NetworkParameters<Leaf = Tensor> {
  readonly layers: readonly DenseParameters<Leaf>[];
  /** [features, outputs], one with skip connections, none without */
  readonly direct: readonly Leaf[];
}

/**
 * Parameters to begin with: He's for ReLU, LeCun's for the last layer and for other activations.
 *
 * @param features - number of inputs of the network
 * @param outputs - number of outputs
 */
export function networkParameters(
  { hidden, activation, skip }: NetworkShape,
  features: number,
  outputs: number,
  rng: Rng,
): NetworkParameters<NdArray> {
  const sizes = [features, ...hidden, outputs];
  const layers = sizes.slice(1).map((size, k) => {
    const last = k === hidden.length;
    const initialize = activation === 'relu' && !last ? heNormal : lecunNormal;
    return denseParameters(sizes[k]!, size, rng, { initialize });
  });
  return { layers, direct: skip ? [lecunNormal([features, outputs], rng)] : [] };
}

/**
 * A network of dense layers.
 *
 * @param x - float32 [batch, features]
 * @returns float32 [batch, outputs]
 */
export function network(
  { activation, skip }: NetworkShape,
  { layers, direct }: NetworkParameters,
  x: Tensor,
): Tensor {
  const activate = activations[activation];
  let hidden = x;
  layers.slice(0, -1).forEach((layer, k) => {
    const next = activate(dense(layer, hidden));
    const fits = skip && k > 0 && next.shape[1] === hidden.shape[1];
    hidden = fits ? add(hidden, next) : next;
  });
  const outputs = dense(layers.at(-1)!, hidden);
  return direct.reduce((sum, weight) => add(sum, matmul(x, weight)), outputs);
}
