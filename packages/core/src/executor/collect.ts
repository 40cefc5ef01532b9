import { PctError } from '../errors.js';
import type { TaskResult } from './types.js';

/**
 * Waits for all outputs of {@link Executor.map} and puts them in the order of their inputs.
 *
 * @param results - what `map` returned
 * @returns the outputs, one per input
 * @throws whatever the iteration throws
 * @example
 * ```ts
 * const energies = await collect(executor.map(simulate, seeds));
 * ```
 */
export async function collect<O>(results: AsyncIterable<TaskResult<O>>): Promise<O[]> {
  const outputs: O[] = [];
  let count = 0;
  for await (const { index, output } of results) {
    outputs[index] = output;
    count++;
  }
  if (count !== outputs.length) {
    throw new PctError(
      'ERR_TASK',
      `collect: expected one output for each of ${outputs.length} inputs, got ${count} outputs; ` +
        'the executor lost or repeated some',
    );
  }
  return outputs;
}
