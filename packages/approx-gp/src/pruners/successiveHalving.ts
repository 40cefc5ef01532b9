import { checkInteger } from '@pct/core';
import type { EncodedTrial } from '../samplers/types.js';
import { isWorse } from './intermediates.js';
import type { Pruner, PrunerContext } from './types.js';

/** Options of {@link successiveHalvingPruner}. */
export interface SuccessiveHalvingOptions {
  /**
   * Step of the first rung, from 1; 'auto' is a hundredth of the last step of the longest complete trial, and nothing is
   * pruned before there is one. Trials from before then count at the rungs that they came to, unlike in Optuna.
   * @defaultValue `'auto'`
   */
  readonly minResource?: number | 'auto' | undefined;
  /** Of this many trials at a rung one goes on; the next rung is as many times later. From 2. @defaultValue `4` */
  readonly reductionFactor?: number | undefined;
  /** Rungs that are left out at the beginning, from 0. @defaultValue `0` */
  readonly minEarlyStoppingRate?: number | undefined;
  /**
   * Trials that have to stop at a rung before one may pass it, from 0; only with a given `minResource`.
   * @defaultValue `0`
   */
  readonly bootstrapCount?: number | undefined;
}

/**
 * Asynchronous successive halving: rung k is at step minResource · factor^(k + rate); a trial that comes to it goes on if it
 * belongs to the best 1/factor of those that have come so far.
 *
 * @param options - {@link SuccessiveHalvingOptions}
 * @throws {@link InvalidArgumentError} if a number is out of range
 * @see Li et al. 2020, A System for Massively Parallel Hyperparameter Tuning, arXiv:1810.05934; Optuna's SuccessiveHalvingPruner
 */
export function successiveHalvingPruner(options: SuccessiveHalvingOptions = {}): Pruner {
  const name = 'successiveHalvingPruner';
  const { minResource = 'auto', reductionFactor = 4, minEarlyStoppingRate = 0, bootstrapCount = 0 } = options;
  if (minResource !== 'auto') checkInteger(name, 'minResource', minResource, { min: 1 });
  checkInteger(name, 'reductionFactor', reductionFactor, { min: 2 });
  checkInteger(name, 'minEarlyStoppingRate', minEarlyStoppingRate, { min: 0 });
  checkInteger(
    name,
    'bootstrapCount',
    bootstrapCount,
    minResource === 'auto' ? { min: 0, max: 0 } : { min: 0 },
  );
  return {
    name: 'successive halving',
    shouldPrune(context) {
      const first = minResource === 'auto' ? longestTrial(context.trials, 100) : minResource;
      if (first === undefined) return false;
      const rungZero = first * reductionFactor ** minEarlyStoppingRate;
      return shouldHalve(context, { rungZero, reductionFactor, bootstrapCount });
    },
  };
}

/** A share of the last step of the longest complete trial, at least 1; undefined without such a trial. */
export function longestTrial(trials: readonly EncodedTrial[], share: number): number | undefined {
  const steps = trials
    .filter(({ state, intermediates }) => state === 'complete' && intermediates.length > 0)
    .map(({ intermediates }) => intermediates.at(-1)!.step);
  return steps.length === 0
    ? undefined
    : Math.max(1, Math.floor(steps.reduce((a, b) => Math.max(a, b)) / share));
}

/** Where the rungs are. */
export interface Rungs {
  /** Step of the first rung. */
  readonly rungZero: number;
  readonly reductionFactor: number;
  readonly bootstrapCount: number;
}

/** Whether the trial's last report takes it to a rung that it does not pass. */
export function shouldHalve(context: PrunerContext, rungs: Rungs): boolean {
  const { trial, trials, direction } = context;
  const { rungZero, reductionFactor, bootstrapCount } = rungs;
  const last = trial.intermediates.at(-1);
  if (last === undefined) return false;
  const before = trial.intermediates.at(-2)?.step ?? -1;
  for (let rung = 0; ; rung++) {
    const step = rungZero * reductionFactor ** rung;
    if (last.step < step) return false;
    // It passed this one at an earlier report.
    if (before >= step) continue;
    if (Number.isNaN(last.value)) return true;
    const competing = trials
      .filter(({ number }) => number !== trial.number)
      .map((other) => valueAtRung(other, step))
      .filter((value) => !Number.isNaN(value));
    competing.push(last.value);
    if (competing.length <= bootstrapCount) return true;
    competing.sort((a, b) => (direction === 'maximize' ? b - a : a - b));
    // The first few trials go on if they are the best so far.
    const places = Math.max(1, Math.floor(competing.length / reductionFactor));
    if (isWorse(last.value, competing[places - 1]!, direction)) return true;
  }
}

/** What a trial had reported when it came to a rung; NaN if it did not. */
function valueAtRung({ intermediates }: EncodedTrial, step: number): number {
  return intermediates.find((entry) => entry.step >= step)?.value ?? NaN;
}
