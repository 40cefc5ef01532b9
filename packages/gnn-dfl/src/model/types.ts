import type { Rng } from '@pct/core';
import type { Frame, HitGraph } from '@pct/detector';
import type { NdArray, Tensor, TensorSpec } from '@pct/tensor';
import type { Aggregation } from './aggregate.js';
import type { InteractionParameters } from './lineNetwork.js';

/** What a network is made like, as plain data that a weight file can carry. */
export interface Architecture {
  /** `line`: nodes are segments, the main model. `hit`: nodes are hits, the ablation. */
  readonly kind: 'line' | 'hit';
  /** Channels of the hidden layers and of messages. */
  readonly hidden: number;
  readonly aggregation: Aggregation;
  /** Channels of the encoding of the kink angle; line networks only. */
  readonly encodingChannels: number;
  /** Smallest wavelength of the encoding over 2π, √rad; line networks only. */
  readonly finest: number;
  /** Mask of segments whose deeper end is in layer 3 or deeper, rad. */
  readonly maxAngleCalorimeter: number;
  /** Mask of the other segments, rad. */
  readonly maxAngleTracker: number;
  /** Whether scores go through a sigmoid before they are called logits; see {@link InteractionNetworkOptions}. */
  readonly doubleSigmoid: boolean;
}

/** Arrays of one frame, by name. */
export type GraphSample<Leaf = NdArray> = Readonly<Record<string, Leaf>>;

/** A frame ready for a network. */
export interface PreparedFrame {
  /** Segments that the network scores, in its order. */
  readonly graph: HitGraph;
  readonly sample: GraphSample;
}

/** A network that scores the possible segments of a frame. */
export interface TrackingNetwork {
  readonly architecture: Architecture;
  /**
   * Initial parameters.
   *
   * @param seed - a seed, or a source of random numbers
   */
  initialize(seed: number | Rng): InteractionParameters<NdArray>;
  /** Builds a frame's graph and arrays. */
  prepare(frame: Frame): PreparedFrame;
  /** Types of the arrays of {@link PreparedFrame.sample}, with the named sizes `segments`, `edges` and `hits`. */
  readonly sampleSpecs: GraphSample<TensorSpec>;
  /** Logits of the segments, [segments], as an array program. */
  readonly logits: (parameters: InteractionParameters, sample: GraphSample<Tensor>) => Tensor;
}
