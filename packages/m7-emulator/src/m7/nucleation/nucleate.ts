import type { CellProcess, M7Cell } from '../cell.js';
import { tiny, type Variant } from '../constants.js';
import type { Quantity } from '../units.js';
import { NS } from '../modes.js';
import { kulmala } from './kulmala.js';
import { vehkamaki, vehkamakiInRange } from './vehkamaki.js';

/** Nucleation of H2SO4 and water. */
export type Nucleation = 'vehkamaki' | 'kulmala' | 'none';

/** Nucleation of H2SO4 with organics. */
export type OrganicNucleation = 'none' | 'activation' | 'kinetic';

/**
 * Writes the rate of new particles in cm⁻³ s⁻¹ and the molecules of H2SO4 in each to `out`, for `gas` molecules
 * cm⁻³ of H2SO4, a temperature in K and a relative humidity. The cell is there for what else may matter, such as
 * its `ionPairRate` and `sink`, and is not to be changed.
 */
export type NucleationScheme = (
  gas: Quantity<'molecules cm-3'>,
  temperature: Quantity<'K'>,
  humidity: Quantity<'relative humidity'>,
  out: Float64Array,
  cell: Readonly<M7Cell>,
) => void;

/** Options of {@link nucleation}. */
export interface NucleationOptions {
  /**
   * @defaultValue `'vehkamaki'`
   */
  readonly scheme?: Nucleation | NucleationScheme | undefined;
  /**
   * 'activation': J = 10⁻⁶ s⁻¹ · gas, one molecule each; 'kinetic': J = 3.86·10⁻¹³ cm³ s⁻¹ · gas², two each. In
   * 'ham2' inside the boundary layer only and times the forest fraction, in 'classic' everywhere.
   * @defaultValue `'none'`
   */
  readonly organic?: OrganicNucleation | undefined;
}

function none(_gas: number, _temperature: number, _humidity: number, out: Float64Array): void {
  out[0] = 0;
  out[1] = 0;
}

function schemeOf(variant: Variant, scheme: Nucleation | NucleationScheme): NucleationScheme {
  if (typeof scheme === 'function') return scheme;
  if (scheme === 'none') return none;
  if (scheme === 'kulmala') return kulmala;
  return variant === 'ham2' ? vehkamaki : vehkamakiInRange;
}

const molecules: Readonly<Record<OrganicNucleation, number>> = { none: 0, activation: 1, kinetic: 2 };

/** Rate of new particles with organics in cm⁻³ s⁻¹, before forests and boundary layer. */
function organicRate(organic: OrganicNucleation, gas: number): number {
  if (organic === 'none') return 0;
  return organic === 'activation' ? 1e-6 * gas : 3.86e-13 * gas * gas;
}

/**
 * New particles: takes their H2SO4 from the gas, and leaves number and mass to coagulation, which adds them to
 * NS.
 *
 * 'ham2': implicit in the gas, against the condensation that goes on, in the clear part of the cell.
 * 'classic': rate times step, at most all gas.
 *
 * @see Stier et al. 2005, section 2.2.1; Kazil et al. 2010, doi:10.5194/acp-10-10733-2010
 */
export function nucleation(
  variant: Variant,
  { scheme = 'vehkamaki', organic = 'none' }: NucleationOptions = {},
): CellProcess {
  const rateOf = schemeOf(variant, scheme);
  return variant === 'ham2'
    ? (cell) => nucleateImplicitly(cell, rateOf, organic)
    : (cell) => nucleateExplicitly(cell, rateOf, organic);
}

function nucleateImplicitly(cell: M7Cell, rateOf: NucleationScheme, organic: OrganicNucleation): void {
  const cloud = Math.min(Math.max(cell.cloudCover, 0), 1);
  if (cloud >= 1) return;
  const clear = 1 - cloud;
  const gas = cell.h2so4 / clear;
  const { nucleation: binary } = cell;
  rateOf(gas, cell.temperature, cell.relativeHumidity, binary, cell);
  const rate = binary[0]!;
  const withOrganics =
    cell.boundaryLayer > 0 ? organicRate(organic, gas) * Math.max(cell.forestFraction, 0) : 0;
  const both = rate + withOrganics;
  const loss = binary[1]! * rate + molecules[organic] * withOrganics;
  if (!(both > tiny && loss > 0)) return;
  const used = Math.min((cell.dt * loss) / (1 + cell.dt * cell.sink), gas) * clear;
  cell.nucleatedMass = used;
  cell.nucleatedNumber = used * (both / loss);
  cell.h2so4 = Math.max(cell.h2so4 - used, 0);
}

function nucleateExplicitly(cell: M7Cell, rateOf: NucleationScheme, organic: OrganicNucleation): void {
  const { nucleation: binary, h2so4: gas } = cell;
  rateOf(gas, cell.temperature, cell.relativeHumidity, binary, cell);
  const rate = binary[0]!;
  let withOrganics = organicRate(organic, gas);
  withOrganics = withOrganics < 1e-7 ? 0 : Math.min(withOrganics, 1e10);
  const loss = binary[1]! * rate + molecules[organic] * withOrganics;
  if (!(loss > 0)) return;
  const used = Math.min(loss * cell.dt, gas);
  const created = used * ((rate + withOrganics) / loss);
  // To the original M7 a mode with fewer particles than this is empty.
  if (created + cell.number[NS]! < 1e-10) return;
  cell.nucleatedMass = used;
  cell.nucleatedNumber = created;
  cell.h2so4 = gas - used;
}
