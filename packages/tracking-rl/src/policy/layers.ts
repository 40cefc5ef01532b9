import type { Rng } from '@pct/core';
import {
  add,
  concat,
  dense,
  denseParameters,
  div,
  expandDims,
  gather,
  layerNorm,
  orthogonal,
  relu,
  reshape,
  segmentSum,
  tanh,
  type DenseParameters,
  type NdArray,
  type NormParameters,
  type Tensor,
} from '@pct/tensor';
import type { PolicyParameters } from './types.js';

/** Gain of hidden layers, with relu. */
const HIDDEN_GAIN = Math.SQRT2;
/** Gain of the layer that makes logits: a new policy chooses nearly at random. */
const POLICY_GAIN = 0.01;

/**
 * A dense layer with orthogonal weights and zero biases.
 *
 * @see Huang et al. 2022, "The 37 implementation details of PPO", detail 2
 */
export function layerParameters(
  inputs: number,
  outputs: number,
  rng: Rng,
  gain = HIDDEN_GAIN,
): Record<string, NdArray> {
  const { weight, bias } = denseParameters(inputs, outputs, rng, { initialize: orthogonal });
  return { weight: { data: weight.data.map((value) => gain * value), shape: weight.shape }, bias };
}

/** Applies a dense layer by its name. */
export function layer(parameters: PolicyParameters, name: string, x: Tensor): Tensor {
  return dense(parameters[name] as unknown as DenseParameters, x);
}

/** Applies layer normalisation by its name. */
export function norm(parameters: PolicyParameters, name: string, x: Tensor): Tensor {
  return layerNorm(parameters[name] as unknown as NormParameters, x);
}

/** Parameters of {@link pointer}. */
export function pointerParameters(hidden: number, rng: Rng): Record<string, Record<string, NdArray>> {
  return {
    pointerAction: layerParameters(hidden, hidden, rng, 1),
    pointerObservation: layerParameters(hidden, hidden, rng, 1),
    pointerOut: layerParameters(hidden, 1, rng, POLICY_GAIN),
  };
}

/**
 * Pointer head: vᵀ tanh(W₁ a + W₂ o) for each candidate a and the observation o of its agent.
 *
 * @param candidates - [pairs, hidden]
 * @param observations - [agents, hidden]
 * @param agent - agent of each candidate, [pairs]
 * @returns logits, [pairs]
 * @see Vinyals, Fortunato and Jaitly 2015, arXiv:1506.03134, eq. 3
 */
export function pointer(
  parameters: PolicyParameters,
  candidates: Tensor,
  observations: Tensor,
  agent: Tensor,
): Tensor {
  const fromAgent = gather(layer(parameters, 'pointerObservation', observations), agent);
  const joined = tanh(add(layer(parameters, 'pointerAction', candidates), fromAgent));
  return reshape(layer(parameters, 'pointerOut', joined), [candidates.shape[0]!]);
}

/** Parameters of {@link critic}. */
export function criticParameters(
  inputs: number,
  hidden: number,
  centralised: boolean,
  rng: Rng,
): Record<string, Record<string, NdArray>> {
  return {
    criticIn: layerParameters(inputs, hidden, rng),
    ...(centralised && { criticFrame: layerParameters(hidden, hidden, rng) }),
    criticHidden: layerParameters(centralised ? 2 * hidden : hidden, hidden, rng),
    criticOut: layerParameters(hidden, 1, rng, 1),
  };
}

/**
 * Values of agents. A centralised critic also sees the mean over all agents of the frame that decide at once.
 *
 * @param x - what each agent sees, [agents, inputs]
 * @param sample - with `pool` and `poolSize`
 * @returns [agents]
 */
export function critic(
  parameters: PolicyParameters,
  x: Tensor,
  sample: Readonly<Record<'pool' | 'poolSize', Tensor>>,
  centralised: boolean,
): Tensor {
  const own = relu(layer(parameters, 'criticIn', x));
  const seen = centralised ? concat([own, frameMean(parameters, own, sample)], 1) : own;
  const values = layer(parameters, 'criticOut', relu(layer(parameters, 'criticHidden', seen)));
  return reshape(values, [x.shape[0]!]);
}

function frameMean(
  parameters: PolicyParameters,
  own: Tensor,
  { pool, poolSize }: Readonly<Record<'pool' | 'poolSize', Tensor>>,
): Tensor {
  const sums = segmentSum(relu(layer(parameters, 'criticFrame', own)), pool, poolSize.shape[0]!);
  return gather(div(sums, expandDims(poolSize, 1)), pool);
}
