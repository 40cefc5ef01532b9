import type { Rng } from '@pct/core';
import { betaSquared, maximumEnergyTransfer } from '../physics/proton.js';

/** Collisions that transfer more than this share of ξ are drawn one by one; about three per thin sheet. */
const hardShare = 0.3;

/**
 * Extra variance over ξ from electrons bound in the K and L shells of silicon, MeV: the sum of
 * 8/3 (Zᵢ/Z) Iᵢ ln(2mₑc²β²/Iᵢ) over the shells, which changes little with energy.
 *
 * @see Shulek et al. 1967, Sov. J. Nucl. Phys. 4, 400
 */
const bindingMeV = 5e-3;

/**
 * Energy that a proton leaves in a thin sensor, with Landau-like fluctuation, MeV.
 *
 * Hard collisions follow dN/dT = ξ/T² (1 − β²T/Tmax) and are drawn singly; the many soft ones are Gaussian.
 * The sum has the mean of the stopping power and the shape of Vavilov's distribution.
 *
 * @param meanMeV - mean loss S·x
 * @param massPath - path in the sensor, g/cm²
 * @see Vavilov 1957, Sov. Phys. JETP 5, 749; Particle Data Group, "Passage of particles through matter", sec. 34.2.9
 */
export function thinSensorLoss(
  rng: Rng,
  energyMeV: number,
  meanMeV: number,
  massPath: number,
  electronsPerGram: number,
): number {
  const beta2 = betaSquared(energyMeV);
  const xi = ((0.153537 * electronsPerGram) / beta2) * massPath;
  const largest = maximumEnergyTransfer(energyMeV);
  const cut = Math.min(hardShare * xi, largest);
  const span = 1 - cut / largest;
  const softMean = meanMeV - xi * (Math.log(largest / cut) - beta2 * span);
  const softVariance = xi * cut * (1 - (beta2 * cut) / (2 * largest)) + bindingMeV * xi;
  let loss = softMean + Math.sqrt(softVariance) * rng.normal();
  // Collisions come as a Poisson process of rate ξ/T², thinned to the true spectrum.
  const rate = (xi / cut) * span;
  let arrival = rng.exponential();
  while (arrival < rate) {
    const transfer = cut / (1 - rng.uniform() * span);
    if (rng.uniform() * largest > beta2 * transfer) loss += transfer;
    arrival += rng.exponential();
  }
  return Math.min(Math.max(loss, 0), energyMeV);
}
