import { checkInteger } from '@pct/core';
import type { EncodedTrial, Sampler, SamplerContext } from '../types.js';
import { ParzenEstimator } from './ParzenEstimator.js';
import { splitTrials } from './splitTrials.js';

/** Options of {@link tpeSampler}. */
export interface TpeSamplerOptions {
  /** Trials with results before the density counts; until then points are random. From 0. @defaultValue `10` */
  readonly startupTrials?: number | undefined;
  /** Points that are drawn and compared for every trial, from 1. @defaultValue `24` */
  readonly candidates?: number | undefined;
}

/** The last trials, which weigh fully; older ones weigh less. */
const RECENT = 25;
/** Good trials at most, with one objective. */
const MOST_GOOD = 25;

/**
 * Tree-structured Parzen estimator over all parameters together: one density of the best tenth of the trials, one of the
 * others, and of some points drawn from the first the one with the largest ratio. O(trials · candidates · d) per trial. Takes
 * several objectives (by ranks of domination), constraints, pruned and running trials.
 *
 * @param options - {@link TpeSamplerOptions}
 * @throws {@link InvalidArgumentError} if a number is out of range
 * @see Bergstra et al. 2011, NeurIPS 24; Falkner et al. 2018, arXiv:1807.01774, for densities of all parameters together;
 *   Optuna 5's TPESampler, whose settings these are
 */
export function tpeSampler(options: TpeSamplerOptions = {}): Sampler {
  const { startupTrials = 10, candidates = 24 } = options;
  checkInteger('tpeSampler', 'startupTrials', startupTrials, { min: 0 });
  checkInteger('tpeSampler', 'candidates', candidates, { min: 1 });
  return {
    name: 'TPE',
    ask(context: SamplerContext) {
      const { space, directions, rng } = context;
      const results = context.trials.filter(({ state }) => state === 'complete' || state === 'pruned').length;
      if (results < Math.max(1, startupTrials)) return space.sample(rng);
      const most = directions.length > 1 ? Infinity : MOST_GOOD;
      const { below, above } = splitTrials(
        context.trials,
        directions,
        Math.min(most, Math.ceil(0.1 * results)),
      );
      const pointsOf = (trials: readonly EncodedTrial[]): Float64Array[] => trials.map(({ point }) => point);
      const goodWeights =
        directions.length > 1 ? new Float64Array(below.length).fill(1) : weightsByAge(below.length);
      const good = new ParzenEstimator(space, pointsOf(below), goodWeights);
      const others = new ParzenEstimator(space, pointsOf(above), weightsByAge(above.length));
      let best = space.snapInPlace(good.sample(rng));
      let bestScore = -Infinity;
      for (let i = 0; i < candidates; i++) {
        const point = i === 0 ? best : space.snapInPlace(good.sample(rng));
        const score = good.logDensity(point) - others.logDensity(point);
        if (score > bestScore && space.allows(point)) [best, bestScore] = [point, score];
      }
      return best;
    },
  };
}

/** The recent ones 1, those before falling evenly to 1/n, by age. */
function weightsByAge(n: number): Float64Array {
  const old = n - RECENT;
  return Float64Array.from({ length: n }, (_, i) =>
    i >= old ? 1 : old === 1 ? 1 / n : 1 / n + (1 - 1 / n) * (i / (old - 1)),
  );
}
