import { outputIndex, outputNames } from '../data/columns.js';
import { loadCell } from '../m7/blocks.js';
import { createCell } from '../m7/cell.js';
import { type Meteorology, meteorologyRules } from '../m7/meteorology.js';
import { componentCount, components, modeCount, solubleCount } from '../m7/modes.js';
import { copyState, createState, type M7Result, type M7State } from '../m7/state.js';
import type { Particles } from './particles.js';

/** A block whose values are all sound. */
export interface CleanBlock {
  readonly state: M7State;
  readonly meteorology: Meteorology;
  /** How many values were repaired. */
  readonly clamped: number;
}

/**
 * A block with every value checked, or repaired.
 *
 * @param clamp - repair, rather than throw
 * @param copy - whether the state is to be a copy in any case
 * @throws {@link InvalidArgumentError} for the first value outside its range
 */
export function cleanBlock(
  state: M7State,
  meteorology: Meteorology,
  { clamp, copy }: { readonly clamp: boolean; readonly copy: boolean },
): CleanBlock {
  if (!isSound(state, meteorology)) return repairedBlock(state, meteorology, clamp);
  if (!copy) return { state, meteorology, clamped: 0 };
  const own = createState(state.cells);
  copyState(state, own);
  return { state: own, meteorology, clamped: 0 };
}

function isSound({ h2so4, mass, number }: M7State, meteorology: Meteorology): boolean {
  for (const amounts of [h2so4, mass, number]) {
    if (!isWithin(amounts, 0, Number.MAX_VALUE)) return false;
  }
  return meteorologyRules.every(({ name, min, max, standard }) => {
    const value = meteorology[name] ?? standard;
    return typeof value === 'number' ? value >= min && value <= max : isWithin(value, min, max);
  });
}

function isWithin(values: Float64Array, min: number, max: number): boolean {
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (!(value >= min && value <= max)) return false;
  }
  return true;
}

/** Copies of state and air, cell by cell. */
function repairedBlock(state: M7State, meteorology: Meteorology, clamp: boolean): CleanBlock {
  const { cells } = state;
  const cell = createCell();
  const clean = createState(cells);
  const air = Object.fromEntries(
    meteorologyRules.map(({ name }) => [name, new Float64Array(cells)]),
  ) as unknown as Record<keyof Meteorology, Float64Array>;
  let clamped = 0;
  for (let index = 0; index < cells; index++) {
    clamped += loadCell(cell, state, meteorology, index, clamp);
    clean.h2so4[index] = cell.h2so4;
    cell.mass.forEach((value, row) => (clean.mass[row * cells + index] = value));
    cell.number.forEach((value, row) => (clean.number[row * cells + index] = value));
    for (const { name } of meteorologyRules) air[name][index] = cell[name];
  }
  return { state: clean, meteorology: air, clamped };
}

/** Output column of each component; -1 for sea salt, which has none. */
const columnOfMass = Int8Array.from(components, (name) => (outputNames as readonly string[]).indexOf(name));
const firstNumber = outputIndex('n_NS');
const firstWater = outputIndex('water_NS');
const firstGas = outputIndex('h2so4');

/** Some cells of a block, whose numbers stand as [column][cell]. */
export interface PartOfBlock {
  /** The first cell, and how many. */
  readonly first: number;
  readonly count: number;
  /** Length of a column, at least `count`. */
  readonly length: number;
}

/** Predicted values and what follows from them, as [column][cell]. */
type Predicted = Particles<Float64Array> & { readonly values: Float64Array };

/**
 * Stores predicted values of some cells in a result, with their radii and densities. Sea salt has no column and stays as
 * it was.
 *
 * @param before - the state before the step, which may be `out`
 */
export function storePart(before: M7State, predicted: Predicted, part: PartOfBlock, out: M7Result): void {
  const { values, wetRadius, dryRadius, density } = predicted;
  const { cells } = out;
  const { first, count } = part;
  for (let component = 0; component < componentCount; component++) {
    const column = columnOfMass[component]!;
    const start = component * cells + first;
    if (column >= 0) storeColumn(values, column, part, out.mass, start);
    else if (before !== out) out.mass.set(before.mass.subarray(start, start + count), start);
  }
  storeColumn(values, firstGas, part, out.h2so4, first);
  for (let mode = 0; mode < modeCount; mode++) {
    const start = mode * cells + first;
    storeColumn(values, firstNumber + mode, part, out.number, start);
    storeColumn(wetRadius, mode, part, out.wetRadius, start);
    storeColumn(density, mode, part, out.density, start);
    if (mode < solubleCount) {
      storeColumn(values, firstWater + mode, part, out.water, start);
      storeColumn(dryRadius, mode, part, out.dryRadius, start);
    } else out.water.fill(0, start, start + count);
  }
}

function storeColumn(
  from: Float64Array,
  column: number,
  { count, length }: PartOfBlock,
  to: Float64Array,
  start: number,
): void {
  const place = column * length;
  for (let cell = 0; cell < count; cell++) to[start + cell] = from[place + cell]!;
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
    Object.entries(meteorology).map(([name, values]: [string, number | Float64Array | undefined]) => [
      name,
      values instanceof Float64Array ? Float64Array.from(chosen, (cell) => values[cell]!) : values,
    ]),
  ) as unknown as Meteorology;
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
