import { createResult, type M7Result } from '../m7/state.js';
import type { MeteorologyFields } from './rows.js';

/** Cells being made into pairs: what the sampler fills and the box model steps. */
export interface PairBlock {
  readonly state: M7Result;
  readonly meteorology: MeteorologyFields;
}

/** An empty block. */
export function createBlock(cells: number): PairBlock {
  const field = (): Float64Array => new Float64Array(cells);
  return {
    state: createResult(cells),
    meteorology: {
      pressure: field(),
      temperature: field(),
      relativeHumidity: field(),
      h2so4Production: field(),
      cloudCover: field(),
      forestFraction: field(),
      boundaryLayer: field(),
      ionPairRate: field(),
    },
  };
}
