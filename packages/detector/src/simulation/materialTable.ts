import type { Constituent, Material } from '../physics/materials.js';
import { nuclearRates } from '../physics/nuclear.js';
import { betaSquared, momentum } from '../physics/proton.js';
import { moliereAngles } from '../physics/scattering.js';
import { bethe, electronsPerGram } from '../physics/stopping.js';
import type { InteractionModel } from './models.js';

/** Energies of the tables, MeV: 0.5 MeV apart from 0.5 MeV, so that row k holds the energy (k + 1) / 2. */
export const rowsPerMeV = 2;

/** Columns of a table, all per g/cm² of thickness but the last two. */
export const column = {
  /** Stopping power, MeV. */
  stopping: 0,
  /** Variance of the energy loss (Bohr), MeV². */
  straggling: 1,
  /** Molière's χc², rad². */
  scattering: 2,
  /** ln of χc² over the squared screening angle; grows with ln of the thickness. */
  collisions: 3,
  /** Inelastic reactions. */
  reaction: 4,
  /** Elastic scattering on nuclei. */
  elastic: 5,
  /** Elastic scattering on hydrogen. */
  hydrogen: 6,
  /** Squared angle where the nucleus' size ends Rutherford scattering, rad². */
  largestAngle: 7,
} as const;

export const columnCount = 8;

/** ħc, MeV fm. */
const planckMeVfm = 197.327;

/** Mixes slabs that are too thin to step through one by one; fractions are by mass. */
export function mixture(parts: readonly { material: Material; massPerArea: number }[]): Material {
  let mass = 0;
  let volume = 0;
  let electrons = 0;
  let logExcitation = 0;
  let inverseRadiationLength = 0;
  for (const { material, massPerArea } of parts) {
    mass += massPerArea;
    volume += massPerArea / material.density;
    inverseRadiationLength += massPerArea / material.radiationLength;
    const share = massPerArea * electronsPerGram(material);
    electrons += share;
    logExcitation += share * Math.log(material.meanExcitationEnergyEv);
  }
  const constituents = parts.flatMap(({ material, massPerArea }): Constituent[] =>
    material.constituents.map((constituent) => ({
      ...constituent,
      massFraction: (constituent.massFraction * massPerArea) / mass,
    })),
  );
  return {
    name: `mixture of ${[...new Set(parts.map(({ material }) => material.name))].join(', ')}`,
    density: mass / volume,
    // Bragg's additivity: ln I is averaged over the electrons.
    meanExcitationEnergyEv: Math.exp(logExcitation / electrons),
    radiationLength: mass / inverseRadiationLength,
    constituents,
  };
}

/** Tabulates what a step needs, row-major [energies, {@link columnCount}], so that a step reads two lines. */
export function materialTable(material: Material, model: InteractionModel, maximumMeV: number): Float64Array {
  const rows = Math.ceil(maximumMeV * rowsPerMeV) + 1;
  const table = new Float64Array(rows * columnCount);
  for (let row = 0; row < rows; row++) {
    const energy = (row + 1) / rowsPerMeV;
    const beta2 = betaSquared(energy);
    const { characteristicPerThickness, screening } = moliereAngles(material, energy);
    const rates = nuclearRates(material, energy);
    const reaction = rates.reaction * model.reactionScale;
    const nuclearRadiusFm = 1.2 * Math.cbrt(Math.max(rates.meanMassNumber, 1));
    const at = row * columnCount;
    // Bethe's formula ends at 1 MeV; below, the stopping power stays at its value there for the last microns.
    table[at + column.stopping] = bethe(material, Math.max(energy, 1));
    table[at + column.straggling] = (0.1569 * electronsPerGram(material) * (1 - beta2 / 2)) / (1 - beta2);
    table[at + column.scattering] = characteristicPerThickness * model.scatteringScale ** 2;
    table[at + column.collisions] = Math.log(characteristicPerThickness / screening);
    table[at + column.reaction] = reaction;
    table[at + column.elastic] = rates.reaction * model.elasticRatio;
    table[at + column.hydrogen] = rates.hydrogen;
    table[at + column.largestAngle] = (planckMeVfm / (momentum(energy) * nuclearRadiusFm)) ** 2;
  }
  return table;
}
