import { checkFinite, checkInteger, checkPositive } from '@pct/core';

/** A number that changes during training: its value at a step, counted from 0. Any function will do. */
export type Schedule = (step: number) => number;

/** The same value at every step. */
export function constantSchedule(value: number): Schedule {
  checkFinite('constantSchedule', 'value', value);
  return () => value;
}

/** Settings of {@link stepSchedule}. */
export interface StepScheduleOptions {
  /** Value at step 0. */
  readonly initial: number;
  /** Steps between changes, at least 1. */
  readonly every: number;
  /**
   * What the value is multiplied by at each change, at least 0.
   * @defaultValue `0.1`
   */
  readonly factor?: number | undefined;
}

/** Multiplies the value after every so many steps: `initial * factor ** floor(step / every)`. */
export function stepSchedule({ initial, every, factor = 0.1 }: StepScheduleOptions): Schedule {
  checkFinite('stepSchedule', 'initial', initial);
  checkInteger('stepSchedule', 'every', every, { min: 1 });
  checkFinite('stepSchedule', 'factor', factor, { min: 0 });
  return (step) => initial * factor ** Math.floor(step / every);
}

/** Settings of {@link exponentialSchedule}. */
export interface ExponentialScheduleOptions {
  /** Value at step 0. */
  readonly initial: number;
  /** What the value is multiplied by at each step, at least 0. */
  readonly factor: number;
}

/** Multiplies the value at every step: `initial * factor ** step`. */
export function exponentialSchedule({ initial, factor }: ExponentialScheduleOptions): Schedule {
  checkFinite('exponentialSchedule', 'initial', initial);
  checkFinite('exponentialSchedule', 'factor', factor, { min: 0 });
  return (step) => initial * factor ** step;
}

/** Settings of {@link cosineSchedule}. */
export interface CosineScheduleOptions {
  /** Value at step 0. */
  readonly initial: number;
  /**
   * Value from step `steps` on.
   * @defaultValue `0`
   */
  readonly final?: number | undefined;
  /** Length of the descent, at least 1. */
  readonly steps: number;
}

/**
 * Descends along half a cosine and then stays.
 *
 * @see Loshchilov and Hutter 2017, arXiv:1608.03983, eq. 5, without restarts
 */
export function cosineSchedule({ initial, final = 0, steps }: CosineScheduleOptions): Schedule {
  checkFinite('cosineSchedule', 'initial', initial);
  checkFinite('cosineSchedule', 'final', final);
  checkInteger('cosineSchedule', 'steps', steps, { min: 1 });
  return (step) => along(initial, final, Math.min(1, step / steps));
}

/** Settings of {@link warmUp}. */
export interface WarmUpOptions {
  /** Length of the rise, at least 1. */
  readonly steps: number;
  /**
   * Share of the schedule's first value to begin with, at least 0.
   * @defaultValue `0`
   */
  readonly from?: number | undefined;
}

/** Rises in a straight line to the first value of a schedule within some steps, and then follows it from its beginning. */
export function warmUp(schedule: Schedule, { steps, from = 0 }: WarmUpOptions): Schedule {
  checkInteger('warmUp', 'steps', steps, { min: 1 });
  checkFinite('warmUp', 'from', from, { min: 0 });
  return (step) =>
    step < steps ? schedule(0) * (from + ((1 - from) * step) / steps) : schedule(step - steps);
}

/** Settings of {@link oneCycleSchedule}. */
export interface OneCycleScheduleOptions {
  /** Largest value. */
  readonly peak: number;
  /** Length of the whole cycle, at least 3; the last value stays. */
  readonly steps: number;
  /**
   * Share of the steps in which the value rises, above 0 and below 1.
   * @defaultValue `0.3`
   */
  readonly rise?: number | undefined;
  /**
   * The first value is `peak` divided by this.
   * @defaultValue `25`
   */
  readonly initialDivisor?: number | undefined;
  /**
   * The last value is the first one divided by this.
   * @defaultValue `1e4`
   */
  readonly finalDivisor?: number | undefined;
}

/**
 * Rises to a peak and descends far below the beginning, both along half a cosine, as PyTorch's `OneCycleLR`.
 *
 * @see Smith and Topin 2018, arXiv:1708.07120
 */
export function oneCycleSchedule(options: OneCycleScheduleOptions): Schedule {
  const { peak, steps, rise = 0.3, initialDivisor = 25, finalDivisor = 1e4 } = options;
  checkFinite('oneCycleSchedule', 'peak', peak);
  checkInteger('oneCycleSchedule', 'steps', steps, { min: 3 });
  // The rise needs at least one step, and so does the descent.
  checkFinite('oneCycleSchedule', 'rise', rise, { min: 2 / steps, max: 1 - 1 / steps });
  checkPositive('oneCycleSchedule', 'initialDivisor', initialDivisor);
  checkPositive('oneCycleSchedule', 'finalDivisor', finalDivisor);
  const first = peak / initialDivisor;
  const top = rise * steps - 1;
  const last = steps - 1;
  return (step) =>
    step <= top
      ? along(first, peak, step / top)
      : along(peak, first / finalDivisor, Math.min(1, (step - top) / (last - top)));
}

/** From one value to another along half a cosine. */
function along(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
}
