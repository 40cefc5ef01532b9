import { checkFinite, type Rng } from '@pct/core';
import type { EncodedDimension, EncodedTrial, Sampler, SamplerContext } from '../types.js';
import { violationOf } from '../violation.js';

/** Options of {@link evolutionSampler}. */
export interface EvolutionSamplerOptions {
  /** First standard deviation of the steps, as a share of each parameter's scale, above 0 and up to 1. @defaultValue `0.2` */
  readonly step?: number | undefined;
}

/** One success in five keeps the step as it is. */
const GROWTH = 1.5;
const SHRINKING = GROWTH ** -0.25;
const LEAST_STEP = 1e-9;

/**
 * The (1+1) evolution strategy with the one-fifth rule: one normal step from the best point so far, longer after a success,
 * shorter after a failure. Categories change with the probability that one of the parameters would. The simplest thing that
 * learns, and what a local method has to beat. One objective; of several it takes the first.
 *
 * It keeps nothing: step and best point follow from the trials.
 *
 * @param options - {@link EvolutionSamplerOptions}
 * @throws {@link InvalidArgumentError} if the step is out of range
 * @see Rechenberg 1973, Evolutionsstrategie; Kern et al. 2004, Natural Computing 3, 77-112, for the factors
 */
export function evolutionSampler(options: EvolutionSamplerOptions = {}): Sampler {
  const { step: first = 0.2 } = options;
  checkFinite('evolutionSampler', 'step', first, { min: LEAST_STEP, max: 1 });
  return {
    name: '(1+1)-ES',
    ask({ space, directions, trials, rng }: SamplerContext) {
      const sign = directions[0] === 'maximize' ? -1 : 1;
      let parent: EncodedTrial | undefined;
      let step = first;
      for (const trial of trials) {
        if (trial.state === 'ignored' || trial.state === 'pending') continue;
        const success = isBetter(trial, parent, sign);
        // The first one is no step.
        if (parent !== undefined)
          step = Math.min(1, Math.max(LEAST_STEP, step * (success ? GROWTH : SHRINKING)));
        if (success) parent = trial;
      }
      if (parent === undefined) return space.sample(rng);
      const { point } = parent;
      const { dimensions } = space;
      return Float64Array.from(dimensions, (dimension, j) =>
        mutate(dimension, point[j]!, step, dimensions.length, rng),
      );
    },
  };
}

/** Whether a trial replaces the parent: at least as good, and one that keeps constraints beats one that does not. */
function isBetter(trial: EncodedTrial, parent: EncodedTrial | undefined, sign: number): boolean {
  if (trial.state !== 'complete') return false;
  if (parent === undefined) return true;
  const broken = violationOf(trial);
  const brokenBefore = violationOf(parent);
  if (broken !== brokenBefore) return broken < brokenBefore;
  return sign * trial.values![0]! <= sign * parent.values![0]!;
}

function mutate(dimension: EncodedDimension, at: number, step: number, count: number, rng: Rng): number {
  // Not active in the parent: the study draws it if it is active now.
  if (Number.isNaN(at)) return NaN;
  if (dimension.kind !== 'categorical') return reflect(at + rng.normal(0, step));
  return rng.uniform() < 1 / count ? rng.integer(0, dimension.levels) : at;
}

/** Folds what left [0, 1] back into it. */
function reflect(x: number): number {
  const folded = Math.abs(x) % 2;
  return folded > 1 ? 2 - folded : folded;
}
