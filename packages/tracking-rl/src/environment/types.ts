import type { Frame, HitGraph } from '@pct/detector';
import type { LookAhead } from './lookAhead.js';

/**
 * Features of a hit, in this order: cluster size / 8; ln(1 + deposit / 0.06 MeV); x and y / 100 mm; number of the layer
 * from −1 (front) to 1 (back of the geometry); 1 in tracking layers, else 0.
 */
export const NODE_FEATURES = 6;

/**
 * Features of a segment, in this order: ln(length / 5.5 mm); x and y of its unit direction / 0.1; angle to the beam /
 * 0.1 rad; 1 if it enters the first layer, else 0; 1 if it enters another tracking layer, else 0; ln(1 + θ / 0.02 rad) of the
 * smallest kink with a segment that goes on, and of the smallest √(θ₁² + θ₂²) of the next two kinks, where kinks above
 * 0.4 rad and missing ones count as 0.4 rad.
 */
export const SEGMENT_FEATURES = 8;

/** Scale of kinks in features, rad. */
export const TYPICAL_KINK = 0.02;
/** Kinks ahead that are wider count as this wide, rad. */
export const WIDEST_KINK = 0.4;

/**
 * Everything about a frame that no action changes. Edges are the candidate segments of `hitGraph` (deeper hit to next
 * shallower layer, under the angular mask), sorted by their deeper hit.
 */
export interface FrameStatics {
  readonly frame: Frame;
  readonly graph: HitGraph;
  /** Edges that leave hit h are offsets[h] to offsets[h + 1], exclusive; [hits + 1]. */
  readonly offsets: Int32Array;
  /** Normalised features of the hits, [hits, {@link NODE_FEATURES}]. */
  readonly nodeFeatures: Float32Array;
  /** Normalised features of the segments, [edges, {@link SEGMENT_FEATURES}]. */
  readonly segmentFeatures: Float32Array;
  /** Unit direction of each edge, from its deeper to its shallower hit, [edges, 3]. */
  readonly directions: Float64Array;
  /** The straightest ways on from each edge. */
  readonly ahead: LookAhead;
}

/**
 * All agents that decide at once in one or more frames: in each frame, those that stand in one layer. Agents are sorted
 * by frame; the pairs of (agent, candidate) by agent.
 */
export interface Decision {
  readonly agents: number;
  readonly pairs: number;
  /** Index of each agent's frame in the list of {@link FrameStatics} that goes with the decision, ascending; [agents]. */
  readonly environment: Int32Array;
  /** Hit at which the track stands, in its frame; [agents]. */
  readonly hit: Int32Array;
  /** Edge by which it came, −1 for a new track; [agents]. */
  readonly previousEdge: Int32Array;
  /**
   * Standard deviation of the projected kink that each agent makes next, as its reward has it, rad, > 0; of a new track,
   * of its angle to the beam. [agents]
   */
  readonly width: Float32Array;
  /** Pairs of agent i are offsets[i] to offsets[i + 1], exclusive; every agent has one at least. [agents + 1] */
  readonly offsets: Int32Array;
  /** Edge of the frame's graph that the action takes; [pairs]. */
  readonly edge: Int32Array;
  /**
   * Cosine of the kink between the previous edge and this one; of a new track, of the angle to the beam if the
   * environment measures that, else 1. [pairs]
   */
  readonly cosine: Float32Array;
}

/** What a policy says about a decision. */
export interface Evaluation {
  /** Scores of the candidates, higher is better, finite; [pairs]. */
  readonly logits: ArrayLike<number>;
  /** Expected returns, [agents]; for training with a critic. */
  readonly values?: ArrayLike<number> | undefined;
}

/** A policy with its parameters, ready to run. */
export type Evaluate = (
  decision: Decision,
  statics: readonly FrameStatics[],
) => Evaluation | Promise<Evaluation>;

/** What came of the last joint action. */
export interface StepInfo {
  /** Rewards of the agents by themselves, before they are blended with those of their team; [agents]. */
  readonly individual: Float64Array;
  /** Group of each agent's transition, among which rewards are standardised; see `rewardGroups`. [agents] */
  readonly group: Uint8Array;
  /** Index in the next decision of the agent that continues the track, −1 if its track has ended; [agents]. */
  readonly successor: Int32Array;
  /** Whether all frames have come to their end: the next decision is empty. */
  readonly done: boolean;
}

/** What a step returns; arrays are by agent of the decision that the joint action was for. */
export interface StepResult {
  /** The next decision. */
  readonly observations: Decision;
  /** [agents] */
  readonly rewards: Float64Array;
  /** 1 for agents whose track has ended: at the front, without candidates, or unassigned; [agents]. */
  readonly terminated: Uint8Array;
  /** 1 for agents that could go on, but `maxSteps` has come; [agents]. */
  readonly truncated: Uint8Array;
  readonly info: StepInfo;
}
