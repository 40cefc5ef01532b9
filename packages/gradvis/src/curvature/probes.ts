import type { Rng } from '@pct/core';
import { norm, scale } from '../linalg/vectors.js';

/** Distribution of random vectors with independent entries of variance 1: ±1, or normal. */
export type ProbeDistribution = 'rademacher' | 'normal';

/** Random vector whose stream is fixed by its index, whoever draws it. */
export function probe(
  rng: Rng,
  index: number,
  distribution: ProbeDistribution,
  out: Float64Array,
): Float64Array {
  const stream = rng.split(index);
  if (distribution === 'normal') return stream.fillNormal(out);
  for (let k = 0; k < out.length; k++) out[k] = stream.uniform() < 0.5 ? -1 : 1;
  return out;
}

/** A probe of length 1. */
export function unitProbe(
  rng: Rng,
  index: number,
  distribution: ProbeDistribution,
  out: Float64Array,
): Float64Array {
  probe(rng, index, distribution, out);
  scale(out, 1 / norm(out));
  return out;
}
