import { checkFinite, checkPositive } from '@pct/core';

/** Thickness of the sensitive epitaxial layer of an ALPIDE chip, mm. */
export const alpideEpitaxialThicknessMm = 0.025;

const pixelsAtOneKeVPerMicron = 4.2267;
const exponent = 0.65;

/**
 * Pixels that a hit lights up.
 *
 * n = ⌊4.2267 · e^0.65 + ½⌋, e the energy deposit per length in keV/µm; a law fitted to ALPIDE measurements.
 *
 * @param edepMeV - energy deposited in the epitaxial layer, MeV, >= 0
 * @param epitaxialThicknessMm - thickness of that layer, mm, > 0
 * @returns pixels, an integer >= 0; below 0.94 keV in 25 µm a hit lights none
 * @throws {@link InvalidArgumentError} if an argument is out of its range
 * @example
 * ```ts
 * clusterSize(0.0625); // 8
 * ```
 * @see Pettersen's DigitalTrackingCalorimeterToolkit
 */
export function clusterSize(
  edepMeV: number,
  epitaxialThicknessMm: number = alpideEpitaxialThicknessMm,
): number {
  checkFinite('clusterSize', 'edepMeV', edepMeV, { min: 0 });
  checkPositive('clusterSize', 'epitaxialThicknessMm', epitaxialThicknessMm);
  return sizeOfCluster(edepMeV, epitaxialThicknessMm);
}

/**
 * Energy deposit that lights up a number of pixels: the inverse of {@link clusterSize} before rounding.
 *
 * e = (n / 4.2267)^(1/0.65) keV/µm, which is 0.1089 · n^1.5385.
 *
 * @param pixels - cluster size, >= 0
 * @param epitaxialThicknessMm - thickness of the epitaxial layer, mm, > 0
 * @returns energy, MeV; `clusterSize` gives it `pixels` back
 * @throws {@link InvalidArgumentError} if an argument is out of its range
 * @see Pettersen's DigitalTrackingCalorimeterToolkit
 */
export function clusterEdep(
  pixels: number,
  epitaxialThicknessMm: number = alpideEpitaxialThicknessMm,
): number {
  checkFinite('clusterEdep', 'pixels', pixels, { min: 0 });
  checkPositive('clusterEdep', 'epitaxialThicknessMm', epitaxialThicknessMm);
  // keV/µm and MeV/mm are the same unit.
  return (pixels / pixelsAtOneKeVPerMicron) ** (1 / exponent) * epitaxialThicknessMm;
}

/** {@link clusterSize} of arguments that were checked. */
export function sizeOfCluster(edepMeV: number, epitaxialThicknessMm: number): number {
  return Math.floor(pixelsAtOneKeVPerMicron * (edepMeV / epitaxialThicknessMm) ** exponent + 0.5);
}
