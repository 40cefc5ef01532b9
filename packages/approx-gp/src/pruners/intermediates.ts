import type { Direction, EncodedTrial, IntermediateValue } from '../samplers/types.js';

/** The best of some values, NaN aside; NaN if there are no others. */
export function bestOf(intermediates: readonly IntermediateValue[], direction: Direction): number {
  return intermediates.reduce(
    (best, { value }) =>
      Number.isNaN(best) || isWorse(best, value, direction) ? (Number.isNaN(value) ? best : value) : best,
    NaN,
  );
}

/** Whether the first of two values is worse. */
export function isWorse(value: number, than: number, direction: Direction): boolean {
  return direction === 'maximize' ? value < than : value > than;
}

/**
 * Whether the trial's last report is past the warm-up and the first one since the last multiple of the interval: a check
 * for which nothing was reported in time is made up for at the next report.
 */
export function firstSinceInterval(trial: EncodedTrial, warmupSteps: number, interval: number): boolean {
  const { intermediates } = trial;
  const step = intermediates.at(-1)?.step;
  if (step === undefined || step < warmupSteps) return false;
  const due = Math.floor((step - warmupSteps) / interval) * interval + warmupSteps;
  const before = intermediates.at(-2)?.step ?? -1;
  return before < due;
}
