import type { Direction, EncodedTrial } from '../samplers/types.js';

/** What a pruner may know when a trial asks whether it should go on. */
export interface PrunerContext {
  readonly direction: Direction;
  /** All trials by number, with their intermediate values by ascending step; the asking one too. */
  readonly trials: readonly EncodedTrial[];
  /** The trial that asks. Its intermediate values are those that it reported since it was last begun. */
  readonly trial: EncodedTrial;
  /** Name of the study. */
  readonly study: string;
}

/** Says which trials are hopeless. Keeps nothing between calls: all it goes by is the context. */
export interface Pruner {
  /** For reports and messages. */
  readonly name: string;
  /** Whether the trial should be stopped; false for one that has not reported anything. */
  shouldPrune(context: PrunerContext): boolean;
}
