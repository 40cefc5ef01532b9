import { PctError } from '../errors.js';

/** What work of a closed executor throws. */
export function closedError(executor: string): PctError {
  return new PctError('ERR_EXECUTOR_CLOSED', `${executor}: the executor is closed; make a new one`);
}
