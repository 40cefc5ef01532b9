import { InvalidArgumentError } from '@pct/core';
import type { Material } from './materials.js';
import { betaSquared, electronMassMeV, maximumEnergyTransfer } from './proton.js';

/** Bethe's constant K = 4π N_A r_e² m_e c², MeV cm²/mol. */
const betheConstant = 0.307075;

/** Energies that the Bethe formula with the corrections below serves, MeV. */
export const stoppingPowerDomain = { minimumMeV: 1, maximumMeV: 1000 } as const;

/** Electrons per gram in units of Avogadro's number, Σ wᵢ Zᵢ/Aᵢ, mol/g. */
export function electronsPerGram(material: Material): number {
  let sum = 0;
  for (const { z, a, massFraction } of material.constituents) sum += (massFraction * z) / a;
  return sum;
}

/** Shell correction C/Z: Bichsel's fit, quoted in ICRU Report 37 and valid for η = βγ >= 0.1; constant below. */
function shellCorrection(material: Material, betaGammaSquared: number): number {
  const i = material.meanExcitationEnergyEv;
  const inverse = 1 / Math.max(betaGammaSquared, 0.01);
  const square = (0.422377 + (0.0304043 - 0.00038106 * inverse) * inverse) * inverse * 1e-6 * i * i;
  const cube = (3.85019 + (-0.1667989 + 0.00157955 * inverse) * inverse) * inverse * 1e-9 * i * i * i;
  let z = 0;
  let atoms = 0;
  for (const constituent of material.constituents) {
    const amount = constituent.massFraction / constituent.a;
    z += amount * constituent.z;
    atoms += amount;
  }
  return ((square + cube) * atoms) / z;
}

/** Density effect δ: Sternheimer's parametrisation. */
function densityCorrection(material: Material, betaGammaSquared: number): number {
  const parameters = material.densityEffect;
  if (parameters === undefined) return 0;
  const { cBar, x0, x1, a, m, delta0 } = parameters;
  const x = 0.5 * Math.log10(betaGammaSquared);
  if (x < x0) return delta0 * 10 ** (2 * (x - x0));
  const linear = 2 * Math.LN10 * x - cBar;
  return x < x1 ? linear + a * (x1 - x) ** m : linear;
}

/** Stopping power without a look at the arguments; for tables. */
export function bethe(material: Material, energyMeV: number): number {
  const beta2 = betaSquared(energyMeV);
  const betaGammaSquared = beta2 / (1 - beta2);
  const iMeV = material.meanExcitationEnergyEv * 1e-6;
  const logarithm =
    0.5 *
    Math.log((2 * electronMassMeV * betaGammaSquared * maximumEnergyTransfer(energyMeV)) / (iMeV * iMeV));
  const bracket =
    logarithm -
    beta2 -
    0.5 * densityCorrection(material, betaGammaSquared) -
    shellCorrection(material, betaGammaSquared);
  return ((betheConstant * electronsPerGram(material)) / beta2) * bracket;
}

function checkEnergy(functionName: string, energyMeV: number): void {
  const { minimumMeV, maximumMeV } = stoppingPowerDomain;
  if (!(energyMeV >= minimumMeV && energyMeV <= maximumMeV)) {
    throw new InvalidArgumentError(
      `${functionName}: energyMeV must be a kinetic energy from ${minimumMeV} to ${maximumMeV} MeV, got ${energyMeV}`,
    );
  }
}

/**
 * Mass stopping power of protons: Bethe's formula with shell correction and density effect.
 *
 * S/ρ = K (Z/A)/β² [½ ln(2 mₑc² β²γ² Wmax/I²) − β² − δ/2 − C/Z]
 *
 * @param material - one of {@link materials} or one of your own
 * @param energyMeV - kinetic energy, MeV, from 1 to 1000
 * @returns stopping power, MeV cm²/g
 * @throws InvalidArgumentError outside that range
 * @example
 * ```ts
 * stoppingPower(materials.water, 100); // 7.29
 * ```
 * @see ICRU Report 49 (1993), section 2; Particle Data Group, "Passage of particles through matter", eq. 34.5
 */
export function stoppingPower(material: Material, energyMeV: number): number {
  checkEnergy('stoppingPower', energyMeV);
  return bethe(material, energyMeV);
}
