import { NumericalError } from '@pct/core';
import type { FitResult } from './types.js';

/** Where a training diverged. */
export interface DivergedDetails {
  /** State at the last parameters that were good. */
  readonly result: FitResult<unknown, unknown>;
  /** Examples of the batch, by their index in the data; [batch]. Undefined if a validation failed. */
  readonly examples?: Int32Array | undefined;
  readonly cause?: unknown;
}

/**
 * A loss, gradient, parameter or validation became NaN or infinite.
 *
 * `result` has the last good parameters, those at which the loss of a batch or a validation was finite, and
 * their checkpoint. Its trees are like those of the training, which the compiler cannot know.
 */
export class DivergedError extends NumericalError {
  readonly result: FitResult<unknown, unknown>;
  readonly examples: Int32Array | undefined;

  constructor(message: string, { result, examples, cause }: DivergedDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.result = result;
    this.examples = examples;
  }
}
