import type { Rng } from '@pct/core';
import { componentCount, componentStarts, componentsByMode, modeCount } from '../m7/modes.js';
import type { PairBlock } from './block.js';

/** What can be unusual about a cell, in the order of the numbers in a chunk; 0 is an ordinary one. */
export const edgeNames = [
  'none',
  'noParticles',
  'missingMode',
  'noGas',
  'dry',
  'saturated',
  'overcast',
  'strongProduction',
  'thinned',
  'crowded',
  'oddRadius',
] as const;

/** Name of an edge case. */
export type EdgeName = (typeof edgeNames)[number];

/**
 * Makes a cell an edge case, just before its pair is recorded.
 *
 * @param rng - stream of this cell's edge
 * @param edge - which
 * @param block - is changed at `cell`
 */
export function applyEdge(rng: Rng, edge: EdgeName, { state, meteorology }: PairBlock, cell: number): void {
  const { cells, mass, number } = state;
  const scaleMode = (mode: number, numberFactor: number, massFactor: number): void => {
    number[mode * cells + cell]! *= numberFactor;
    for (let at = componentStarts[mode]!; at < componentStarts[mode + 1]!; at++) {
      mass[componentsByMode[at]! * cells + cell]! *= massFactor;
    }
  };
  const scaleAll = (factor: number): void => {
    for (let mode = 0; mode < modeCount; mode++) scaleMode(mode, factor, factor);
  };
  switch (edge) {
    case 'none':
      break;
    case 'noParticles':
      for (let row = 0; row < componentCount; row++) mass[row * cells + cell] = 0;
      for (let mode = 0; mode < modeCount; mode++) number[mode * cells + cell] = 0;
      break;
    case 'missingMode':
      scaleMode(rng.integer(0, modeCount), 0, 0);
      break;
    case 'noGas':
      state.h2so4[cell] = 0;
      meteorology.h2so4Production[cell] = 0;
      break;
    case 'dry':
      meteorology.relativeHumidity[cell] = 0;
      break;
    case 'saturated':
      meteorology.relativeHumidity[cell] = 1;
      break;
    case 'overcast':
      meteorology.cloudCover[cell] = 1;
      break;
    case 'strongProduction':
      meteorology.h2so4Production[cell] = 10 ** rng.uniform(4, 5.5);
      break;
    case 'thinned':
      scaleAll(10 ** rng.uniform(-9, -1));
      break;
    case 'crowded':
      scaleAll(10 ** rng.uniform(0.2, 0.8));
      break;
    case 'oddRadius':
      scaleMode(rng.integer(0, modeCount), 10 ** rng.uniform(-1, 2), 1);
      break;
  }
}
