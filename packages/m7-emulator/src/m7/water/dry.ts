import type { M7Cell } from '../cell.js';
import { avogadro, density, molarMass, sphere } from '../constants.js';
import { averageMassFactors, AS, SO4_NS, solubleCount, SS_AS } from '../modes.js';
import { coreMass, coreVolume } from './core.js';

/** In place of a water uptake that is switched off: soluble particles stay dry. */
export function dryParticles(cell: M7Cell): void {
  const { changed, perParticle } = cell;
  for (let mode = 0; mode < solubleCount; mode++) {
    if (changed[mode] === 0) continue;
    const acid = (perParticle[SO4_NS + mode]! * molarMass.sulfuricAcid) / avogadro.ham2;
    const salt = mode >= AS ? perParticle[SS_AS + mode - AS]! : 0;
    const volume = acid / density.sulfuricAcid + salt / density.seaSalt + coreVolume(cell, mode);
    const radius = Math.cbrt(volume / sphere) / averageMassFactors[mode]!;
    cell.dryRadius[mode] = radius;
    cell.wetRadius[mode] = radius;
    cell.density[mode] = volume > 0 ? (acid + salt + coreMass(cell, mode)) / volume : 0;
    cell.water[mode] = 0;
  }
}
