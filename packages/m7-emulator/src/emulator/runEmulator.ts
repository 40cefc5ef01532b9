import { checkPositive, InvalidArgumentError, throwIfAborted, trackProgress } from '@pct/core';
import type { RunOptions } from '../m7/run.js';
import { checkState, copyState, createResult, type M7Result, type M7State } from '../m7/state.js';
import type { Emulator } from './Emulator.js';

/** Options of {@link runEmulator}: those of `runM7`; the step is the model's. */
export interface RunEmulatorOptions extends Omit<RunOptions, 'dt'> {
  /**
   * [cell] is filled with how many steps found the cell outside of the training data.
   * @defaultValue not counted
   */
  readonly outsideSteps?: Uint32Array | undefined;
}

/**
 * Runs an emulator over hours, as `runM7` runs the box model: the same state, air, emissions and deposition, with an
 * emulator in the place of the model.
 *
 * @param emulator - from `createEmulator`
 * @param start - {@link M7State} at the start; not changed
 * @param options - {@link RunEmulatorOptions}; `duration` is a multiple of the model's step
 * @returns the result of the last step after deposition
 * @throws {@link InvalidArgumentError} for another duration, and what `step` refuses
 * @example
 * ```ts
 * const day = await runEmulator(emulator, state, { duration: 86400, meteorology: air });
 * ```
 */
export async function runEmulator(
  emulator: Emulator,
  start: M7State,
  options: RunEmulatorOptions,
): Promise<M7Result> {
  const { duration, meteorology, emissions, deposition, onStep, outsideSteps, signal, onProgress } = options;
  const { dt } = emulator.model;
  checkPositive('runEmulator', 'duration', duration);
  const steps = Math.round(duration / dt);
  if (Math.abs(steps * dt - duration) > 1e-9 * duration) {
    throw new InvalidArgumentError(
      `runEmulator: duration must be a multiple of the model's step of ${dt} s, got ${duration}`,
    );
  }
  checkState('runEmulator', 'start', start, start.cells);
  if (outsideSteps !== undefined && outsideSteps.length !== start.cells) {
    throw new InvalidArgumentError(
      `runEmulator: outsideSteps must have ${start.cells} elements, one per cell, got ${outsideSteps.length}`,
    );
  }
  outsideSteps?.fill(0);
  const outside = outsideSteps === undefined ? undefined : new Uint8Array(start.cells);
  const result = createResult(start.cells);
  copyState(start, result);
  const progress = trackProgress(steps, onProgress);
  for (let step = 0; step < steps; step++) {
    throwIfAborted(signal);
    const time = step * dt;
    emissions?.(result, dt, time);
    const air = typeof meteorology === 'function' ? meteorology(time) : meteorology;
    await emulator.step(result, air, dt, { out: result, outside });
    outside?.forEach((flag, cell) => (outsideSteps![cell]! += flag));
    deposition?.(result, dt, time);
    onStep?.(result, time + dt);
    progress.report(step + 1);
  }
  return result;
}
