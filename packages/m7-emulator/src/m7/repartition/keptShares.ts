import type { M7Cell } from '../cell.js';
import { avogadro, density, molarMass, speciesDensities, sphere, tiny, type Variant } from '../constants.js';
import {
  averageMassFactors,
  logDeviations,
  modeOfComponent,
  componentCount,
  NS,
  radiusLimitsCm,
  SO4_CS,
  speciesOfComponent,
} from '../modes.js';
import { normalDistribution } from '../normal.js';

/** Mass in g and volume in cm³ per cm³ of air of the first three modes, scratch of one call. */
const modeMass = new Float64Array(3);
const modeVolume = new Float64Array(3);

/**
 * Shares of number and mass that stay in NS, KS and AS when particles above the size of the mode go to the next.
 *
 * @param cell - after the water uptake
 * @param smallest - smallest dry radius of NS, cm
 * @param keptNumber - [3] receives shares of number, 0 to 1
 * @param keptMass - [3] receives shares of mass, 0 to 1
 */
export type KeptShares = (
  cell: M7Cell,
  smallest: number,
  keptNumber: Float64Array,
  keptMass: Float64Array,
) => void;

function sumModes({ mass }: M7Cell, variant: Variant): void {
  for (let mode = NS; mode < 3; mode++) modeMass[mode] = modeVolume[mode] = 0;
  const perMolecule = molarMass.sulfuricAcid / avogadro[variant];
  for (let component = 0; component < componentCount; component++) {
    const mode = modeOfComponent[component]!;
    if (mode >= 3) continue;
    const amount = mass[component]! * (component <= SO4_CS ? perMolecule : 1e-12);
    modeMass[mode]! += amount;
    modeVolume[mode]! += amount / speciesDensities[speciesOfComponent[component]!]!;
  }
}

/** {@link KeptShares} of ECHAM6-HAM2. */
export function hamKeptShares(
  cell: M7Cell,
  smallest: number,
  keptNumber: Float64Array,
  keptMass: Float64Array,
): void {
  sumModes(cell, 'ham2');
  for (let mode = NS; mode < 3; mode++) {
    keptNumber[mode] = keptMass[mode] = 1;
    const count = cell.number[mode]!;
    const radius = cell.dryRadius[mode]!;
    const mass = modeMass[mode]!;
    const volume = modeVolume[mode]!;
    if (!(count > 1e-10 && radius > tiny && volume > 0)) continue;
    const upper = radiusLimitsCm[mode + 1]!;
    const lower = mode === NS ? smallest : radiusLimitsCm[mode]!;
    const middle = Math.sqrt(lower * upper) * averageMassFactors[mode]!;
    const particle = (sphere * mass) / volume;
    const middleMass = middle * middle * middle * particle;
    if (!(mass / count > middleMass)) continue;
    let below = normalDistribution(Math.log(upper / radius) / logDeviations[mode]!);
    if (below <= tiny) below = 1;
    let kept = radius > 10 * upper ? 0 : below;
    const movedNumber = (1 - kept) * count;
    if (movedNumber > 0) {
      const remaining = kept * count * middleMass;
      const moved = mass - remaining;
      keptMass[mode] = remaining / mass;
      const upperMass = upper * upper * upper * particle;
      if (moved / movedNumber < upperMass) kept = 1 - moved / upperMass / count;
    }
    keptNumber[mode] = kept;
  }
}

/** {@link KeptShares} of the original M7: masses as the H2SO4 of the same volume. */
export function classicKeptShares(
  cell: M7Cell,
  smallest: number,
  keptNumber: Float64Array,
  keptMass: Float64Array,
): void {
  sumModes(cell, 'classic');
  const perVolume = (density.sulfuricAcid * avogadro.classic) / molarMass.sulfuricAcid;
  const particle = (Math.PI * perVolume) / 0.75;
  for (let mode = NS; mode < 3; mode++) {
    keptNumber[mode] = keptMass[mode] = 1;
    const count = cell.number[mode]!;
    const radius = cell.dryRadius[mode]!;
    const mass = modeVolume[mode]! * perVolume;
    if (!(count > tiny && radius > 0)) continue;
    const upper = radiusLimitsCm[mode + 1]!;
    const lower = mode === NS ? smallest : radiusLimitsCm[mode]!;
    const middle = Math.sqrt(lower * upper) * averageMassFactors[mode]!;
    const mean = mass / count;
    const middleMass = middle * middle * middle * particle;
    if (!(mean > middleMass)) continue;
    const below = normalDistribution(Math.log(upper / radius) / logDeviations[mode]!);
    const remaining = below * count * middleMass;
    const moved = mass - remaining;
    const movedNumber = (1 - below) * count;
    const movedMean = movedNumber > tiny ? moved / movedNumber : 0;
    const edge = upper * averageMassFactors[mode]!;
    const upperMass = edge * edge * edge * particle;
    if (movedMean >= upperMass) {
      keptMass[mode] = remaining / mass;
      keptNumber[mode] = below;
    } else {
      const number = movedNumber / (1 + (upperMass - movedMean) / (movedMean - middleMass));
      keptMass[mode] = 1 - (number * upperMass) / mass;
      keptNumber[mode] = 1 - number / count;
    }
  }
}
