import type { CheckpointOptions, CompileOptions, FitProgress, ValidationRecord } from '@pct/tensor';
import type { Schedule } from '@pct/tensor';
import type { EmulatorModel } from '../model.js';
import type { ActivationName } from '../network/network.js';
import type { OutputLayerName } from '../outputs/named.js';
import type { OutputLayer } from '../outputs/types.js';
import type { PairRows } from '../pairs.js';
import type { InputTransformName } from '../transforms/inputTransform.js';

/** Options of {@link trainEmulator}. The defaults are the paper's baseline. */
export interface TrainEmulatorOptions extends CompileOptions {
  /**
   * How inputs become features: as they are, ln(|x| + 10⁻⁸), arsinh with a scale per column, or this and the logarithms
   * of volume and mean particle volume of each mode, or what rate coefficients depend on: air, sizes and composition
   * (`'sizes'`, for the output `'process'`). All are standardised after it.
   * @defaultValue `'standard'`
   */
  readonly inputs?: InputTransformName | undefined;
  /**
   * Last layer, with its constraints.
   * @defaultValue `'standard'`: none
   */
  readonly output?: OutputLayerName | OutputLayer | undefined;
  /**
   * Units of the hidden layers.
   * @defaultValue `[128, 128]`
   */
  readonly hidden?: readonly number[] | undefined;
  /** @defaultValue `'relu'` */
  readonly activation?: ActivationName | undefined;
  /**
   * Whether hidden layers of equal size add to the one before, and the features also go straight to the output.
   * @defaultValue `false`
   */
  readonly skip?: boolean | undefined;
  /**
   * Whether the network also learns the size of its own errors.
   * @defaultValue `false`
   */
  readonly spread?: boolean | undefined;
  /**
   * Whether violations of mass are added to the loss, as the paper does.
   * @defaultValue `false`
   */
  readonly massPenalty?: boolean | undefined;
  /**
   * Whether negative values are added to the loss, as the paper does.
   * @defaultValue `false`
   */
  readonly positivityPenalty?: boolean | undefined;
  /**
   * Weight of the error of arsinh(change / small change) beside that of the changes; 0 for none.
   * @defaultValue `0`
   */
  readonly decadeWeight?: number | undefined;
  /**
   * Standard deviations above which errors count linearly, so that single rows do not throw the training off.
   * @defaultValue none: errors are squared
   */
  readonly knee?: number | undefined;
  /**
   * Share of the rows of an epoch that are drawn, with repetition, in proportion to the sum of their standardised
   * changes, 0 to 1: coefficients of determination hang on few rows, which are seldom seen otherwise.
   * @defaultValue `0`: every row once
   */
  readonly tailShare?: number | undefined;
  /**
   * Rows per step.
   * @defaultValue `256`
   */
  readonly batchSize?: number | undefined;
  /**
   * Passes over the rows. Either this or `steps`.
   * @defaultValue `100` unless `steps` is given
   */
  readonly epochs?: number | undefined;
  /** Steps of the optimiser, in place of `epochs`. */
  readonly steps?: number | undefined;
  /**
   * Length of Adam's steps.
   * @defaultValue `1e-3`
   */
  readonly learningRate?: number | Schedule | undefined;
  /**
   * Pulls parameters towards 0.
   * @defaultValue `1e-9`
   */
  readonly weightDecay?: number | undefined;
  /**
   * Limit of the norm of all gradients of a step together.
   * @defaultValue none
   */
  readonly gradientNorm?: number | undefined;
  /** Pairs that are not trained on; the parameters with the smallest loss there are kept. @defaultValue none */
  readonly validation?: PairRows | undefined;
  /**
   * Stops when so many epochs in a row were no improvement; needs `validation`.
   * @defaultValue never
   */
  readonly patience?: number | undefined;
  /**
   * Of the initial parameters and of the order of the rows.
   * @defaultValue `0`
   */
  readonly seed?: number | string | undefined;
  /**
   * Length of the step that the pairs are of, s; the emulator then takes no other.
   * @defaultValue `450`
   */
  readonly dt?: number | undefined;
  /** What files of the model say about it. @defaultValue `{}` */
  readonly notes?: Readonly<Record<string, string>> | undefined;
  /** Receives reports from time to time. */
  readonly onProgress?: ((progress: FitProgress<undefined>) => void) | undefined;
  /** Where the state of the training goes, so that it can go on after an interruption. @defaultValue none */
  readonly checkpoint?: CheckpointOptions | undefined;
  /** A checkpoint of a training with the same data and options, to go on from. @defaultValue a new training */
  readonly resume?: Uint8Array | undefined;
}

/** What a training made. */
export interface TrainedEmulator {
  readonly model: EmulatorModel;
  readonly status: 'finished' | 'stoppedEarly' | 'diverged';
  /** Steps of the optimiser. */
  readonly steps: number;
  /** Mean training loss of each epoch. */
  readonly epochLosses: Float64Array;
  readonly validations: readonly ValidationRecord[];
}
