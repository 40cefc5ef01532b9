import { InvalidArgumentError } from '@pct/core';
import { type M7Cell, resetCell } from './cell.js';
import { type Meteorology, meteorologyRules, valueIn } from './meteorology.js';
import { componentCount, components, modeCount, modes, solubleCount } from './modes.js';
import type { M7Result, M7State } from './state.js';

/**
 * Copies one cell of a block into the workspace, with checks.
 *
 * @returns how many values were clamped
 */
export function loadCell(
  cell: M7Cell,
  state: M7State,
  meteorology: Meteorology,
  index: number,
  clamp: boolean,
): number {
  const { cells, mass, number } = state;
  let clamped = 0;
  for (let row = 0; row < componentCount; row++) {
    const value = mass[row * cells + index]!;
    if (value >= 0 && value < Infinity) cell.mass[row] = value;
    else {
      cell.mass[row] = clampState(`mass of ${components[row]!}`, value, index, clamp);
      clamped++;
    }
  }
  for (let row = 0; row < modeCount; row++) {
    const value = number[row * cells + index]!;
    if (value >= 0 && value < Infinity) cell.number[row] = value;
    else {
      cell.number[row] = clampState(`number of ${modes[row]!}`, value, index, clamp);
      clamped++;
    }
  }
  const gas = state.h2so4[index]!;
  if (gas >= 0 && gas < Infinity) cell.h2so4 = gas;
  else {
    cell.h2so4 = clampState('h2so4', gas, index, clamp);
    clamped++;
  }
  return clamped + loadMeteorology(cell, meteorology, index, clamp);
}

function clampState(field: string, value: number, index: number, clamp: boolean): number {
  if (clamp) return 0;
  throw new InvalidArgumentError(
    `step: ${field} in cell ${index} must be finite and at least 0, got ${value}; onInvalid: 'clamp' takes 0 instead`,
  );
}

function isFraction(value: number): boolean {
  return value >= 0 && value <= 1;
}

function loadMeteorology(cell: M7Cell, meteorology: Meteorology, index: number, clamp: boolean): number {
  const pressure = valueIn(meteorology.pressure, index, 1e5);
  const temperature = valueIn(meteorology.temperature, index, 273.15);
  const humidity = valueIn(meteorology.relativeHumidity, index, 0);
  const production = valueIn(meteorology.h2so4Production, index, 0);
  const cloud = valueIn(meteorology.cloudCover, index, 0);
  const forest = valueIn(meteorology.forestFraction, index, 0);
  const layer = valueIn(meteorology.boundaryLayer, index, 1);
  const ions = valueIn(meteorology.ionPairRate, index, 0);
  cell.pressure = pressure;
  cell.temperature = temperature;
  cell.relativeHumidity = humidity;
  cell.h2so4Production = production;
  cell.cloudCover = cloud;
  cell.forestFraction = forest;
  cell.boundaryLayer = layer;
  cell.ionPairRate = ions;
  const sound =
    pressure > 0 &&
    pressure < Infinity &&
    temperature > 0 &&
    temperature < Infinity &&
    isFraction(humidity) &&
    production >= 0 &&
    production < Infinity &&
    isFraction(cloud) &&
    isFraction(forest) &&
    isFraction(layer) &&
    ions >= 0 &&
    ions < Infinity;
  return sound ? 0 : repairMeteorology(cell, index, clamp);
}

function repairMeteorology(cell: M7Cell, index: number, clamp: boolean): number {
  let clamped = 0;
  for (const { name, min, max, expected, standard } of meteorologyRules) {
    const value = cell[name];
    if (value >= min && value <= max) continue;
    if (!clamp) {
      throw new InvalidArgumentError(
        `step: meteorology.${name} in cell ${index} must be finite and ${expected}, got ${value}; onInvalid: 'clamp' takes an allowed value instead`,
      );
    }
    // There is no nearest pressure or temperature above 0.
    const hasNearest = Number.isFinite(value) && min === 0;
    cell[name] = hasNearest ? Math.min(Math.max(value, min), max) : standard;
    clamped++;
  }
  return clamped;
}

/** Whether all numbers of a finished cell are finite, and no amount is negative. */
export function isSound(cell: M7Cell): boolean {
  const { mass, number, wetRadius, dryRadius, density, water } = cell;
  let sum = cell.h2so4;
  let least = sum;
  for (let row = 0; row < componentCount; row++) {
    const value = mass[row]!;
    sum += value;
    if (value < least) least = value;
  }
  for (let row = 0; row < modeCount; row++) {
    const value = number[row]!;
    sum += value + wetRadius[row]! + dryRadius[row]! + density[row]! + water[row]!;
    if (value < least) least = value;
  }
  return sum < Infinity && sum > -Infinity && least >= 0;
}

/** Copies a finished cell to a result. */
export function storeCell(cell: M7Cell, out: M7Result, index: number): void {
  const { cells } = out;
  for (let row = 0; row < componentCount; row++) out.mass[row * cells + index] = cell.mass[row]!;
  for (let row = 0; row < modeCount; row++) {
    const at = row * cells + index;
    out.number[at] = cell.number[row]!;
    out.wetRadius[at] = cell.wetRadius[row]!;
    out.density[at] = cell.density[row]!;
    out.water[at] = cell.water[row]!;
  }
  for (let row = 0; row < solubleCount; row++) out.dryRadius[row * cells + index] = cell.dryRadius[row]!;
  out.h2so4[index] = cell.h2so4;
}

/** Returns a cell as it came, without radii: for one whose arithmetic left the range of float64. */
export function storeUnchanged(
  cell: M7Cell,
  state: M7State,
  meteorology: Meteorology,
  out: M7Result,
  index: number,
  clamp: boolean,
): void {
  loadCell(cell, state, meteorology, index, clamp);
  resetCell(cell);
  storeCell(cell, out, index);
}
