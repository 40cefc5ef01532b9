import { checkFinite, checkInteger } from '@pct/core';
import { bestOf, firstSinceInterval, isWorse } from './intermediates.js';
import type { Pruner, PrunerContext } from './types.js';

/** Options of {@link percentilePruner} and {@link medianPruner}. */
export interface PercentilePrunerOptions {
  /** Complete trials before anything is pruned, from 0. @defaultValue `5` */
  readonly startupTrials?: number | undefined;
  /** Steps before which nothing is pruned, from 0. @defaultValue `0` */
  readonly warmupSteps?: number | undefined;
  /** Steps between checks, counted from the warm-up, from 1. @defaultValue `1` */
  readonly interval?: number | undefined;
  /** Complete trials that reported the same step, from 1; with fewer nothing is pruned. @defaultValue `1` */
  readonly minTrials?: number | undefined;
}

/**
 * Stops a trial whose best intermediate value is worse than a percentile of what complete trials reported at the same step.
 *
 * @param percentile - share of trials that go on, in per cent, from 0 to 100
 * @param options - {@link PercentilePrunerOptions}
 * @throws {@link InvalidArgumentError} if a number is out of range
 * @see Optuna's PercentilePruner, whose decisions these are
 */
export function percentilePruner(percentile: number, options: PercentilePrunerOptions = {}): Pruner {
  return createPercentilePruner('percentilePruner', percentile, options);
}

/**
 * Stops a trial whose best intermediate value is worse than the median of what complete trials reported at the same step.
 *
 * @param options - {@link PercentilePrunerOptions}
 * @throws {@link InvalidArgumentError} if a number is out of range
 * @see Golovin et al. 2017, Google Vizier, section 3.2.1; Optuna's MedianPruner
 */
export function medianPruner(options: PercentilePrunerOptions = {}): Pruner {
  return createPercentilePruner('medianPruner', 50, options);
}

function createPercentilePruner(name: string, percentile: number, options: PercentilePrunerOptions): Pruner {
  const { startupTrials = 5, warmupSteps = 0, interval = 1, minTrials = 1 } = options;
  checkFinite(name, 'percentile', percentile, { min: 0, max: 100 });
  checkInteger(name, 'startupTrials', startupTrials, { min: 0 });
  checkInteger(name, 'warmupSteps', warmupSteps, { min: 0 });
  checkInteger(name, 'interval', interval, { min: 1 });
  checkInteger(name, 'minTrials', minTrials, { min: 1 });
  const shouldPrune = ({ trial, trials, direction }: PrunerContext): boolean => {
    const complete = trials.filter(({ state }) => state === 'complete');
    if (complete.length === 0 || complete.length < startupTrials) return false;
    if (!firstSinceInterval(trial, warmupSteps, interval)) return false;
    const own = bestOf(trial.intermediates, direction);
    if (Number.isNaN(own)) return true;
    const { step } = trial.intermediates.at(-1)!;
    const others = complete.flatMap(({ intermediates }) =>
      intermediates.filter((entry) => entry.step === step).map(({ value }) => value),
    );
    if (others.length < minTrials) return false;
    const limit = percentileOf(others, direction === 'maximize' ? 100 - percentile : percentile);
    return isWorse(own, limit, direction);
  };
  return { name: name === 'medianPruner' ? 'median' : 'percentile', shouldPrune };
}

/** Percentile of the values that are no NaN, linear between neighbours; NaN without such values. */
function percentileOf(values: readonly number[], percentile: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  const at = (percentile / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below === above ? below : below + (above - below) * (at - Math.floor(at));
}
