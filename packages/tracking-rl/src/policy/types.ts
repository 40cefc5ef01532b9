import type { Rng } from '@pct/core';
import type { NdArray, Tensor, TensorSpec } from '@pct/tensor';
import type { Decision, FrameStatics } from '../environment/types.js';

/** What a critic sees: what its own agent sees (IPPO), or also the mean over all agents that decide at once (MAPPO). */
export type Critic = 'decentralised' | 'centralised';

/** What a policy is made like, as plain data that a weight file can carry. */
export interface PolicyArchitecture {
  readonly kind: 'simple' | 'attention';
  /** Channels of the hidden layers. */
  readonly hidden: number;
  readonly critic: Critic;
  /** Layers of graph attention over the hits, and transformer blocks over the candidates; 0 for `simple`. */
  readonly graphLayers: number;
  readonly blocks: number;
}

/** Parameters by layer and by name within the layer. */
export type PolicyParameters<Leaf = Tensor> = Readonly<Record<string, Readonly<Record<string, Leaf>>>>;

/** Arrays by name. */
export type Sample<Leaf = NdArray> = Readonly<Record<string, Leaf>>;

/** What a policy says about a decision. */
export interface Scores {
  /** Logits of the candidates, [pairs]: the probability of a candidate is their softmax over those of its agent. */
  readonly logits: Tensor;
  /** Expected returns of the agents, [agents]. */
  readonly values: Tensor;
}

/**
 * A policy that all agents share: it scores the candidate segments of an agent from what the agent sees. It has two array
 * programs: one for all hits of the frames, which no action changes, and one for the agents of a decision.
 */
export interface TrackingPolicy {
  readonly name: string;
  readonly architecture: PolicyArchitecture;
  /**
   * Initial parameters.
   *
   * @param rng - a seed, or a source of random numbers
   */
  initialize(rng: number | Rng): PolicyParameters<NdArray>;
  /** Types of the arrays of {@link TrackingPolicy.prepareFrames}, with the named sizes `hits` and `segments`. */
  readonly frameSpecs: Sample<TensorSpec>;
  /** Types of the arrays of {@link TrackingPolicy.prepare}, with the named sizes `agents`, `pairs` and `pools`. */
  readonly sampleSpecs: Sample<TensorSpec>;
  /** Channels of {@link TrackingPolicy.embed}. */
  readonly channels: number;
  /** Embeddings of the hits, [hits, channels], as an array program. */
  readonly embed: (parameters: PolicyParameters, frames: Sample<Tensor>) => Tensor;
  /** Logits and values of the agents of a decision, as an array program. */
  readonly score: (parameters: PolicyParameters, embedding: Tensor, sample: Sample<Tensor>) => Scores;
  /** Arrays of frames: their hits one after the other. */
  prepareFrames(statics: readonly FrameStatics[]): Sample;
  /**
   * Arrays of a decision. Those of several decisions in the same frames are joined by `joinSamples`.
   *
   * @param statics - the frames, in the order of {@link Decision.environment}
   * @param decision - agents of one frame next to each other
   */
  prepare(statics: readonly FrameStatics[], decision: Decision): Sample;
}
