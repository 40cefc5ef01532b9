import { PctError } from '../errors.js';

/**
 * A task threw. `cause` is what it threw; from another thread or machine it is an `Error` with the original
 * `name`, `message`, `stack` and `code`, though no longer an instance of the original class.
 */
export class TaskError extends PctError {
  /** Place of the input whose task threw, from 0. */
  readonly index: number;
  /** Name of the task. */
  readonly task: string;

  constructor(task: string, index: number, cause: unknown) {
    const thrown = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    super('ERR_TASK', `${task}: input ${index} failed: ${thrown}`, { cause });
    this.task = task;
    this.index = index;
  }
}
