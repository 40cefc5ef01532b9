import { checkFinite, checkInteger, checkPositive, InvalidArgumentError } from '@pct/core';
import { density, molarMass, avogadro } from './constants.js';
import { type Mode, logDeviations, modeCount, modeIndex, modes, solubleCount } from './modes.js';
import { normalDistribution } from './normal.js';
import { massOf, type M7Result } from './state.js';
import type { Field, PerCell, Quantity } from './units.js';
import { kelvinLength, organicKappa, sulfateKappa } from './water/kappa.js';
import { valueIn } from './meteorology.js';

/** Options of {@link sizeDistribution}. */
export interface SizeDistributionOptions {
  /**
   * Of wet or of dry particles; insoluble ones are always dry.
   * @defaultValue `'wet'`
   */
  readonly of?: 'wet' | 'dry' | undefined;
  /**
   * The modes that count.
   * @defaultValue all
   */
  readonly modes?: readonly Mode[] | undefined;
}

/**
 * Size distribution dN/dln r of a cell, the sum of its log-normal modes.
 *
 * @param result - of a step
 * @param cell - from 0
 * @param radii - [radius] where, cm
 * @param options - {@link SizeDistributionOptions}
 * @returns [radius] cm⁻³
 * @throws {@link InvalidArgumentError} for a cell that is not there, or radii that are not above 0
 */
export function sizeDistribution(
  result: M7Result,
  cell: number,
  radii: Field<'cm'> | readonly number[],
  { of = 'wet', modes: chosen = modes }: SizeDistributionOptions = {},
): Field<'cm-3'> {
  checkInteger('sizeDistribution', 'cell', cell, { min: 0, max: result.cells - 1 });
  const density = new Float64Array(radii.length);
  for (const name of chosen) {
    const mode = modeIndex(name);
    if (mode < 0) {
      throw new InvalidArgumentError(`sizeDistribution: modes must be of ${modes.join(', ')}, got ${name}`);
    }
    const count = result.number[mode * result.cells + cell]!;
    const rows = of === 'dry' && mode < solubleCount ? result.dryRadius : result.wetRadius;
    const median = rows[mode * result.cells + cell]!;
    if (!(count > 0 && median > 0)) continue;
    const width = logDeviations[mode]!;
    const height = count / (Math.sqrt(2 * Math.PI) * width);
    radii.forEach((radius, index) => {
      checkPositive('sizeDistribution', `radii[${index}]`, radius);
      const distance = Math.log(radius / median) / width;
      density[index]! += height * Math.exp(-0.5 * distance * distance);
    });
  }
  return density;
}

/** Options of {@link cloudCondensationNuclei}. */
export interface CcnOptions {
  /**
   * K, of all cells or of each
   * @defaultValue `288.15`
   */
  readonly temperature?: PerCell<'K'> | undefined;
  /**
   * Hygroscopicity of sea salt.
   * @defaultValue `1.12`
   */
  readonly seaSaltKappa?: number | undefined;
}

/**
 * Particles that activate at a supersaturation: of each soluble mode those whose dry radius is above the critical
 * one of its mean κ, r³ = 4 A³ / (27 κ ln²S).
 *
 * @param result - of a step
 * @param supersaturation - S − 1, such as 0.002 for 0.2 %
 * @param options - {@link CcnOptions}
 * @returns [cell] cm⁻³
 * @throws {@link InvalidArgumentError} for a supersaturation of 0 or less
 * @see Petters and Kreidenweis 2007, doi:10.5194/acp-7-1961-2007, eq. 10
 */
export function cloudCondensationNuclei(
  result: M7Result,
  supersaturation: Quantity<'S - 1'>,
  { temperature = 288.15, seaSaltKappa = 1.12 }: CcnOptions = {},
): Field<'cm-3'> {
  checkPositive('cloudCondensationNuclei', 'supersaturation', supersaturation);
  checkFinite('cloudCondensationNuclei', 'seaSaltKappa', seaSaltKappa, { min: 0 });
  const { cells } = result;
  const nuclei = new Float64Array(cells);
  const logSaturation = Math.log1p(supersaturation);
  const kappas = solubleModes.map((mode) => meanKappa(result, mode, seaSaltKappa));
  for (let cell = 0; cell < cells; cell++) {
    const kelvin = checkPositive(
      'cloudCondensationNuclei',
      'temperature',
      valueIn(temperature, cell, 288.15),
    );
    // cm
    const length = (kelvinLength / kelvin) * 100;
    for (let mode = 0; mode < solubleCount; mode++) {
      const at = mode * cells + cell;
      const kappa = kappas[mode]![cell]!;
      const radius = result.dryRadius[at]!;
      if (!(kappa > 0 && radius > 0)) continue;
      const critical = Math.cbrt((4 * length ** 3) / (27 * kappa * logSaturation ** 2));
      nuclei[cell]! +=
        result.number[at]! * normalDistribution(Math.log(radius / critical) / logDeviations[mode]!);
    }
  }
  return nuclei;
}

const solubleModes = ['NS', 'KS', 'AS', 'CS'] as const;

/** Mean κ of the dry volume of a soluble mode, [cell]; 0 where the mode is empty. */
function meanKappa(
  result: M7Result,
  mode: (typeof solubleModes)[number],
  seaSaltKappa: number,
): Float64Array {
  const volume = new Float64Array(result.cells);
  const weighted = new Float64Array(result.cells);
  const add = (masses: Float64Array, perUnit: number, kappa: number): void => {
    masses.forEach((amount, cell) => {
      volume[cell]! += amount * perUnit;
      weighted[cell]! += amount * perUnit * kappa;
    });
  };
  const sulfate = molarMass.sulfate / avogadro.ham2 / density.sulfuricAcid;
  add(massOf(result, `SO4_${mode}`), sulfate, sulfateKappa);
  if (mode !== 'NS') {
    add(massOf(result, `BC_${mode}`), 1e-12 / density.blackCarbon, 0);
    add(massOf(result, `OC_${mode}`), 1e-12 / density.organicCarbon, organicKappa);
  }
  if (mode === 'AS' || mode === 'CS') {
    add(massOf(result, `SS_${mode}`), 1e-12 / density.seaSalt, seaSaltKappa);
    add(massOf(result, `DU_${mode}`), 1e-12 / density.dust, 0);
  }
  return weighted.map((sum, cell) => (volume[cell]! > 0 ? sum / volume[cell]! : 0));
}

/** Water of all modes together, [cell], kg m⁻³. */
export function totalWater(result: M7Result): Field<'kg m-3'> {
  const total = new Float64Array(result.cells);
  for (let mode = 0; mode < modeCount; mode++) {
    for (let cell = 0; cell < result.cells; cell++) total[cell]! += result.water[mode * result.cells + cell]!;
  }
  return total;
}

/** A view on the wet count median radii of a mode, [cell], cm. */
export function wetRadiusOf(result: M7Result, mode: Mode): Field<'cm'> {
  const row = modeIndex(mode);
  return result.wetRadius.subarray(row * result.cells, (row + 1) * result.cells);
}

/** A view on the dry count median radii of a mode, [cell], cm; those of insoluble modes are their wet ones. */
export function dryRadiusOf(result: M7Result, mode: Mode): Field<'cm'> {
  const row = modeIndex(mode);
  if (row >= solubleCount) return wetRadiusOf(result, mode);
  return result.dryRadius.subarray(row * result.cells, (row + 1) * result.cells);
}
