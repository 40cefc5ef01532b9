import { inputCount, inputNames, stateOffset } from '../../data/columns.js';
import { moleculesPerMixingRatio } from '../../data/rows.js';
import { type Meteorology, meteorologyRules } from '../../m7/meteorology.js';
import { type Component, componentIndex, modeCount, SS_AS } from '../../m7/modes.js';
import type { M7State } from '../../m7/state.js';
import { saltCount } from '../particles.js';
import { blockLanes } from './emitRows.js';

/** Air in the order of the columns, with what it is where it is left out. */
const air = inputNames
  .slice(0, stateOffset)
  .map((name) => meteorologyRules.find((rule) => rule.name === name)!);
const production = inputNames.indexOf('h2so4Production');
const gas = stateOffset;
const firstMass = gas + 1;
const firstNumber = inputCount - modeCount;
/** Rows of the mass array that have columns: all but sea salt. */
const massRows = inputNames.slice(firstMass, firstNumber).map((name) => componentIndex(name as Component));

/**
 * What `inputRows` gives of some cells, as columns.
 *
 * @param first - the first cell
 * @param lanes - how many cells
 * @param columns - [32][lane], receives them
 */
export function fillColumns(
  state: M7State,
  meteorology: Meteorology,
  dt: number,
  first: number,
  lanes: number,
  columns: Float64Array,
): void {
  const { cells, h2so4, mass, number } = state;
  for (let column = 0; column < stateOffset; column++) {
    const { name, standard } = air[column]!;
    const values = meteorology[name] ?? standard;
    const place = column * blockLanes;
    if (typeof values === 'number') columns.fill(values, place, place + lanes);
    else copy(values, first, lanes, columns, place);
  }
  for (let lane = 0; lane < lanes; lane++) {
    const made = columns[production * blockLanes + lane]!;
    columns[gas * blockLanes + lane] = h2so4[first + lane]! + made * dt;
    const perRatio = moleculesPerMixingRatio(columns[lane]!, columns[blockLanes + lane]!);
    columns[production * blockLanes + lane] = made / perRatio;
  }
  for (let k = 0; k < massRows.length; k++) {
    copy(mass, massRows[k]! * cells + first, lanes, columns, (firstMass + k) * blockLanes);
  }
  for (let mode = 0; mode < modeCount; mode++) {
    copy(number, mode * cells + first, lanes, columns, (firstNumber + mode) * blockLanes);
  }
}

/**
 * Sea salt of AS and CS in some cells as columns.
 *
 * @param columns - [2][length], receives it
 */
export function fillSalt(
  { cells, mass }: M7State,
  first: number,
  count: number,
  columns: Float64Array,
  length: number,
): void {
  for (let k = 0; k < saltCount; k++) copy(mass, (SS_AS + k) * cells + first, count, columns, k * length);
}

/** Plain, as calls of `set` on parts this short cost more. */
function copy(from: Float64Array, first: number, count: number, to: Float64Array, place: number): void {
  for (let k = 0; k < count; k++) to[place + k] = from[first + k]!;
}
