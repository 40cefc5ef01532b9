import type { Material } from './materials.js';
import { momentum } from './proton.js';

/** Avogadro's number times one millibarn, cm²/mol. */
const avogadroMillibarn = 6.02214076e-4;

/** Protons below this energy do not get through the Coulomb barrier of light nuclei, MeV. */
const barrierMeV = 6;

/**
 * Cross section of inelastic reactions of protons on a nucleus, millibarn.
 *
 * Letaw's fit, with a smooth cut at the Coulomb barrier that the fit leaves out.
 *
 * @param a - mass number of the nucleus, > 1 (hydrogen has none below the pion threshold)
 * @param energyMeV - kinetic energy, MeV
 * @see Letaw, Silberberg and Tsao 1983, ApJS 51, 271, eqs. 1 and 2
 */
export function reactionCrossSection(a: number, energyMeV: number): number {
  if (energyMeV <= barrierMeV) return 0;
  const highEnergy = 45 * a ** 0.7 * (1 + 0.016 * Math.sin(5.3 - 2.63 * Math.log(a)));
  const shape = 1 - 0.62 * Math.exp(-energyMeV / 200) * Math.sin(10.9 * energyMeV ** -0.28);
  return highEnergy * shape * (1 - (barrierMeV / energyMeV) ** 2);
}

/**
 * Cross section of elastic scattering of protons on hydrogen, millibarn.
 *
 * @see Cugnon, L'Hôte and Vandermeulen 1996, NIM B 111, 215; the low-energy branch, held constant below 0.25 GeV/c
 */
export function protonProtonCrossSection(energyMeV: number): number {
  const p = Math.max(momentum(energyMeV) / 1000, 0.25);
  return p < 0.8 ? 23.5 + 1000 * Math.max(0, 0.7 - p) ** 4 : 23.5 + 24.6 / (1 + Math.exp(-10 * (p - 1.2)));
}

/** What a material's nuclei do to protons, per unit of thickness. */
export interface NuclearRates {
  /** Inelastic reactions, cm²/g. */
  readonly reaction: number;
  /** Elastic scattering on free protons, cm²/g. */
  readonly hydrogen: number;
  /** Mass number of the nuclei, averaged with the weight of their reactions. */
  readonly meanMassNumber: number;
}

/** Nuclear interactions per g/cm² at `energyMeV`. */
export function nuclearRates(material: Material, energyMeV: number): NuclearRates {
  let reaction = 0;
  let hydrogen = 0;
  let massNumber = 0;
  for (const { z, a, massFraction } of material.constituents) {
    const atoms = (avogadroMillibarn * massFraction) / a;
    if (z === 1) {
      hydrogen += atoms * protonProtonCrossSection(energyMeV);
    } else {
      const rate = atoms * reactionCrossSection(a, energyMeV);
      reaction += rate;
      massNumber += rate * a;
    }
  }
  return { reaction, hydrogen, meanMassNumber: reaction > 0 ? massNumber / reaction : 0 };
}
