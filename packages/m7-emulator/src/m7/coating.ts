import type { M7Cell } from './cell.js';
import { moleculeArea } from './constants.js';
import { averageSurfaceFactors } from './modes.js';

/**
 * Molecules of H2SO4 that cover a particle of average surface with one layer.
 *
 * @param cell - `wetRadius` is read
 * @see Vignati et al. 2004, section 2.5
 */
export function coatingMolecules({ wetRadius }: M7Cell, mode: number): number {
  const radius = wetRadius[mode]! * averageSurfaceFactors[mode]!;
  return (4 * Math.PI * radius * radius) / moleculeArea;
}
