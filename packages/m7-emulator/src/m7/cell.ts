import { componentCount, modeCount } from './modes.js';

/**
 * One grid cell while it is stepped: what every process reads and writes. CGS units and per cm³ of air, masses
 * in molecules (SO4) or µg m⁻³ (the rest), as in M7. Arrays are indexed by mode or by component.
 */
export interface M7Cell {
  /** Pa */
  pressure: number;
  /** K */
  temperature: number;
  /** 0 to 1 */
  relativeHumidity: number;
  /** cm⁻³ s⁻¹ */
  ionPairRate: number;
  /** 0 to 1 */
  cloudCover: number;
  /** 0 to 1 */
  forestFraction: number;
  /** 1 inside the boundary layer, 0 above it */
  boundaryLayer: number;
  /** molecules cm⁻³ s⁻¹ */
  h2so4Production: number;
  /** Length of the step in s. */
  dt: number;
  /** H2SO4 gas, molecules cm⁻³ */
  h2so4: number;
  /** [component] molecules cm⁻³ (SO4), µg m⁻³ (others) */
  readonly mass: Float64Array;
  /** [mode] cm⁻³ */
  readonly number: Float64Array;

  /** [component] molecules (SO4) or g (others) per particle, of the last call of `meanMasses` */
  readonly perParticle: Float64Array;
  /** [mode] 1 where mass or number changed between the last two calls of `meanMasses` */
  readonly changed: Uint8Array;
  /** [mode] count median radius of the wet particles, cm */
  readonly wetRadius: Float64Array;
  /** [mode] count median radius of the dry particles, cm; soluble modes only */
  readonly dryRadius: Float64Array;
  /** [mode] g cm⁻³ */
  readonly density: Float64Array;
  /** [mode] aerosol water, kg m⁻³ */
  readonly water: Float64Array;

  /** [mode] condensation coefficient, s⁻¹ */
  readonly sinks: Float64Array;
  /** Sum of `sinks`, s⁻¹ */
  sink: number;
  /** [mode] H2SO4 condensed on insoluble modes in this step and not yet given to a component, molecules cm⁻³ */
  readonly condensed: Float64Array;
  /** SO4 of new particles in this step, molecules cm⁻³; already taken from the gas */
  nucleatedMass: number;
  /** New particles of this step, cm⁻³ */
  nucleatedNumber: number;

  /** [mode, mode] coagulation kernel, cm³ s⁻¹; rows and columns in the order of the modes, upper triangle */
  readonly kernel: Float64Array;
  /** [mode] particles that coagulated with another mode in this step, cm⁻³ */
  readonly lostToOthers: Float64Array;
  /** [mode] particles that coagulated inside their mode in this step, cm⁻³ */
  readonly lostWithin: Float64Array;
  /** [mode, mode] share of each partner in `lostToOthers`; says nothing where that is 0 */
  readonly shares: Float64Array;
  /** [mode] SO4 molecules per particle during coagulation */
  readonly sulfatePerParticle: Float64Array;
  /** [component] what coagulation and ageing bring to a component at the end of the step */
  readonly gains: Float64Array;
  /** [mode] what ageing brings at the end of the step, cm⁻³ */
  readonly numberGains: Float64Array;

  /** [25] masses and numbers that `meanMasses` saw last */
  readonly seen: Float64Array;
  /** For constants of a water uptake that depend on the meteorology only; `meteorologyKnown` says if valid. */
  readonly waterScratch: Float64Array;
  meteorologyKnown: boolean;
  /** [2] result of a nucleation scheme: new particles cm⁻³ s⁻¹, and molecules of H2SO4 in each */
  readonly nucleation: Float64Array;
}

/** A process of M7: changes a cell by one step of `cell.dt`. */
export type CellProcess = (cell: M7Cell) => void;

/** An empty cell at 1000 hPa and 273.15 K. */
export function createCell(): M7Cell {
  return {
    pressure: 1e5,
    temperature: 273.15,
    relativeHumidity: 0,
    ionPairRate: 0,
    cloudCover: 0,
    forestFraction: 0,
    boundaryLayer: 1,
    h2so4Production: 0,
    dt: 450,
    h2so4: 0,
    mass: new Float64Array(componentCount),
    number: new Float64Array(modeCount),
    perParticle: new Float64Array(componentCount),
    changed: new Uint8Array(modeCount).fill(1),
    wetRadius: new Float64Array(modeCount),
    dryRadius: new Float64Array(modeCount),
    density: new Float64Array(modeCount),
    water: new Float64Array(modeCount),
    sinks: new Float64Array(modeCount),
    sink: 0,
    condensed: new Float64Array(modeCount),
    nucleatedMass: 0,
    nucleatedNumber: 0,
    kernel: new Float64Array(modeCount * modeCount),
    lostToOthers: new Float64Array(modeCount),
    lostWithin: new Float64Array(modeCount),
    shares: new Float64Array(modeCount * modeCount),
    sulfatePerParticle: new Float64Array(modeCount),
    gains: new Float64Array(componentCount),
    numberGains: new Float64Array(modeCount),
    seen: new Float64Array(componentCount + modeCount).fill(-1),
    waterScratch: new Float64Array(16),
    meteorologyKnown: false,
    nucleation: new Float64Array(2),
  };
}

/**
 * Forgets everything but meteorology, gas, masses and numbers: to be called at the start of a step. Kernel and
 * shares stay until coagulation writes them.
 */
export function resetCell(cell: M7Cell): void {
  const { perParticle, gains, seen } = cell;
  const { wetRadius, dryRadius, density, water, sinks, condensed } = cell;
  const { lostToOthers, lostWithin, sulfatePerParticle, numberGains } = cell;
  // Plain loops: calls of fill() on arrays this short cost more.
  for (let component = 0; component < componentCount; component++) {
    perParticle[component] = 0;
    gains[component] = 0;
  }
  for (let mode = 0; mode < modeCount; mode++) {
    wetRadius[mode] = 0;
    dryRadius[mode] = 0;
    density[mode] = 0;
    water[mode] = 0;
    sinks[mode] = 0;
    condensed[mode] = 0;
    lostToOthers[mode] = 0;
    lostWithin[mode] = 0;
    sulfatePerParticle[mode] = 0;
    numberGains[mode] = 0;
  }
  for (let entry = 0; entry < seen.length; entry++) seen[entry] = -1;
  cell.sink = 0;
  cell.nucleatedMass = 0;
  cell.nucleatedNumber = 0;
  cell.meteorologyKnown = false;
}
