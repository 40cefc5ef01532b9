import { defineTask } from '@pct/core';
import { createM7 } from './createM7.js';
import type { Meteorology } from './meteorology.js';
import type { M7Options } from './processes.js';
import type { M7Result, M7State } from './state.js';
import type { Quantity } from './units.js';

/** Input of {@link stepBlock}. Functions cannot go to another thread: options name schemes and processes. */
export interface BlockStep {
  /** `processes` can only switch off here. */
  readonly options: M7Options;
  readonly state: M7State;
  readonly meteorology: Meteorology;
  /** s */
  readonly dt: Quantity<'s'>;
}

/**
 * One step of one block as a task for an executor, to spread the blocks of a grid over threads.
 *
 * Arrays are copied to the thread unless they stand on shared memory.
 *
 * @example
 * ```ts
 * await using executor = threadExecutor();
 * for await (const { index, output } of executor.map(stepBlock, blocks)) results[index] = output;
 * ```
 */
export const stepBlock = defineTask<BlockStep, M7Result>({
  module: import.meta.url,
  name: 'stepBlock',
  run: ({ options, state, meteorology, dt }) => createM7(options).step(state, meteorology, dt),
  transferOutput: (result) => [
    result.h2so4.buffer,
    result.mass.buffer,
    result.number.buffer,
    result.wetRadius.buffer,
    result.dryRadius.buffer,
    result.density.buffer,
    result.water.buffer,
  ],
});
