import type { M7Cell } from '../cell.js';
import { avogadro, density, molarMass, type Variant } from '../constants.js';
import { averageMassFactors, SO4_NS } from '../modes.js';
import { coreMass, coreVolume } from './core.js';

/** Places in `waterScratch` of what depends on the meteorology only. */
const [W0, W1, W2, D0, D1] = [0, 1, 2, 3, 4] as const;

/**
 * Prepares {@link sulfateWater} for the temperature, humidity and pressure of a cell: the two fits are
 * polynomials in ln N whose coefficients depend on the meteorology.
 */
export function prepareSulfateWater(cell: M7Cell): void {
  const scratch = cell.waterScratch;
  const t = Math.max(cell.temperature, 240);
  const h = Math.min(Math.max(cell.relativeHumidity, 0.05), 0.9);
  const ratio = h / t;
  scratch[W0] =
    95.80188 +
    ratio * (-20627.51 + ratio * (8616124.373 - ratio * 1353332314.0)) -
    0.002403805 * Math.log((h * t) / cell.pressure);
  scratch[W1] = -28.5257 - 1.082153 * h + 0.1466501 * t - 3.36115 * h * h - 0.00024137 * t * t;
  scratch[W2] = 0.0461242 * h - 0.003935 * t + 0.067938345 * h * h + 0.00000649899 * t * t + 1.168155578;
  scratch[D0] = 1.036391467 - 0.068887407 * h + 0.001047842 * t - 0.0000029113 * t * t;
  scratch[D1] = -0.011013887 + 0.000740534 / h - 1.081202685 / t;
}

/**
 * Weight percent of H2SO4 in a solution droplet.
 *
 * @param scratch - `waterScratch` of a cell after {@link prepareSulfateWater}
 * @param log - ln of the molecules of H2SO4 in the droplet
 * @param most - largest result
 */
function weightPercent(scratch: Float64Array, log: number, most: number): number {
  const percent =
    scratch[W0]! + log * (scratch[W1]! + log * (scratch[W2]! + log * (-0.021317481 + log * 0.000270358)));
  // The fit holds for 10² to 10¹¹ molecules; far outside it leaves what a percentage can be.
  return Math.min(Math.max(percent, 0.01), most);
}

/**
 * Water, wet and dry radius and density of a soluble mode without sea salt: a sulfuric acid solution in
 * equilibrium with the air around a core of carbon and dust.
 *
 * The fits hold for 10² to 10¹¹ molecules, 0.2 to 0.9 relative humidity, 240 to 330 K and 10⁴ to 10⁵ Pa.
 *
 * @param cell - after {@link prepareSulfateWater}; the mode must have SO4
 * @param mostPercent - largest weight percent of H2SO4; above 100 water may be negative
 * @see Vignati et al. 2004; Zeleznik 1991, doi:10.1063/1.555899; Jacobson et al. 1994 for the idea
 */
export function sulfateWater(cell: M7Cell, mode: number, variant: Variant, mostPercent: number): void {
  const scratch = cell.waterScratch;
  const molecules = cell.perParticle[SO4_NS + mode]!;
  const log = Math.log(molecules);
  const percent = weightPercent(scratch, log, mostPercent);
  const third = log / 3;
  const solution = scratch[D0]! + 0.00728531 * percent + third * (scratch[D1]! + 0.001049607 * third);
  const solutionDensity = Math.min(Math.max(solution, 1), density.sulfuricAcid);
  const acid = (molecules * molarMass.sulfuricAcid) / avogadro[variant];
  // In this order pure acid has exactly no water.
  const droplet = acid * (100 / percent);
  const core = coreVolume(cell, mode);
  const wetVolume = droplet / solutionDensity + core;
  const factor = averageMassFactors[mode]!;
  cell.dryRadius[mode] = Math.cbrt(((acid / density.sulfuricAcid + core) * 0.75) / Math.PI) / factor;
  cell.wetRadius[mode] = Math.cbrt((wetVolume * 0.75) / Math.PI) / factor;
  cell.density[mode] = (droplet + coreMass(cell, mode)) / wetVolume;
  cell.water[mode] = (droplet - acid) * cell.number[mode]! * 1e3;
}
