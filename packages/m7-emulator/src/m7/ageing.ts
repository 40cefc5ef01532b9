import type { CellProcess, M7Cell } from './cell.js';
import { coatingMolecules } from './coating.js';
import { tiny, type Variant } from './constants.js';
import {
  AI,
  AS,
  BC_KI,
  BC_KS,
  CI,
  CS,
  DU_AI,
  DU_AS,
  DU_CI,
  DU_CS,
  KI,
  KS,
  modeCount,
  NS,
  OC_KI,
  OC_KS,
} from './modes.js';

/**
 * Ageing: insoluble particles that got one layer of H2SO4, from the gas or by coagulation with NS and KS, become
 * soluble (KI to KS, AI to AS, CI to CS). What moves waits in `gains` and `numberGains`.
 *
 * A particle takes along the mass it had at the start of the step. Where more sulfate arrives than the particles
 * can carry, 'classic' moves mass for all of it, and 'ham2' only that of the particles there are: what they gained
 * by coagulation since stays behind.
 *
 * @see Vignati et al. 2004, section 2.5
 */
export function ageing(variant: Variant): CellProcess {
  const limited = variant === 'ham2';
  return (cell) => ageInsoluble(cell, limited);
}

function ageInsoluble(cell: M7Cell, limited: boolean): void {
  const { condensed, shares } = cell;
  const nucleation = sulfateLost(cell, NS);
  const aitken = sulfateLost(cell, KS);
  const row = KS * modeCount;
  const onKI = nucleation * shares[KI]! + condensed[KI]!;
  const onAI = nucleation * shares[AI]! + aitken * shares[row + AI]! + condensed[AI]!;
  const onCI = nucleation * shares[CI]! + aitken * shares[row + CI]! + condensed[CI]!;
  const carbon = age(cell, KI, KS, onKI, limited);
  if (carbon > 0) {
    pass(cell, BC_KI, BC_KS, carbon);
    pass(cell, OC_KI, OC_KS, carbon);
  }
  const fineDust = age(cell, AI, AS, onAI, limited);
  if (fineDust > 0) pass(cell, DU_AI, DU_AS, fineDust);
  const coarseDust = age(cell, CI, CS, onCI, limited);
  if (coarseDust > 0) pass(cell, DU_CI, DU_CS, coarseDust);
}

/** SO4 that a mode lost to others by coagulation, molecules cm⁻³. */
function sulfateLost({ lostToOthers, sulfatePerParticle }: M7Cell, mode: number): number {
  // With next to no particles the mean may be infinite.
  return lostToOthers[mode]! > 0 ? lostToOthers[mode]! * sulfatePerParticle[mode]! : 0;
}

/** Moves the particles that have their layer; returns for how many mass should move. */
function age(cell: M7Cell, mode: number, target: number, sulfate: number, limited: boolean): number {
  const { number } = cell;
  const count = number[mode]!;
  if (count < 1e-5) return 0;
  const layer = coatingMolecules(cell, mode);
  if (!(layer > tiny)) return 0;
  const coated = sulfate / layer;
  const moved = Math.min(coated, count);
  number[mode] = count - moved;
  cell.numberGains[target]! += moved;
  return limited ? moved : coated;
}

/** Moves what `count` particles carried at the start of the step, at most what is there. */
function pass({ mass, gains, perParticle }: M7Cell, component: number, target: number, count: number): void {
  const moved = Math.min(count * perParticle[component]! * 1e12, mass[component]!);
  mass[component]! -= moved;
  gains[target]! += moved;
}
