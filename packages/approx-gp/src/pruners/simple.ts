import { checkFinite, checkInteger, InvalidArgumentError } from '@pct/core';
import { bestOf, firstSinceInterval, isWorse } from './intermediates.js';
import type { Pruner } from './types.js';

/** Options of {@link thresholdPruner}. */
export interface ThresholdPrunerOptions {
  /** Values below are hopeless. @defaultValue `-Infinity` */
  readonly lower?: number | undefined;
  /** Values above are hopeless. @defaultValue `Infinity` */
  readonly upper?: number | undefined;
  /** Steps before which nothing is pruned, from 0. @defaultValue `0` */
  readonly warmupSteps?: number | undefined;
  /** Steps between checks, counted from the warm-up, from 1. @defaultValue `1` */
  readonly interval?: number | undefined;
}

/** Options of {@link patientPruner}. */
export interface PatientPrunerOptions {
  /** Reports for which the trial may fail to improve, from 0. */
  readonly patience: number;
  /** What does not count as getting worse, from 0. @defaultValue `0` */
  readonly minDelta?: number | undefined;
}

/** Never stops a trial. */
export function nopPruner(): Pruner {
  return { name: 'none', shouldPrune: () => false };
}

/**
 * Stops a trial whose last value is NaN or outside of limits.
 *
 * @param options - {@link ThresholdPrunerOptions}; at least one limit
 * @throws {@link InvalidArgumentError} if there is no limit or a number is out of range
 * @see Optuna's ThresholdPruner
 */
export function thresholdPruner(options: ThresholdPrunerOptions): Pruner {
  const name = 'thresholdPruner';
  const { lower = -Infinity, upper = Infinity, warmupSteps = 0, interval = 1 } = options;
  if (lower === -Infinity && upper === Infinity) {
    throw new InvalidArgumentError(`${name}: give lower, upper or both, got neither`);
  }
  if (lower !== -Infinity) checkFinite(name, 'lower', lower, { max: upper });
  if (upper !== Infinity) checkFinite(name, 'upper', upper, { min: lower });
  checkInteger(name, 'warmupSteps', warmupSteps, { min: 0 });
  checkInteger(name, 'interval', interval, { min: 1 });
  return {
    name: 'threshold',
    shouldPrune({ trial }) {
      if (!firstSinceInterval(trial, warmupSteps, interval)) return false;
      const { value } = trial.intermediates.at(-1)!;
      return !(value >= lower && value <= upper);
    },
  };
}

/**
 * Asks another pruner only about trials that have not improved for some reports.
 *
 * @param pruner - the other one; undefined stops all such trials
 * @param options - {@link PatientPrunerOptions}
 * @throws {@link InvalidArgumentError} if a number is out of range
 * @see Optuna's PatientPruner
 */
export function patientPruner(pruner: Pruner | undefined, options: PatientPrunerOptions): Pruner {
  const { patience, minDelta = 0 } = options;
  checkInteger('patientPruner', 'patience', patience, { min: 0 });
  checkFinite('patientPruner', 'minDelta', minDelta, { min: 0 });
  return {
    name: pruner === undefined ? 'patient' : `patient ${pruner.name}`,
    shouldPrune(context) {
      const { trial, direction } = context;
      const { intermediates } = trial;
      if (intermediates.length <= patience + 1) return false;
      const cut = intermediates.length - patience - 1;
      const before = bestOf(intermediates.slice(0, cut), direction);
      const after = bestOf(intermediates.slice(cut), direction);
      const slack = direction === 'maximize' ? -minDelta : minDelta;
      if (!isWorse(after, before + slack, direction)) return false;
      return pruner === undefined || pruner.shouldPrune(context);
    },
  };
}
