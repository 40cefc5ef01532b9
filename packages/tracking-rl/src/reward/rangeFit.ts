import type { KinkModel } from './KinkModel.js';

/** Number of ranges that a fit compares. */
export const RANGES = 24;

/** Shortest and longest range behind a track's deepest hit, g/cm² of water; between them steps are of equal ratio. */
const SHORTEST = 0.15;
const LONGEST = 33;

/**
 * Mean and standard deviation of the logarithm of a deposit over that of the mean deposit: losses in a thin sheet
 * have a long tail, so most are below their mean. Measured on simulated protons behind 100, 150 and 200 mm of water.
 */
const LOG_BIAS = -0.1;
const LOG_WIDTH = 0.42;

/**
 * χ² by which deposits must speak for a proton that went on behind its track's deepest hit, past the next layer. Nearly
 * all tracks begin where their proton stopped, so this is twice the logarithm of a ratio of about twelve.
 */
const AGAINST_GOING_ON = 5;

const candidates = Float64Array.from(
  { length: RANGES },
  (_, g) => SHORTEST * (LONGEST / SHORTEST) ** (g / (RANGES - 1)),
);

/**
 * Starts the fit of a track's residual range to its deposits: χ² of each candidate range behind the deepest hit before
 * any deposit is known. A range is as unlikely as the proton's going on is, and impossible if the beam does not reach
 * that deep.
 *
 * @param model - of the detector
 * @param layer - of the track's deepest hit
 * @param chi2 - [.., {@link RANGES}], written from `at`
 */
export function startRangeFit(model: KinkModel, layer: number, chi2: Float64Array, at: number): void {
  const next = model.gapBehind(layer);
  const longest = model.beamRange - model.depth[layer]!;
  for (let g = 0; g < RANGES; g++) {
    const range = candidates[g]!;
    if (range <= next) chi2[at + g] = 0;
    else chi2[at + g] = range <= longest ? AGAINST_GOING_ON : Infinity;
  }
}

/**
 * Adds a hit to the fit. A hit without a deposit says nothing.
 *
 * @param traversed - water between this hit and the deepest one, g/cm²
 * @param depositMeV - deposit of the hit
 */
export function addDeposit(
  model: KinkModel,
  traversed: number,
  depositMeV: number,
  chi2: Float64Array,
  at: number,
): void {
  if (!(depositMeV > 0)) return;
  const logDeposit = Math.log(depositMeV) - LOG_BIAS;
  for (let g = 0; g < RANGES; g++) {
    const off = (logDeposit - model.logDeposit(traversed + candidates[g]!)) / LOG_WIDTH;
    chi2[at + g]! += off * off;
  }
}

/** Range behind the deepest hit that fits best, g/cm² of water; without deposits a short one. */
export function bestRange(chi2: Float64Array, at: number): number {
  let best = 0;
  for (let g = 1; g < RANGES; g++) if (chi2[at + g]! < chi2[at + best]!) best = g;
  return candidates[best]!;
}
