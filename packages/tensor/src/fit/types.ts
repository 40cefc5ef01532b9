import type { Progress, Seed } from '@pct/core';
import type { NdArray } from '../graph/types.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { CompileOptions } from '../runtime/compile.js';
import type { TensorsOf } from '../trace/trace.js';
import type { Tensor } from '../trace/Tensor.js';
import type { TreeOf } from '../trace/tree.js';

/** Run-time arrays of a batch: one tree per argument of the loss after the parameters. */
export type ArraysLike<D extends readonly unknown[]> = { readonly [K in keyof D]: TreeOf<D[K], NdArray> };

/** Examples that do not fit into memory, or are made when they are needed. */
export interface BatchSource<D extends readonly unknown[]> {
  /** Number of examples, at least 1. */
  readonly size: number;
  /**
   * Arrays of some examples. For the same indices always the same ones, or a resumed training would differ.
   * Called once with the index 0 at the beginning, to learn the element types and shapes.
   *
   * @param indices - which examples, each from 0 to below `size`; [batch]
   * @returns one tree per argument of the loss after the parameters, each array [batch, ...]; not changed
   */
  batch(indices: Int32Array): D | Promise<D>;
}

/** Where examples come from: arrays whose first axis is the examples, or a {@link BatchSource}. */
export type FitData<D extends readonly unknown[]> = D | BatchSource<D>;

/** Arguments of a loss: the parameters, the state if there is one, then the arrays of a batch. */
export type LossArguments<P, D extends readonly unknown[], S> = [S] extends [undefined]
  ? [params: TreeOf<P, Tensor>, ...batch: TensorsOf<D>]
  : [params: TreeOf<P, Tensor>, state: TreeOf<S, Tensor>, ...batch: TensorsOf<D>];

/** Settings of the validation within {@link FitOptions}. */
export interface ValidationOptions<P, D extends readonly unknown[], S = undefined> {
  /** Examples that are not trained on. */
  readonly data: FitData<ArraysLike<D>>;
  /**
   * Steps between validations, at least 1.
   * @defaultValue the steps of one epoch
   */
  readonly every?: number | undefined;
  /**
   * What is averaged over the examples, the smaller the better; one number, the mean over its batch. Where there
   * is a state, it gets that of the last step after the parameters, and leaves it as it is.
   * @defaultValue the loss
   */
  readonly metric?: ((...args: LossArguments<P, D, S>) => Tensor) | undefined;
  /**
   * Stops when so many validations in a row were no improvement, at least 1.
   * @defaultValue never
   */
  readonly patience?: number | undefined;
  /**
   * By how much a validation has to be below the best one before to count as an improvement, at least 0.
   * @defaultValue `0`
   */
  readonly minimumDelta?: number | undefined;
  /**
   * Whether the result has the parameters of the last improvement rather than those of the last step.
   * @defaultValue `true`
   */
  readonly keepBest?: boolean | undefined;
}

/** Limits of the gradients; both may be given, the norm is limited first. */
export interface GradientClipping {
  /** Largest Euclidean norm of all gradients together, above 0; see {@link clipByGlobalNorm}. */
  readonly norm?: number | undefined;
  /** Largest absolute value of an element, above 0; see {@link clipByValue}. */
  readonly value?: number | undefined;
}

/** Where and how often checkpoints go. One is also saved at the end and when the training is aborted. */
export interface CheckpointOptions {
  /** Receives the bytes of a safetensors file, which are its own; waited for. */
  readonly save: (bytes: Uint8Array) => void | Promise<void>;
  /**
   * Steps between checkpoints, at least 1.
   * @defaultValue not by steps
   */
  readonly everySteps?: number | undefined;
  /**
   * Least milliseconds between checkpoints, at least 0.
   * @defaultValue not by time
   */
  readonly everyMs?: number | undefined;
}

/** How far a training has come; `done` and `total` count steps, also those before a resumption. */
export interface FitProgress<X = unknown> extends Progress {
  /** Steps done; below `done` only at the end of a training that was stopped early. */
  readonly step: number;
  /** Epochs begun, from 1. */
  readonly epoch: number;
  /** Loss of the last batch; undefined before the first step. */
  readonly loss: number | undefined;
  /** Mean loss of the examples of the last finished epoch, each before the step that used it. */
  readonly epochLoss: number | undefined;
  /** The last validation, if any. */
  readonly validation: ValidationRecord | undefined;
  /** The best validation, if any. */
  readonly best: ValidationRecord | undefined;
  /** What the loss returned besides the loss and the state in the last step of this call; undefined without. */
  readonly auxiliary: TreeOf<X, NdArray> | undefined;
}

/** One validation. */
export interface ValidationRecord {
  /** Steps that were done. */
  readonly step: number;
  /** Mean of the metric over the validation's examples. */
  readonly value: number;
}

/**
 * Options of {@link fit}. With a `precision`, parameters and state are kept, saved and returned in this type too.
 */
export interface FitOptions<
  P,
  D extends readonly unknown[],
  X = unknown,
  S = undefined,
> extends CompileOptions {
  /** Rule of the steps, such as `adam({ learningRate: 1e-3 })`; schedules count all steps from 0. */
  readonly optimizer: Optimizer;
  /** Examples per step, at least 1; the last batch of an epoch may be smaller. */
  readonly batchSize: number;
  /** Passes over the examples, at least 1. Either this or `steps`. */
  readonly epochs?: number | undefined;
  /** Steps, at least 1. Either this or `epochs`. */
  readonly steps?: number | undefined;
  /**
   * Of the order of the examples.
   * @defaultValue `0`
   */
  readonly seed?: Seed | undefined;
  /**
   * Whether every epoch has a new random order; otherwise it is that of the data.
   * @defaultValue `true`
   */
  readonly shuffle?: boolean | undefined;
  /**
   * Whether an epoch leaves out its last batch if that is smaller than the others.
   * @defaultValue `false`
   */
  readonly dropLast?: boolean | undefined;
  /**
   * What steps hand on besides parameters, such as the running statistics of batch normalisations: tree of arrays
   * before the first step, finite where they are floating point; not changed. The loss gets it after the
   * parameters and returns the new one, of the same types and shapes, after its value.
   * @defaultValue no state
   */
  readonly state?: S | undefined;
  /** Measures parameters on other examples. @defaultValue no validation */
  readonly validation?: ValidationOptions<P, D, S> | undefined;
  /** @defaultValue gradients are taken as they are */
  readonly gradientClipping?: GradientClipping | undefined;
  /**
   * Stops the preparation, or the training between two steps or batches. The promise rejects with its reason, once
   * the training has begun after a checkpoint is saved.
   */
  readonly signal?: AbortSignal | undefined;
  /** Receives reports: after the first step, then at most every 100 ms, and at the end. */
  readonly onProgress?: ((progress: FitProgress<X>) => void) | undefined;
  /** @defaultValue no checkpoints */
  readonly checkpoint?: CheckpointOptions | undefined;
  /**
   * A checkpoint to continue from. Parameters, data and options have to be like those of the training that
   * made it; only its length, patience, engine and where checkpoints go may differ.
   * @defaultValue a new training
   */
  readonly resume?: Uint8Array | undefined;
}

/** Why a training ended: all steps done, patience lost, or a number became NaN or infinite. */
export type FitStatus = 'finished' | 'stoppedEarly' | 'diverged';

/** What {@link fit} returns. All arrays are the caller's. */
export interface FitResult<P = unknown, S = undefined> {
  readonly status: FitStatus;
  /** Those of the best validation if `keepBest` applies, otherwise those of the last step. */
  readonly parameters: TreeOf<P, NdArray>;
  /** Those of the last step. */
  readonly lastParameters: TreeOf<P, NdArray>;
  /** What the steps handed on, as it was with `parameters`; undefined without. */
  readonly state: TreeOf<S, NdArray>;
  /** The same of the last step. */
  readonly lastState: TreeOf<S, NdArray>;
  /** Steps done, also those before a resumption. */
  readonly step: number;
  /** Loss of the last batch; undefined if no step was done. */
  readonly loss: number | undefined;
  /** Mean loss of the examples in each finished epoch, each before the step that used it; [epoch]. */
  readonly epochLosses: Float64Array;
  readonly validations: readonly ValidationRecord[];
  /** The last validation that was an improvement. */
  readonly best: ValidationRecord | undefined;
  /** All that is needed to go on, as bytes for `resume`: with more epochs, for example. */
  readonly checkpoint: () => Uint8Array;
}
