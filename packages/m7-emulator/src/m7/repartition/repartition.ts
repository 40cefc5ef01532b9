import type { CellProcess, M7Cell } from '../cell.js';
import { avogadro, density, molarMass, type Variant } from '../constants.js';
import {
  AS,
  BC_AS,
  BC_CS,
  BC_KS,
  DU_AS,
  DU_CS,
  KS,
  NS,
  OC_AS,
  OC_CS,
  OC_KS,
  radiusLimitsCm,
  SO4_AS,
  SO4_CS,
  SO4_KS,
  SO4_NS,
  SS_AS,
  SS_CS,
} from '../modes.js';
import { classicKeptShares, hamKeptShares, type KeptShares } from './keptShares.js';

const keptNumber = new Float64Array(3);
const keptMass = new Float64Array(3);

/** Options of {@link repartition}. */
export interface RepartitionOptions {
  /**
   * Smallest dry radius of NS in cm, which sets the middle of its window.
   * @defaultValue `0.5e-7`
   */
  readonly smallestRadius?: number | undefined;
}

/**
 * Dry radius in cm of a particle of 100 molecules of H2SO4: the smallest one of NS with the nucleation of Kulmala
 * and others in 'classic'.
 */
export const kulmalaRadius = Math.cbrt(
  (100 * molarMass.sulfuricAcid * 0.75) / avogadro.classic / density.sulfuricAcid / Math.PI,
);

/**
 * Repartition: soluble particles that grew out of their mode go to the next one. All three decisions are taken
 * before anything moves. A mode that gives some away is left with a dry radius near the middle of its window.
 *
 * @see Vignati et al. 2004, section 2.6; Stier et al. 2005, section 2.2.4
 */
export function repartition(
  variant: Variant,
  { smallestRadius = radiusLimitsCm[NS]! }: RepartitionOptions = {},
): CellProcess {
  const shares: KeptShares = variant === 'ham2' ? hamKeptShares : classicKeptShares;
  return (cell) => {
    shares(cell, smallestRadius, keptNumber, keptMass);
    // From the top, so that nothing moves twice.
    if (moves(AS)) {
      passNumber(cell, AS);
      const kept = keptMass[AS]!;
      pass(cell, SO4_AS, SO4_CS, kept);
      pass(cell, BC_AS, BC_CS, kept);
      pass(cell, OC_AS, OC_CS, kept);
      pass(cell, SS_AS, SS_CS, kept);
      pass(cell, DU_AS, DU_CS, kept);
    }
    if (moves(KS)) {
      passNumber(cell, KS);
      const kept = keptMass[KS]!;
      pass(cell, SO4_KS, SO4_AS, kept);
      pass(cell, BC_KS, BC_AS, kept);
      pass(cell, OC_KS, OC_AS, kept);
    }
    if (moves(NS)) {
      passNumber(cell, NS);
      pass(cell, SO4_NS, SO4_KS, keptMass[NS]!);
    }
  };
}

function moves(mode: number): boolean {
  return keptNumber[mode]! < 1 || keptMass[mode]! < 1;
}

function passNumber({ number }: M7Cell, mode: number): void {
  const before = number[mode]!;
  const left = before * Math.max(Math.min(keptNumber[mode]!, 1), 0);
  number[mode] = left;
  number[mode + 1]! += before - left;
}

function pass({ mass }: M7Cell, component: number, target: number, kept: number): void {
  const before = mass[component]!;
  const left = before * Math.max(Math.min(kept, 1), 0);
  mass[component] = left;
  mass[target]! += before - left;
}
