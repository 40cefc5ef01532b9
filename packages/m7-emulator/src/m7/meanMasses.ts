import type { CellProcess, M7Cell } from './cell.js';
import { criticalCluster, density, sphere, type Variant } from './constants.js';
import {
  AI,
  averageMassFactors,
  BC_KI,
  CI,
  componentCount,
  componentsByMode,
  componentStarts,
  DU_AI,
  DU_CI,
  KI,
  modeCount,
  NS,
  OC_KI,
  SO4_CS,
  SO4_NS,
} from './modes.js';

/**
 * Mass per particle of every component, and radius and density of the insoluble modes, which hold no water.
 *
 * Components of modes that are all but empty count as nothing: below 10⁻⁴ cm⁻³ in 'ham2', 10⁻¹⁰ in 'classic'.
 * Marks the modes that changed since the last call in `changed`.
 *
 * @see Vignati et al. 2004, section 2; Stier et al. 2005, doi:10.5194/acp-5-1125-2005
 */
export function meanMasses(variant: Variant): CellProcess {
  return variant === 'ham2' ? hamMeanMasses : classicMeanMasses;
}

/** Whether number or a mass of a mode differs from what the last call saw; remembers them. */
function hasChanged({ seen, mass, number }: M7Cell, mode: number): boolean {
  const count = number[mode]!;
  let same = seen[componentCount + mode] === count;
  seen[componentCount + mode] = count;
  for (let place = componentStarts[mode]!; place < componentStarts[mode + 1]!; place++) {
    const component = componentsByMode[place]!;
    const amount = mass[component]!;
    if (seen[component] !== amount) same = false;
    seen[component] = amount;
  }
  return !same;
}

function hamMeanMasses(cell: M7Cell): void {
  const { changed, mass, number, perParticle } = cell;
  for (let mode = NS; mode < modeCount; mode++) {
    changed[mode] = 0;
    if (!hasChanged(cell, mode)) continue;
    changed[mode] = 1;
    const count = number[mode]!;
    const exists = count > 1e-4;
    const inverse = 1 / count;
    for (let place = componentStarts[mode]!; place < componentStarts[mode + 1]!; place++) {
      const component = componentsByMode[place]!;
      const amount = mass[component]!;
      if (exists && amount > 1e-23) {
        perParticle[component] = amount * (component <= SO4_CS ? inverse : 1e-12 * inverse);
      } else {
        perParticle[component] = component === SO4_NS ? criticalCluster.ham2 : 0;
      }
    }
  }
  const black = perParticle[BC_KI]!;
  const organic = perParticle[OC_KI]!;
  const volume = black / density.blackCarbon + organic / density.organicCarbon;
  hamInsoluble(cell, KI, black + organic, volume);
  hamInsoluble(cell, AI, perParticle[DU_AI]!, perParticle[DU_AI]! / density.dust);
  hamInsoluble(cell, CI, perParticle[DU_CI]!, perParticle[DU_CI]! / density.dust);
}

/** Radius and density of an insoluble mode; a mode that was emptied keeps those it had. */
function hamInsoluble(cell: M7Cell, mode: number, mass: number, volume: number): void {
  if (cell.changed[mode] === 0 || !(volume > 1e-23 && cell.number[mode]! > 1e-4)) return;
  cell.density[mode] = mass / volume;
  cell.wetRadius[mode] = Math.cbrt(volume / sphere) / averageMassFactors[mode]!;
}

function classicMeanMasses(cell: M7Cell): void {
  const { changed, mass, number, perParticle } = cell;
  for (let mode = NS; mode < modeCount; mode++) {
    changed[mode] = 0;
    if (!hasChanged(cell, mode)) continue;
    changed[mode] = 1;
    const count = number[mode]!;
    const exists = count > 1e-10;
    const inverse = 1 / count;
    for (let place = componentStarts[mode]!; place < componentStarts[mode + 1]!; place++) {
      const component = componentsByMode[place]!;
      const amount = mass[component]!;
      if (exists && amount > 1e-15) {
        perParticle[component] = amount * (component <= SO4_CS ? inverse : 1e-12 * inverse);
      } else if (component > SO4_CS) {
        perParticle[component] = 0;
      } else if (component === SO4_NS && !exists && amount <= 1e-15) {
        perParticle[component] = criticalCluster.classic;
      }
    }
  }
  const black = perParticle[BC_KI]!;
  const organic = perParticle[OC_KI]!;
  const volume = black / density.blackCarbon + organic / density.organicCarbon;
  classicInsoluble(cell, KI, volume > 1e-20, black + organic, volume);
  for (let mode = AI; mode <= CI; mode++) {
    const component = DU_AI + mode - AI;
    const dust = perParticle[component]!;
    classicInsoluble(cell, mode, mass[component]! > 1e-20, dust, dust / density.dust);
  }
}

function classicInsoluble(cell: M7Cell, mode: number, exists: boolean, mass: number, volume: number): void {
  if (cell.changed[mode] === 0) return;
  const real = exists && volume > 0;
  cell.density[mode] = real ? mass / volume : 0;
  cell.wetRadius[mode] = real ? Math.cbrt(volume / sphere) / averageMassFactors[mode]! : 0;
}
