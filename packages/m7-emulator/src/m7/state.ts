import { checkFinite, checkInteger, InvalidArgumentError, ShapeError } from '@pct/core';
import {
  type Component,
  componentCount,
  componentIndex,
  components,
  type Mode,
  modeCount,
  modeIndex,
  modes,
  type ModeOf,
  solubleCount,
  type Species,
  species,
} from './modes.js';
import type { Field, Quantity } from './units.js';

/** Aerosol and gas of a block of cells, as a structure of arrays: one row per component or mode. */
export interface M7State {
  /** Number of cells. */
  readonly cells: number;
  /** [cell] H2SO4 gas, molecules cm⁻³ */
  readonly h2so4: Field<'cm-3'>;
  /** [component, cell] molecules cm⁻³ (SO4) or µg m⁻³ (BC, OC, SS, DU); rows in the order of `components` */
  readonly mass: Float64Array;
  /** [mode, cell] particles, cm⁻³; rows in the order of `modes` */
  readonly number: Float64Array;
}

/** A state after a step, with what M7 tells about its particles. */
export interface M7Result extends M7State {
  /** [mode, cell] count median radius of the wet particles, cm */
  readonly wetRadius: Field<'cm'>;
  /** [soluble mode, cell] count median radius of the dry particles, cm; NS, KS, AS, CS */
  readonly dryRadius: Field<'cm'>;
  /** [mode, cell] density of the wet particles, g cm⁻³ */
  readonly density: Field<'g cm-3'>;
  /** [mode, cell] aerosol water, kg m⁻³ */
  readonly water: Field<'kg m-3'>;
  /** How many values of the last step were clamped; always 0 unless `onInvalid` is 'clamp'. */
  clamped: number;
  /** How many cells of the last step left the range of float64, and were returned as they came. */
  unresolved: number;
}

/** One cell in words: what is left out is 0. */
export type CellValues = {
  readonly h2so4?: Quantity<'cm-3'> | undefined;
  /** cm⁻³ */
  readonly number?: { readonly [M in Mode]?: Quantity<'cm-3'> | undefined } | undefined;
} & {
  /** molecules cm⁻³ for SO4, µg m⁻³ for the others */
  readonly [S in Species]?: { readonly [M in ModeOf<S>]?: number | undefined } | undefined;
};

/** Zeros for so many cells. */
export function createState(cells: number): M7State {
  checkInteger('createState', 'cells', cells, { min: 0 });
  return {
    cells,
    h2so4: new Float64Array(cells),
    mass: new Float64Array(componentCount * cells),
    number: new Float64Array(modeCount * cells),
  };
}

/** Zeros for the result of a step over so many cells, to be reused as `out`. */
export function createResult(cells: number): M7Result {
  checkInteger('createResult', 'cells', cells, { min: 0 });
  return {
    ...createState(cells),
    wetRadius: new Float64Array(modeCount * cells),
    dryRadius: new Float64Array(solubleCount * cells),
    density: new Float64Array(modeCount * cells),
    water: new Float64Array(modeCount * cells),
    clamped: 0,
    unresolved: 0,
  };
}

/**
 * A state from cells in words.
 *
 * @throws {@link InvalidArgumentError} for names that M7 does not have, and numbers that are not finite
 * @example
 * ```ts
 * stateFromCells([{ h2so4: 1e6, SO4: { KS: 4e8 }, BC: { KI: 0.1 }, number: { KS: 900, KI: 300 } }]);
 * ```
 */
export function stateFromCells(cells: readonly CellValues[]): M7State {
  const state = createState(cells.length);
  cells.forEach((values, cell) => {
    for (const [group, entries] of Object.entries(values)) {
      if (entries === undefined) continue;
      if (group === 'h2so4') {
        state.h2so4[cell] = checkFinite('stateFromCells', `h2so4 of cell ${cell}`, entries);
        continue;
      }
      if (group !== 'number' && !species.includes(group as Species)) {
        throw new InvalidArgumentError(
          `stateFromCells: cell ${cell} has ${group}; expected h2so4, number, ${species.join(', ')}`,
        );
      }
      if (typeof entries !== 'object') {
        throw new InvalidArgumentError(
          `stateFromCells: ${group} of cell ${cell} must have one entry per mode, such as { AS: 1 }, got ${typeof entries}`,
        );
      }
      for (const [mode, value] of Object.entries(entries as Record<string, unknown>)) {
        if (value === undefined) continue;
        const [rows, row] =
          group === 'number'
            ? [state.number, modes.indexOf(mode as Mode)]
            : [state.mass, components.indexOf(`${group}_${mode}` as Component)];
        if (row < 0) {
          throw new InvalidArgumentError(
            `stateFromCells: cell ${cell} has ${group}.${mode}; M7 has number and ${species.join(', ')} in the modes of ${components.join(', ')}`,
          );
        }
        rows[row * state.cells + cell] = checkFinite(
          'stateFromCells',
          `${group}.${mode} of cell ${cell}`,
          value,
        );
      }
    }
  });
  return state;
}

/** A view on the masses of one component, [cell]: writing to it changes the state. */
export function massOf(state: M7State, component: Component): Float64Array {
  const row = componentIndex(component);
  return state.mass.subarray(row * state.cells, (row + 1) * state.cells);
}

/** A view on the numbers of one mode, [cell], cm⁻³: writing to it changes the state. */
export function numberOf(state: M7State, mode: Mode): Field<'cm-3'> {
  const row = modeIndex(mode);
  return state.number.subarray(row * state.cells, (row + 1) * state.cells);
}

/**
 * Total of a species in each cell, [cell], in the unit of its components; of SO4 with the gas.
 *
 * @returns a new array
 */
export function totalOf(state: M7State, name: Species): Float64Array {
  const total = name === 'SO4' ? Float64Array.from(state.h2so4) : new Float64Array(state.cells);
  components.forEach((component, row) => {
    if (!component.startsWith(name)) return;
    for (let cell = 0; cell < state.cells; cell++) total[cell]! += state.mass[row * state.cells + cell]!;
  });
  return total;
}

/** Copies a state into another of the same size. */
export function copyState(from: M7State, to: M7State): void {
  checkState('copyState', 'to', to, from.cells);
  to.h2so4.set(from.h2so4);
  to.mass.set(from.mass);
  to.number.set(from.number);
}

/** Checks the sizes of a state's arrays, not their values. */
export function checkState(functionName: string, name: string, state: M7State, cells: number): void {
  checkRows(functionName, name, 'h2so4', state.h2so4, 1, cells);
  checkRows(functionName, name, 'mass', state.mass, componentCount, cells);
  checkRows(functionName, name, 'number', state.number, modeCount, cells);
}

/** Checks the sizes of a result's arrays, not their values. */
export function checkResult(functionName: string, name: string, result: M7Result, cells: number): void {
  checkState(functionName, name, result, cells);
  checkRows(functionName, name, 'wetRadius', result.wetRadius, modeCount, cells);
  checkRows(functionName, name, 'dryRadius', result.dryRadius, solubleCount, cells);
  checkRows(functionName, name, 'density', result.density, modeCount, cells);
  checkRows(functionName, name, 'water', result.water, modeCount, cells);
}

function checkRows(
  functionName: string,
  name: string,
  field: keyof M7Result,
  array: Float64Array,
  rows: number,
  cells: number,
): void {
  if (array instanceof Float64Array && array.length === rows * cells) return;
  throw new ShapeError(
    `${functionName}: ${name}.${field} must be a Float64Array of ${rows} x ${cells} numbers, got ${
      (array as unknown) instanceof Float64Array ? `${array.length} numbers` : typeof array
    }`,
  );
}
