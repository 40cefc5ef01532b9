import type { CellProcess, M7Cell } from '../cell.js';
import { avogadro, density, molarMass, sphere, type Variant } from '../constants.js';
import { AS, averageMassFactors, KS, NS, OC_KS, SO4_NS, solubleCount, SS_AS } from '../modes.js';
import { coreMass, coreVolume } from './core.js';

/** Options of {@link kappaWater}. */
export interface KappaWaterOptions {
  /**
   * Hygroscopicity of sea salt. ECHAM6-HAM2 of 2012 has 1.12, HAM2.3 has 1.0.
   * @defaultValue `1.12`
   */
  readonly seaSaltKappa?: number | undefined;
  /**
   * Multiplies every dry density by 1 + 4.7·10⁻⁸, the single precision 10⁻³ of the Fortran: for comparisons to
   * better than 10⁻⁷.
   * @defaultValue `false`
   */
  readonly singlePrecision?: boolean | undefined;
}

/** Hygroscopicity of sulfate and organic carbon; black carbon and dust have none. */
export const sulfateKappa = 0.6;
export const organicKappa = 0.06;

/**
 * Dry radius in cm up to which particles count as too small for bulk properties: they keep their density, and
 * take up no water.
 */
const smallest = 3.59e-8;

/** 2 σ M / (R ρ) of water in m K: Kelvin's length is this over T. */
export const kelvinLength = (2 * 0.072 * 0.018015) / (8.314409 * 1000);

const highestHumidity = 0.99;

/** More than any growth factor up to that humidity. */
const largestGrowth = 50;

/**
 * Growth factor g = wet over dry radius, the root of
 * RH exp(−A / (R g)) = (g³ − 1) / (g³ − (1 − κ)).
 *
 * Newton's method inside a shrinking bracket, from the guess or the root without Kelvin's term.
 *
 * @param dryRadius - of one particle, cm
 * @param temperature - K
 * @param humidity - relative humidity; 0 to 0.99, larger ones are taken for 0.99
 * @param kappa - hygroscopicity; 0 to 2, larger ones are taken for 2
 * @param start - a guess; none if it is not between 1 and 50
 * @see Petters and Kreidenweis 2007, doi:10.5194/acp-7-1961-2007, eq. 6
 */
export function growthFactor(
  dryRadius: number,
  temperature: number,
  humidity: number,
  kappa: number,
  start = 0,
): number {
  const activity = Math.min(Math.max(humidity, 0), highestHumidity);
  const hygroscopicity = Math.min(kappa, 2);
  if (!(activity > 0 && hygroscopicity > 0)) return 1;
  const length = kelvinLength / (temperature * dryRadius * 1e-2);
  let low = 1;
  let high: number = largestGrowth;
  let g = start;
  if (!(g > low && g < high)) {
    // Without Kelvin's term the root is above the one sought.
    g = high = Math.cbrt(1 + (hygroscopicity * activity) / (1 - activity));
  }
  for (let iteration = 0; iteration < 100; iteration++) {
    const raised = activity * Math.exp(-length / g);
    const rest = 1 - raised;
    const value = g * g * g - 1 - (hygroscopicity * raised) / rest;
    if (value > 0) high = g;
    else low = g;
    const slope = 3 * g * g - (hygroscopicity * raised * length) / (rest * rest * g * g);
    let next = g - value / slope;
    if (!(next >= low && next <= high)) next = 0.5 * (low + high);
    const moved = Math.abs(next - g);
    g = next;
    // Newton's error after a step is of the order of that step squared.
    if (moved < 1e-8 * g) break;
  }
  return g;
}

/**
 * Water uptake by κ-Köhler theory, the default of ECHAM6-HAM2: κ of a mode is the mean over its dry volume.
 * HAM looks the growth factor up in a table; here it is solved for.
 *
 * @see Petters and Kreidenweis 2007; O'Donnell et al. 2011, doi:10.5194/acp-11-8635-2011
 */
export function kappaWater(
  variant: Variant,
  { seaSaltKappa = 1.12, singlePrecision = false }: KappaWaterOptions = {},
): CellProcess {
  const scale = singlePrecision ? 1 / 1.0000000474974513 : 1;
  const moleculeMass = molarMass.sulfate / avogadro[variant];
  const moleculeVolume = (moleculeMass / density.sulfuricAcid) * scale;
  return (cell: M7Cell) => {
    const { changed, perParticle, number, wetRadius, dryRadius } = cell;
    for (let mode = 0; mode < solubleCount; mode++) {
      if (changed[mode] === 0) continue;
      const molecules = perParticle[SO4_NS + mode]!;
      const sulfateVolume = molecules * moleculeVolume;
      let dryMass = molecules * moleculeMass;
      let dryVolume = sulfateVolume;
      let kappaVolume = sulfateKappa * sulfateVolume;
      if (mode > NS) {
        dryVolume += coreVolume(cell, mode) * scale;
        dryMass += coreMass(cell, mode);
        kappaVolume += (organicKappa * perParticle[OC_KS + mode - KS]! * scale) / density.organicCarbon;
        if (mode >= AS) {
          const salt = perParticle[SS_AS + mode - AS]!;
          const saltVolume = (salt / density.seaSalt) * scale;
          dryVolume += saltVolume;
          dryMass += salt;
          kappaVolume += seaSaltKappa * saltVolume;
        }
      }
      const factor = averageMassFactors[mode]!;
      const radius = Math.cbrt(dryVolume / sphere) / factor;
      const before = dryRadius[mode]! > 0 ? wetRadius[mode]! / dryRadius[mode]! : 0;
      dryRadius[mode] = radius;
      if (!(radius > 1e-8)) {
        wetRadius[mode] = radius;
        cell.density[mode] = 1;
        cell.water[mode] = 0;
        continue;
      }
      const g =
        radius > smallest
          ? growthFactor(radius, cell.temperature, cell.relativeHumidity, kappaVolume / dryVolume, before)
          : 1;
      wetRadius[mode] = g * radius;
      const wetVolume = g * g * g * dryVolume;
      cell.density[mode] = (dryMass + wetVolume - dryVolume) / wetVolume;
      cell.water[mode] = 1e3 * number[mode]! * (wetVolume - dryVolume);
    }
  };
}
