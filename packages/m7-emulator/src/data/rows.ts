import { checkPositive, describeValue, ShapeError } from '@pct/core';
import { avogadro, molarMass } from '../m7/constants.js';
import { checkMeteorology, type Meteorology, meteorologyRules, valueIn } from '../m7/meteorology.js';
import { componentIndex, modeCount, solubleCount } from '../m7/modes.js';
import { checkState, createState, type M7Result, type M7State } from '../m7/state.js';
import type { Quantity } from '../m7/units.js';
import { inputCount, inputNames, outputCount, stateOffset } from './columns.js';

/** Options of {@link inputRows} and {@link stateOfRows}. */
export interface RowOptions {
  /**
   * Length of the step that the rows are for, s.
   * @defaultValue `450`
   */
  readonly dt?: Quantity<'s'> | undefined;
}

/** Air with one value per cell for every quantity. */
export type MeteorologyFields = {
  readonly [Name in keyof Meteorology]-?: Extract<NonNullable<Meteorology[Name]>, Float64Array>;
};

/** A block of M7, taken from rows. */
export interface BlockOfRows {
  readonly state: M7State;
  readonly meteorology: MeteorologyFields;
}

/** Inputs before the state: the meteorology, whose names are those of {@link Meteorology}. */
const airNames = inputNames.slice(0, stateOffset) as readonly (keyof Meteorology)[];
const productionColumn = 7;
const gasColumn = stateOffset;
/** Rows of the mass array that have columns: all but sea salt. */
const massRows = inputNames
  .slice(gasColumn + 1, inputCount - modeCount)
  .map((name) => componentIndex(name as Parameters<typeof componentIndex>[0]));
const firstMass = gasColumn + 1;
const firstNumber = firstMass + massRows.length;

const standards = Object.fromEntries(
  meteorologyRules.map(({ name, standard }) => [name, standard]),
) as Record<keyof Meteorology, number>;

/** Gas constant of dry air, J kg⁻¹ K⁻¹. */
const dryAir = 287.05;

/**
 * Molecules cm⁻³ s⁻¹ of H2SO4 that a tendency of 1 kg kg⁻¹ s⁻¹ stands for.
 *
 * @param pressure - Pa
 * @param temperature - K
 */
export function moleculesPerMixingRatio(pressure: number, temperature: number): number {
  const airDensity = pressure / (dryAir * temperature);
  return (airDensity * avogadro.ham2 * 1e-3) / molarMass.sulfuricAcid;
}

/**
 * Rows of an `X` file from a block of M7.
 *
 * The gas column holds what there is to be shared out in the step, the gas and what chemistry makes of it in `dt`, so
 * that the SO4 of a row and of its outputs are the same, as in the published data. Sea salt has no column and is left
 * out.
 *
 * @param state - {@link M7State} before the step
 * @param meteorology - the air of the step
 * @param options - {@link RowOptions}
 * @returns [cell, 32], a new array in the order of `inputNames`
 * @throws {@link ShapeError} for arrays of another size · {@link InvalidArgumentError} for `dt` ≤ 0
 */
export function inputRows(
  state: M7State,
  meteorology: Meteorology,
  { dt = 450 }: RowOptions = {},
): Float64Array {
  const { cells } = state;
  checkPositive('inputRows', 'dt', dt);
  checkState('inputRows', 'state', state, cells);
  checkMeteorology('inputRows', meteorology, cells);
  const rows = new Float64Array(cells * inputCount);
  for (let cell = 0; cell < cells; cell++) {
    const row = cell * inputCount;
    for (let column = 0; column < stateOffset; column++) {
      const name = airNames[column]!;
      rows[row + column] = valueIn(meteorology[name], cell, standards[name]);
    }
    const production = rows[row + productionColumn]!;
    rows[row + productionColumn] = production / moleculesPerMixingRatio(rows[row]!, rows[row + 1]!);
    rows[row + gasColumn] = state.h2so4[cell]! + production * dt;
    storeAmounts(state, cell, rows, row + firstMass);
  }
  return rows;
}

/**
 * The block of M7 that rows of an `X` file describe, so that the box model can step what a network was asked for.
 *
 * Values are taken as they are: published rows have some negative ones, which `createM7({ onInvalid: 'clamp' })`
 * accepts. Production that exceeds what the gas column holds is cut to it.
 *
 * @param rows - [row, 32] in the order of `inputNames`
 * @param options - {@link RowOptions}
 * @returns new arrays
 * @throws {@link ShapeError} if the length is no multiple of 32 · {@link InvalidArgumentError} for `dt` ≤ 0
 */
export function stateOfRows(rows: Float64Array | Float32Array, { dt = 450 }: RowOptions = {}): BlockOfRows {
  checkPositive('stateOfRows', 'dt', dt);
  const cells = countRows('stateOfRows', 'rows', rows, inputCount);
  const state = createState(cells);
  const meteorology = Object.fromEntries(
    airNames.map((name) => [name, new Float64Array(cells)]),
  ) as unknown as MeteorologyFields;
  for (let cell = 0; cell < cells; cell++) {
    const row = cell * inputCount;
    for (let column = 0; column < stateOffset; column++) {
      meteorology[airNames[column]!][cell] = rows[row + column]!;
    }
    const gas = rows[row + gasColumn]!;
    const wanted = rows[row + productionColumn]! * moleculesPerMixingRatio(rows[row]!, rows[row + 1]!);
    const production = Math.max(0, Math.min(wanted, gas / dt));
    meteorology.h2so4Production[cell] = production;
    state.h2so4[cell] = gas < 0 ? gas : Math.max(0, gas - production * dt);
    massRows.forEach((component, k) => (state.mass[component * cells + cell] = rows[row + firstMass + k]!));
    for (let mode = 0; mode < modeCount; mode++) {
      state.number[mode * cells + cell] = rows[row + firstNumber + mode]!;
    }
  }
  return { state, meteorology };
}

/**
 * Rows of a `y` file from the result of a step: values after it, not changes.
 *
 * @returns [cell, 28], a new array in the order of `outputNames`
 */
export function outputRows(result: M7Result): Float64Array {
  const { cells } = result;
  checkState('outputRows', 'result', result, cells);
  const rows = new Float64Array(cells * outputCount);
  const firstWater = 1 + massRows.length + modeCount;
  for (let cell = 0; cell < cells; cell++) {
    const row = cell * outputCount;
    rows[row] = result.h2so4[cell]!;
    storeAmounts(result, cell, rows, row + 1);
    for (let mode = 0; mode < solubleCount; mode++) {
      rows[row + firstWater + mode] = result.water[mode * cells + cell]!;
    }
  }
  return rows;
}

/** Copies masses and numbers of a cell into a row, from `at` on. */
function storeAmounts({ mass, number, cells }: M7State, cell: number, rows: Float64Array, at: number): void {
  const masses = massRows.length;
  for (let k = 0; k < masses; k++) rows[at + k] = mass[massRows[k]! * cells + cell]!;
  for (let mode = 0; mode < modeCount; mode++) rows[at + masses + mode] = number[mode * cells + cell]!;
}

/** How many rows an array has; throws {@link ShapeError} unless they are whole. */
export function countRows(
  functionName: string,
  name: string,
  rows: Float64Array | Float32Array,
  columns: number,
): number {
  const sound = (rows instanceof Float64Array || rows instanceof Float32Array) && rows.length % columns === 0;
  if (!sound) {
    throw new ShapeError(
      `${functionName}: ${name} must be a Float64Array or Float32Array of ${columns} numbers per row, got ${describeValue(rows)}`,
    );
  }
  return rows.length / columns;
}
