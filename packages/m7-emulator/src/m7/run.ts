import { checkPositive, type Progress, throwIfAborted, trackProgress, yieldToEventLoop } from '@pct/core';
import type { M7 } from './createM7.js';
import type { Meteorology } from './meteorology.js';
import { checkState, copyState, createResult, type M7Result, type M7State } from './state.js';
import type { Quantity } from './units.js';

/** Options of {@link runM7}. */
export interface RunOptions {
  /** How long, s. */
  readonly duration: Quantity<'s'>;
  /**
   * Length of a step, s; the last one is shorter if need be.
   * @defaultValue `450`
   */
  readonly dt?: Quantity<'s'> | undefined;
  /** The air, or the air at a time in s since the start. */
  readonly meteorology: Meteorology | ((time: Quantity<'s'>) => Meteorology);
  /**
   * Changes the state before each step, such as by emissions over `dt` s.
   * @defaultValue none
   */
  readonly emissions?: ((state: M7State, dt: Quantity<'s'>, time: Quantity<'s'>) => void) | undefined;
  /**
   * Changes the state after each step, such as by deposition over `dt` s; sees radii and water.
   * @defaultValue none
   */
  readonly deposition?: ((result: M7Result, dt: Quantity<'s'>, time: Quantity<'s'>) => void) | undefined;
  /**
   * Is shown the result after each step, with the time in s since the start. The arrays are overwritten by the
   * next step: copy what you keep.
   * @defaultValue none
   */
  readonly onStep?: ((result: M7Result, time: Quantity<'s'>) => void) | undefined;
  /** Stops the run, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Receives the number of finished steps from time to time. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Milliseconds of work between two looks at the event loop. */
const patience = 50;

/**
 * Runs a box, a column or a block of cells over hours.
 *
 * @param model - from `createM7`
 * @param start - {@link M7State} at the start; not changed
 * @param options - {@link RunOptions}
 * @returns the result of the last step after deposition
 * @throws {@link InvalidArgumentError} for a duration or step of 0 or less, and what `step` refuses
 * @example
 * ```ts
 * const air = { pressure: 9e4, temperature: 280, relativeHumidity: 0.7 };
 * const day = await runM7(createM7(), state, {
 *   duration: 86400,
 *   meteorology: (time) => ({ ...air, h2so4Production: 1e4 * Math.max(0, Math.sin((2 * Math.PI * time) / 86400)) }),
 *   deposition: (result, dt) => {
 *     const coarse = numberOf(result, 'CS');
 *     coarse.forEach((n, cell) => (coarse[cell] = n * Math.exp(-dt / 1e5)));
 *   },
 * });
 * ```
 */
export async function runM7(model: M7, start: M7State, options: RunOptions): Promise<M7Result> {
  const { duration, dt = 450, meteorology, emissions, deposition, onStep, signal, onProgress } = options;
  checkPositive('runM7', 'duration', duration);
  checkPositive('runM7', 'dt', dt);
  checkState('runM7', 'start', start, start.cells);
  const result = createResult(start.cells);
  copyState(start, result);
  // A last step of a rounding error's length is none.
  const steps = Math.max(Math.ceil(duration / dt - 1e-9), 1);
  const progress = trackProgress(steps, onProgress);
  let lastYield = performance.now();
  for (let step = 0; step < steps; step++) {
    throwIfAborted(signal);
    const time = step * dt;
    const length = Math.min(dt, duration - time);
    emissions?.(result, length, time);
    model.step(result, typeof meteorology === 'function' ? meteorology(time) : meteorology, length, {
      out: result,
    });
    deposition?.(result, length, time);
    onStep?.(result, time + length);
    progress.report(step + 1);
    if (performance.now() - lastYield > patience) {
      await yieldToEventLoop();
      lastYield = performance.now();
    }
  }
  return result;
}
