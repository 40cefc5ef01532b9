import { outputCount, outputIndex, outputNames } from '../data/columns.js';
import type { MeteorologyFields } from '../data/rows.js';
import { createCell, resetCell } from '../m7/cell.js';
import { sphere } from '../m7/constants.js';
import { meanMasses } from '../m7/meanMasses.js';
import {
  averageMassFactors,
  type Component,
  componentIndex,
  components,
  modeCount,
  solubleCount,
} from '../m7/modes.js';
import { storeCell } from '../m7/blocks.js';
import { createState, type M7Result, type M7State } from '../m7/state.js';
import { dryParticles } from '../m7/water/dry.js';

/** A block whose values are all sound. */
export interface CleanBlock {
  readonly state: M7State;
  readonly meteorology: MeteorologyFields;
  /** How many values were repaired. */
  readonly clamped: number;
}

/** Output column of each component that has one. */
const massColumns = outputNames.flatMap((name, column) => {
  const isMass = (components as readonly string[]).includes(name);
  return isMass ? [[componentIndex(name as Component), column] as const] : [];
});
const firstNumber = outputIndex('n_NS');
const firstWater = outputIndex('water_NS');
const firstGas = outputIndex('h2so4');

/**
 * Stores predicted values in a result. Sea salt has no column and is taken from the state before; radii and densities
 * follow from dry matter and water.
 *
 * @param values - [cell, 28]
 */
export function storeValues(values: Float64Array, { state }: CleanBlock, out: M7Result): void {
  const { cells } = state;
  const cell = createCell();
  const means = meanMasses('ham2');
  for (let index = 0; index < cells; index++) {
    const row = index * outputCount;
    resetCell(cell);
    for (let component = 0; component < components.length; component++) {
      cell.mass[component] = state.mass[component * cells + index]!;
    }
    for (const [component, column] of massColumns) cell.mass[component] = values[row + column]!;
    for (let mode = 0; mode < modeCount; mode++) cell.number[mode] = values[row + firstNumber + mode]!;
    cell.h2so4 = values[row + firstGas]!;
    means(cell);
    dryParticles(cell);
    for (let mode = 0; mode < solubleCount; mode++) wet(cell, mode, values[row + firstWater + mode]!);
    storeCell(cell, out, index);
  }
}

/** Adds water, kg m⁻³, to the particles of a soluble mode that are dry so far. */
function wet(cell: ReturnType<typeof createCell>, mode: number, water: number): void {
  const { number, dryRadius, wetRadius, density } = cell;
  cell.water[mode] = water;
  const dry = sphere * (dryRadius[mode]! * averageMassFactors[mode]!) ** 3;
  if (!(dry > 0 && water > 0 && number[mode]! > 0)) return;
  // 1 kg m⁻³ of air is 10⁻³ cm³ of water per cm³ of air.
  const liquid = (1e-3 * water) / number[mode]!;
  wetRadius[mode] = Math.cbrt((dry + liquid) / sphere) / averageMassFactors[mode]!;
  density[mode] = (dry * density[mode]! + liquid) / (dry + liquid);
}

/** Some cells of a block as a block of their own. */
export function copyCells({ state, meteorology }: CleanBlock, chosen: readonly number[]): CleanBlock {
  const part = createState(chosen.length);
  const pick = (from: Float64Array, to: Float64Array): void => {
    for (let at = 0; at < to.length; at++) {
      const row = Math.floor(at / chosen.length);
      to[at] = from[row * state.cells + chosen[at % chosen.length]!]!;
    }
  };
  pick(state.h2so4, part.h2so4);
  pick(state.mass, part.mass);
  pick(state.number, part.number);
  const air = Object.fromEntries(
    Object.entries(meteorology).map(([name, values]) => [
      name,
      Float64Array.from(chosen, (cell) => values[cell]!),
    ]),
  ) as unknown as MeteorologyFields;
  return { state: part, meteorology: air, clamped: 0 };
}

/** Stores the cells of {@link copyCells} after a step where they came from. */
export function storeCells(stepped: M7Result, chosen: readonly number[], out: M7Result): void {
  const put = (from: Float64Array, to: Float64Array): void => {
    for (let at = 0; at < from.length; at++) {
      const row = Math.floor(at / chosen.length);
      to[row * out.cells + chosen[at % chosen.length]!] = from[at]!;
    }
  };
  for (const field of ['h2so4', 'mass', 'number', 'wetRadius', 'dryRadius', 'density', 'water'] as const) {
    put(stepped[field], out[field]);
  }
}
