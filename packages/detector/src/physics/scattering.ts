import { InvalidArgumentError } from '@pct/core';
import type { Material } from './materials.js';
import { betaSquared, momentum, momentumVelocity } from './proton.js';

const fineStructure = 1 / 137.035999;

/**
 * Width of multiple scattering by Highland's formula.
 *
 * θ₀ = (14.1 MeV / pv) √(L/X₀) [1 + (1/9) log₁₀(L/X₀)]
 *
 * @param energyMeV - kinetic energy of the proton, MeV, > 0
 * @param radiationLengths - thickness in radiation lengths L/X₀, > 0
 * @returns standard deviation of the projected angle, rad
 * @throws InvalidArgumentError if an argument is not positive and finite
 * @see Highland 1975, NIM 129, 497; Gottschalk et al. 1993, NIM B 74, 467, eq. 2
 */
export function highlandAngle(energyMeV: number, radiationLengths: number): number {
  if (!(energyMeV > 0 && radiationLengths > 0 && energyMeV + radiationLengths < Infinity)) {
    throw new InvalidArgumentError(
      `highlandAngle: energyMeV and radiationLengths must be positive and finite, got ${energyMeV} and ${radiationLengths}`,
    );
  }
  // The formula's bracket reaches zero at 1e-9 radiation lengths; thinner sheets do not scatter.
  const bracket = Math.max(0, 1 + Math.log10(radiationLengths) / 9);
  return (14.1 / momentumVelocity(energyMeV)) * Math.sqrt(radiationLengths) * bracket;
}

/** Molière's characteristic angles. */
export interface MoliereAngles {
  /** χc² per unit of thickness: the screened Rutherford law has χc²/θ² collisions beyond θ. rad² cm²/g. */
  readonly characteristicPerThickness: number;
  /** χa², the squared screening angle, rad². */
  readonly screening: number;
}

/**
 * Characteristic and screening angle of single scattering, the two numbers of Molière's theory.
 *
 * χc² = 0.157 [Z(Z+1)/A] x / (pβ)², χa² = 2.007·10⁻⁵ Z^⅔ [1 + 3.34 (Zα/β)²] / p², p in MeV/c, x in g/cm².
 * In a compound χc² adds up and ln χa² is averaged with the same weights.
 *
 * @see Molière 1947; in this form Lynch and Dahl 1991, NIM B 58, 6, eqs. 1 and 2
 */
export function moliereAngles(material: Material, energyMeV: number): MoliereAngles {
  const beta2 = betaSquared(energyMeV);
  const p = momentum(energyMeV);
  let weightSum = 0;
  let logSum = 0;
  for (const { z, a, massFraction } of material.constituents) {
    const weight = (massFraction * z * (z + 1)) / a;
    const coulomb = (z * fineStructure) ** 2 / beta2;
    weightSum += weight;
    logSum += weight * Math.log((2.007e-5 * z ** (2 / 3) * (1 + 3.34 * coulomb)) / (p * p));
  }
  const pv = momentumVelocity(energyMeV);
  return {
    characteristicPerThickness: (0.157 * weightSum) / (pv * pv),
    screening: Math.exp(logSum / weightSum),
  };
}
