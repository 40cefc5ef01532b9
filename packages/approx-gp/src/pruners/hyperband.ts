import { checkInteger, createRng } from '@pct/core';
import { longestTrial, shouldHalve } from './successiveHalving.js';
import type { Pruner } from './types.js';

/** Options of {@link hyperbandPruner}. */
export interface HyperbandOptions {
  /** Step of the first rung of the first bracket, from 1. @defaultValue `1` */
  readonly minResource?: number | undefined;
  /**
   * Steps of a whole trial, from minResource; 'auto' is what the longest complete trial had, and nothing is pruned before
   * there is one.
   * @defaultValue `'auto'`
   */
  readonly maxResource?: number | 'auto' | undefined;
  /** Of this many trials at a rung one goes on, from 2. @defaultValue `3` */
  readonly reductionFactor?: number | undefined;
}

/**
 * Hyperband: several brackets of successive halving, the first with many trials and early rungs, the last with few trials
 * that run to the end. A trial's bracket depends on the study's name and its number alone.
 *
 * @param options - {@link HyperbandOptions}
 * @throws {@link InvalidArgumentError} if a number is out of range
 * @see Li et al. 2018, J. Mach. Learn. Res. 18(185), algorithm 1; Optuna's HyperbandPruner, which chooses brackets by another hash
 */
export function hyperbandPruner(options: HyperbandOptions = {}): Pruner {
  const name = 'hyperbandPruner';
  const { minResource = 1, maxResource = 'auto', reductionFactor = 3 } = options;
  checkInteger(name, 'minResource', minResource, { min: 1 });
  if (maxResource !== 'auto') checkInteger(name, 'maxResource', maxResource, { min: minResource });
  checkInteger(name, 'reductionFactor', reductionFactor, { min: 2 });
  return {
    name: 'hyperband',
    shouldPrune(context) {
      const longest = longestTrial(context.trials, 1);
      const most = maxResource === 'auto' ? (longest === undefined ? undefined : longest + 1) : maxResource;
      if (most === undefined) return false;
      const weights = bracketWeights(most / minResource, reductionFactor);
      const stream = createRng(context.study).split('hyperband');
      const bracketOf = (number: number): number => stream.split(number).categorical(weights);
      const bracket = bracketOf(context.trial.number);
      const trials = context.trials.filter(({ number }) => bracketOf(number) === bracket);
      const rungZero = minResource * reductionFactor ** bracket;
      return shouldHalve({ ...context, trials }, { rungZero, reductionFactor, bootstrapCount: 0 });
    },
  };
}

/** Shares of trials of the brackets, [brackets]. */
function bracketWeights(ratio: number, reductionFactor: number): number[] {
  // The logarithm of a power must not be a little below its exponent.
  const brackets = Math.floor(Math.log(Math.max(1, ratio)) / Math.log(reductionFactor) + 1e-9) + 1;
  return Array.from({ length: brackets }, (_, bracket) => {
    const left = brackets - 1 - bracket;
    return Math.ceil((brackets * reductionFactor ** left) / (left + 1));
  });
}
