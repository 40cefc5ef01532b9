import type { Sampler } from './types.js';

/** Draws every point uniformly, on the scales of the parameters, whatever came before. */
export function randomSampler(): Sampler {
  return { name: 'random', ask: ({ space, rng }) => space.sample(rng) };
}
