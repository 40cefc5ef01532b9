import type { Progress } from '@pct/core';
import type { EvaluationOptions, Frame } from '@pct/detector';
import type { CompileOptions, NdArray } from '@pct/tensor';
import type { TrackingEnvironmentOptions } from '../environment/settings.js';
import type { PolicyModel } from '../policy/policyModel.js';
import type { PolicyParameters, TrackingPolicy } from '../policy/types.js';
import type { LossParts, SafetySettings } from './loss.js';

/** Where and how often checkpoints of a training go. */
export interface CheckpointOptions {
  /** Receives the bytes of a safetensors file, which are its own; waited for. */
  readonly save: (bytes: Uint8Array) => void | Promise<void>;
  /**
   * Iterations between checkpoints, >= 1. One is also saved at the end, and when the training is stopped.
   * @defaultValue `10`
   */
  readonly every?: number | undefined;
}

/** Settings of the validation within {@link TrainPolicyOptions}. */
export interface PolicyValidation {
  /** Frames that are not trained on, with truth; at least one. */
  readonly frames: readonly Frame[];
  /**
   * Iterations between validations, >= 1. One is also made after the last iteration.
   * @defaultValue `10`
   */
  readonly every?: number | undefined;
  /** What tracks count, as for `evaluate`. @defaultValue that of `evaluate` */
  readonly evaluation?: Omit<EvaluationOptions, 'graph'> | undefined;
}

/** How the gradient passes the safety layer. */
export interface AssignmentGradient {
  /**
   * λ of the blackbox estimator: how far an advantage of one standard deviation moves the cost of an action, nats, > 0.
   * @defaultValue `1`
   */
  readonly lambda?: number | undefined;
  /**
   * Weight of this part of the loss, >= 0; the margin `totalCost` has its own, α. Larger ones slow learning.
   * @defaultValue `0.02`
   */
  readonly weight?: number | undefined;
  /**
   * Margin of the costs; see `safeAssignment`. α in nats.
   * @defaultValue `undefined`: none
   */
  readonly margin?: SafetySettings['margin'];
}

/** Options of {@link trainPolicy}; those of `compile` choose the engine. */
export interface TrainPolicyOptions extends Omit<CompileOptions, 'precision' | 'signal'> {
  /** @defaultValue `simplePolicy()`, with a centralised critic */
  readonly policy?: TrackingPolicy | undefined;
  /**
   * `assignment`: the safety layer makes joint actions, in training and later. `none`: agents act independently, and may
   * take the same hit.
   * @defaultValue `'assignment'`
   */
  readonly constraint?: 'assignment' | 'none' | undefined;
  /**
   * Gradient through the safety layer, with `constraint: 'assignment'`.
   * @defaultValue `undefined`: the layer is part of the environment, and only log π of what it executed is differentiated
   */
  readonly assignment?: AssignmentGradient | undefined;
  /** Rewards, and how frames become candidates. @defaultValue `{}` */
  readonly environment?: Omit<TrackingEnvironmentOptions, 'parallel' | 'sharedHits' | 'seed'> | undefined;
  /**
   * Whether rewards are standardised among transitions of the same kind in each iteration, see `RewardScaler`.
   * @defaultValue `true`
   */
  readonly standardizeRewards?: boolean | undefined;
  /** Iterations, >= 1. @defaultValue `60` */
  readonly iterations?: number | undefined;
  /** Frames per iteration, drawn with replacement, >= 1. @defaultValue `1` */
  readonly framesPerIteration?: number | undefined;
  /** Passes over the steps of an iteration, >= 1. @defaultValue `8` */
  readonly epochs?: number | undefined;
  /** Minibatches per pass, >= 1. @defaultValue `4` */
  readonly minibatches?: number | undefined;
  /** Discount of later rewards, γ, in [0, 1]. @defaultValue `0.9` */
  readonly gamma?: number | undefined;
  /** λ of the generalised advantage estimation, in [0, 1]. @defaultValue `0.95` */
  readonly gaeLambda?: number | undefined;
  /** Learning rate of Adam in the first iteration, > 0. @defaultValue `1e-3` */
  readonly learningRate?: number | undefined;
  /** Share of the learning rate that is left in the end; it falls linearly, in [0, 1]. @defaultValue `0` */
  readonly finalLearningRate?: number | undefined;
  /** ε that limits the ratio of probabilities, > 0. @defaultValue `0.2` */
  readonly clip?: number | undefined;
  /** Limit of the change of values, in standard deviations of the returns, > 0. @defaultValue `Infinity` */
  readonly valueClip?: number | undefined;
  /** Weight of the critic's loss, >= 0. @defaultValue `0.5` */
  readonly valueWeight?: number | undefined;
  /**
   * Weight of the entropy, >= 0. It is the temperature of the policy in standard deviations of the advantage: large enough,
   * log π stays a measure of how much better one candidate is than another, which the assignment trades between agents.
   * @defaultValue `0.15`
   */
  readonly entropyWeight?: number | undefined;
  /** Limit of the norm of gradients, > 0. @defaultValue `0.5` */
  readonly maxGradientNorm?: number | undefined;
  /** Ends an iteration's passes when the divergence from its first policy is above this, > 0. @defaultValue `Infinity` */
  readonly targetKl?: number | undefined;
  /** Of initial parameters, frames, exploration and minibatches. @defaultValue `0` */
  readonly seed?: number | undefined;
  /** Parameters to start from. @defaultValue new ones from the seed */
  readonly initial?: PolicyParameters<NdArray> | undefined;
  /** Measures the policy on other frames and keeps the one of best purity. @defaultValue no validation */
  readonly validation?: PolicyValidation | undefined;
  /** Stops; the iteration in progress is given up. The promise rejects with its reason after a checkpoint is saved. */
  readonly signal?: AbortSignal | undefined;
  /** Receives reports after the first iteration, then at most every 100 ms, and at the end. */
  readonly onProgress?: ((progress: TrainPolicyProgress) => void) | undefined;
  /** @defaultValue no checkpoints */
  readonly checkpoint?: CheckpointOptions | undefined;
  /**
   * A checkpoint to continue from, bit for bit. All options that matter to the numbers have to be those of the training that
   * made it.
   * @defaultValue a new training
   */
  readonly resume?: Uint8Array | undefined;
}

/** What happened in one iteration; the parts of the loss are means over its minibatches. */
export interface IterationRecord extends LossParts<number> {
  /** From 1. */
  readonly iteration: number;
  /** Steps of agents. */
  readonly steps: number;
  /** Mean reward of a step, before rewards are blended. */
  readonly reward: number;
  /** Share of the steps in which an agent got no hit. */
  readonly unassigned: number;
  /** Share of the variance of returns that the critic explained. */
  readonly explainedVariance: number;
  /** Mean norm of gradients before they were limited. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly validation?: { readonly purity: number; readonly efficiency: number } | undefined;
}

/** How far a training has come; `done` and `total` count iterations, also those before a resumption. */
export interface TrainPolicyProgress extends Progress {
  /** The last iteration. */
  readonly record: IterationRecord;
}

/** What {@link trainPolicy} returns. */
export interface TrainPolicyResult extends PolicyModel {
  /** Parameters of the last iteration; those of `parameters` had the best purity, where there is a validation. */
  readonly lastParameters: PolicyParameters<NdArray>;
  readonly records: readonly IterationRecord[];
  /** All that is needed to go on, as bytes for `resume`. */
  readonly checkpoint: () => Uint8Array;
}
