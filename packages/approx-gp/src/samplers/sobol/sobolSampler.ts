import { createRng, InvalidArgumentError } from '@pct/core';
import type { Sampler, SamplerContext } from '../types.js';
import { SOBOL_DIMENSIONS, SobolSequence } from './SobolSequence.js';

/** Options of {@link sobolSampler}. */
export interface SobolSamplerOptions {
  /** Of the scramble; different seeds give different sequences. @defaultValue `0` */
  readonly seed?: number | string | undefined;
  /** Whether the sequence is scrambled; without, trial 0 is the lowest corner. @defaultValue `true` */
  readonly scramble?: boolean | undefined;
}

/**
 * Spreads the points evenly, whatever came before: trial k gets point k of a Sobol' sequence, in whichever process. Parameters
 * beyond the 128th are random.
 *
 * @param options - {@link SobolSamplerOptions}
 * @throws {@link InvalidArgumentError} if the seed is none
 */
export function sobolSampler(options: SobolSamplerOptions = {}): Sampler {
  const { seed = 0, scramble = true } = options;
  if (typeof scramble !== 'boolean') {
    throw new InvalidArgumentError(`sobolSampler: scramble must be true or false, got ${String(scramble)}`);
  }
  const stream = createRng(seed);
  let sequence: SobolSequence | undefined;
  return {
    name: 'sobol',
    ask({ space, number, rng }: SamplerContext) {
      const { dimensions } = space;
      const count = Math.min(dimensions.length, SOBOL_DIMENSIONS);
      if (sequence?.dimensions !== count) {
        sequence = new SobolSequence(count, { scramble: scramble ? stream.clone() : undefined });
      }
      const point = space.sample(rng);
      const spread = sequence.point(number);
      dimensions.slice(0, count).forEach(({ kind, levels }, j) => {
        point[j] = kind === 'categorical' ? Math.floor(spread[j]! * levels) : spread[j]!;
      });
      return point;
    },
  };
}
