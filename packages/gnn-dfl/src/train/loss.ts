import { checkFinite, checkOneOf, InvalidArgumentError } from '@pct/core';
import type { Estimator } from '@pct/assignment/layers';
import type { Frame, HitGraph } from '@pct/detector';
import {
  add,
  float32,
  mul,
  sigmoid,
  softplus,
  stopGradient,
  sub,
  sum,
  type NdArray,
  type Tensor,
  type TensorSpec,
} from '@pct/tensor';
import { edgeAssignment, type GraphArrays } from '../assign/edgeAssignment.js';
import type { InteractionParameters } from '../model/lineNetwork.js';
import type { GraphSample, TrackingNetwork } from '../model/types.js';

/** How the network learns: from its scores, or from the assignments that they lead to. */
export type TrainingMode = 'predict-then-track' | 'predict-and-track';

/** A margin of the costs in training; see `Margin` of `@pct/assignment/layers`. */
export interface TrainingMargin {
  /** `pairwise`: true segments cost α/2 more and others less. `totalCost`: α times the assignment is added to the gradient. */
  readonly kind: 'pairwise' | 'totalCost';
  /** α, in the unit of the costs (probabilities), finite. */
  readonly alpha: number;
}

/** What is known about every segment, and what its loss counts. */
export interface Targets<Leaf = Tensor> {
  /** 1 for segments of one particle, else 0; float32 [segments]. */
  readonly truth: Leaf;
  /** Weight of the segment's loss, float32 [segments]. */
  readonly weights: Leaf;
}

/** Declared types of {@link Targets}. */
export const targetSpecs: Targets<TensorSpec> = {
  truth: float32('segments'),
  weights: float32('segments'),
};

/** Layers below this one are those of the tracker. */
const TRACKER_LAYERS = 3;

/**
 * Truth and weights of a frame's segments. Segments that touch a tracker layer and all others are averaged by
 * themselves, and the two means are added.
 *
 * @param frames - size of the batch that the frame is one of
 * @see Kortus, Keidel and Gauger 2024, arXiv:2407.13420, and its code base for the two groups
 */
export function targetsOf(frame: Frame, graph: HitGraph, frames: number): Targets<NdArray> {
  const { edgeCount, sources, targets } = graph;
  const { eventID, layer } = frame;
  const truth = new Float32Array(edgeCount);
  const weights = new Float32Array(edgeCount);
  let near = 0;
  for (let e = 0; e < edgeCount; e++) if (layer[targets[e]!]! < TRACKER_LAYERS) near++;
  for (let e = 0; e < edgeCount; e++) {
    truth[e] = eventID[sources[e]!] === eventID[targets[e]!] ? 1 : 0;
    const group = layer[targets[e]!]! < TRACKER_LAYERS ? near : edgeCount - near;
    weights[e] = 1 / (group * frames);
  }
  const vector = (data: Float32Array): NdArray => ({ data, shape: [data.length] });
  return { truth: vector(truth), weights: vector(weights) };
}

/** What defines the loss of a frame. */
export interface LossSettings {
  readonly mode: TrainingMode;
  /** For `predict-and-track`. */
  readonly estimator?: Estimator | undefined;
  readonly margin?: TrainingMargin | undefined;
}

/** Loss of a frame as an array program. */
export type FrameLoss = (
  parameters: InteractionParameters,
  sample: GraphSample<Tensor>,
  graph: GraphArrays,
  targets: Targets,
) => Tensor;

/**
 * Loss of one frame: the weighted sum of the cross-entropies of its segments, or of the Hamming distances between the
 * assignment and the truth.
 *
 * @throws InvalidArgumentError if mode, estimator and margin do not go together
 */
export function frameLoss(network: TrackingNetwork, { mode, estimator, margin }: LossSettings): FrameLoss {
  checkOneOf('train', 'mode', mode, ['predict-then-track', 'predict-and-track']);
  if (mode === 'predict-then-track') {
    if (estimator !== undefined || margin !== undefined)
      throw new InvalidArgumentError("train: estimator and margin are for mode 'predict-and-track' only");
    return (parameters, sample, _graph, { truth, weights }) => {
      const logits = network.logits(parameters, sample);
      // log(1 + exp(z)) − t z is the cross-entropy of sigmoid(z).
      return sum(mul(weights, sub(softplus(logits), mul(truth, logits))));
    };
  }
  if (estimator === undefined)
    throw new InvalidArgumentError("train: mode 'predict-and-track' needs an estimator, such as blackbox()");
  if (margin !== undefined) {
    checkOneOf('train', 'margin.kind', margin.kind, ['pairwise', 'totalCost']);
    checkFinite('train', 'margin.alpha', margin.alpha);
  }
  return (parameters, sample, graph, { truth, weights }) => {
    const plain = sub(1, sigmoid(network.logits(parameters, sample)));
    const cost = margin?.kind === 'pairwise' ? add(plain, mul(sub(truth, 0.5), margin.alpha)) : plain;
    const chosen = edgeAssignment(cost, graph, estimator);
    const wrong = sub(add(chosen, truth), mul(2, mul(chosen, truth)));
    const loss = sum(mul(weights, wrong));
    if (margin?.kind !== 'totalCost') return loss;
    // Zero, but for its gradient with respect to the costs, which is α times the assignment.
    const total = sum(mul(cost, stopGradient(chosen)));
    return add(loss, mul(margin.alpha, sub(total, stopGradient(total))));
  };
}
