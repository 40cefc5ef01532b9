import type { Executor, Progress } from '@pct/core';
import type { EvaluationOptions, Frame } from '@pct/detector';
import type { InteractionNetworkOptions } from '../model/interactionNetwork.js';
import type { InteractionParameters } from '../model/lineNetwork.js';
import type { TrackingModel } from '../model/trackingModel.js';
import type { EstimatorChoice } from './estimators.js';
import type { TrainingMargin, TrainingMode } from './loss.js';
import type { NdArray } from '@pct/tensor';

/** Settings of the validation within {@link TrainOptions}. */
export interface TrainValidation {
  /** Frames that are not trained on, with truth; at least one. */
  readonly frames: readonly Frame[];
  /**
   * Steps between validations, >= 1. One is also made after the last step.
   * @defaultValue `100`
   */
  readonly every?: number | undefined;
  /**
   * What tracks count, as for `evaluate`.
   * @defaultValue that of `evaluate`
   */
  readonly evaluation?: Omit<EvaluationOptions, 'graph'> | undefined;
}

/** Where and how often checkpoints go. One is also saved at the end and when the training is aborted. */
export interface TrainCheckpoint {
  /** Receives the bytes of a safetensors file, which are its own; waited for. */
  readonly save: (bytes: Uint8Array) => void | Promise<void>;
  /**
   * Steps between checkpoints, >= 1.
   * @defaultValue `20`
   */
  readonly every?: number | undefined;
}

/** One validation: means over its frames, in [0, 1]; NaN where no frame has the rate. */
export interface TrainValidationRecord {
  /** Steps that were done. */
  readonly step: number;
  readonly purity: number;
  readonly efficiency: number;
  readonly edgeTruePositiveRate: number;
  readonly edgeFalsePositiveRate: number;
}

/** How far a training has come; `done` and `total` count steps, also those before a resumption. */
export interface TrainProgress extends Progress {
  /** Loss of the last batch; NaN before the first step. */
  readonly loss: number;
  /** The last validation, if any. */
  readonly validation: TrainValidationRecord | undefined;
}

/** Options of {@link train}. The defaults are the published ones, but for `steps`. */
export interface TrainOptions {
  /**
   * `predict-then-track`: cross-entropy of the scores. `predict-and-track`: Hamming distance between the truth and
   * the assignment that the scores lead to, differentiated by an estimator.
   * @defaultValue `'predict-and-track'`
   */
  readonly mode?: TrainingMode | undefined;
  /** Architecture. @defaultValue `{}`: the published line network */
  readonly network?: InteractionNetworkOptions | undefined;
  /**
   * Gradient of the assignment, in `predict-and-track`.
   * @defaultValue `{ name: 'blackbox', lambda: 50, divideByLambda: false, clip: true }`
   */
  readonly estimator?: EstimatorChoice | undefined;
  /** Margin of the costs, in `predict-and-track`. @defaultValue none */
  readonly margin?: TrainingMargin | undefined;
  /** Steps, >= 1; 10 000 in the paper. @defaultValue `1000` */
  readonly steps?: number | undefined;
  /** Frames per step, drawn with replacement, >= 1. @defaultValue `32` */
  readonly batchSize?: number | undefined;
  /** Learning rate of RMSprop (decay 0.99, ε 1e-8), > 0. @defaultValue `1e-3` */
  readonly learningRate?: number | undefined;
  /** Of initial parameters, order of frames and noise. @defaultValue `0` */
  readonly seed?: number | undefined;
  /** Parameters to start from. @defaultValue new ones from the seed */
  readonly initial?: InteractionParameters<NdArray> | undefined;
  /** Measures the model on other frames and keeps the one of best purity. @defaultValue no validation */
  readonly validation?: TrainValidation | undefined;
  /**
   * Runs the frames of a batch, such as `threadExecutor()` of `@pct/core/node`; not closed. The result does not depend
   * on it.
   * @defaultValue `inlineExecutor()`
   */
  readonly executor?: Executor | undefined;
  /** Stops; the step in progress is given up. The promise rejects with its reason after a checkpoint is saved. */
  readonly signal?: AbortSignal | undefined;
  /** Receives reports after the first step, then at most every 100 ms, and at the end; before the checkpoint of a step. */
  readonly onProgress?: ((progress: TrainProgress) => void) | undefined;
  /** @defaultValue no checkpoints */
  readonly checkpoint?: TrainCheckpoint | undefined;
  /**
   * A checkpoint to continue from, bit for bit. All options that matter to the numbers have to be those of the training
   * that made it; its length may differ.
   * @defaultValue a new training
   */
  readonly resume?: Uint8Array | undefined;
}

/** What {@link train} returns. */
export interface TrainResult extends TrackingModel {
  /** Parameters of the last step; those of `parameters` had the best purity, where there is a validation. */
  readonly lastParameters: InteractionParameters<NdArray>;
  /** Loss of every step's batch, [steps]. */
  readonly losses: Float64Array;
  readonly validations: readonly TrainValidationRecord[];
  /** The validation of `parameters`. */
  readonly best: TrainValidationRecord | undefined;
  /** All that is needed to go on, as bytes for `resume`. */
  readonly checkpoint: () => Uint8Array;
}
