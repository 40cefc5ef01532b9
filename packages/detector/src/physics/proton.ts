/** Rest energies, MeV (CODATA 2018). */
const protonMassMeV = 938.27208816;
export const electronMassMeV = 0.51099895;

/** β² of a proton of kinetic energy `energyMeV`, dimensionless. */
export function betaSquared(energyMeV: number): number {
  const gamma = 1 + energyMeV / protonMassMeV;
  return 1 - 1 / (gamma * gamma);
}

/** Momentum of a proton, MeV/c. */
export function momentum(energyMeV: number): number {
  return Math.sqrt(energyMeV * (energyMeV + 2 * protonMassMeV));
}

/** pv = pβc of a proton, MeV: the quantity that multiple scattering scales with. */
export function momentumVelocity(energyMeV: number): number {
  return (energyMeV * (energyMeV + 2 * protonMassMeV)) / (energyMeV + protonMassMeV);
}

/** Largest energy that a proton can give to a free electron in one collision, MeV. */
export function maximumEnergyTransfer(energyMeV: number): number {
  const gamma = 1 + energyMeV / protonMassMeV;
  const betaGammaSquared = gamma * gamma - 1;
  const massRatio = electronMassMeV / protonMassMeV;
  return (2 * electronMassMeV * betaGammaSquared) / (1 + 2 * gamma * massRatio + massRatio * massRatio);
}
