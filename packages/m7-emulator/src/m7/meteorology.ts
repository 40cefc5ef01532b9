import { InvalidArgumentError, ShapeError } from '@pct/core';
import type { PerCell } from './units.js';

/** The air around the aerosol: each entry one value for all cells, or a Float64Array with one per cell. */
export interface Meteorology {
  /** Pa, above 0 */
  readonly pressure: PerCell<'Pa'>;
  /** K, above 0 */
  readonly temperature: PerCell<'K'>;
  /** Relative humidity over water of the clear part of the cell, 0 to 1. */
  readonly relativeHumidity: PerCell<'relative humidity'>;
  /**
   * H2SO4 from chemistry, molecules cm⁻³ s⁻¹
   * @defaultValue `0`
   */
  readonly h2so4Production?: PerCell<'cm-3 s-1'> | undefined;
  /**
   * Cloud cover, 0 to 1; without effect in 'classic'.
   * @defaultValue `0`
   */
  readonly cloudCover?: PerCell<'cloud cover'> | undefined;
  /**
   * Forested fraction of the ground, 0 to 1; for organic nucleation in 'ham2'.
   * @defaultValue `0`
   */
  readonly forestFraction?: PerCell<'forest fraction'> | undefined;
  /**
   * 1 inside the boundary layer, 0 above; for organic nucleation in 'ham2'.
   * @defaultValue `1`
   */
  readonly boundaryLayer?: PerCell<'boundary layer'> | undefined;
  /**
   * Ion pairs from radiation, cm⁻³ s⁻¹: for nucleation schemes of your own, which see it in their cell; those here
   * do not depend on it.
   * @defaultValue `0`
   */
  readonly ionPairRate?: PerCell<'ion pairs cm-3 s-1'> | undefined;
}

/** What a meteorological quantity may be, and what it is if absent or, when clamping, not finite. */
interface Rule {
  readonly name: keyof Meteorology;
  readonly min: number;
  readonly max: number;
  readonly expected: string;
  readonly standard: number;
  readonly required: boolean;
}

const fraction = { min: 0, max: 1, expected: 'from 0 to 1', required: false } as const;

/** The rules of all entries. */
export const meteorologyRules: readonly Rule[] = [
  {
    name: 'pressure',
    min: Number.MIN_VALUE,
    max: Number.MAX_VALUE,
    expected: 'above 0 Pa',
    standard: 1e5,
    required: true,
  },
  {
    name: 'temperature',
    min: Number.MIN_VALUE,
    max: Number.MAX_VALUE,
    expected: 'above 0 K',
    standard: 273.15,
    required: true,
  },
  { ...fraction, name: 'relativeHumidity', standard: 0, required: true },
  {
    name: 'h2so4Production',
    min: 0,
    max: Number.MAX_VALUE,
    expected: 'at least 0',
    standard: 0,
    required: false,
  },
  { ...fraction, name: 'cloudCover', standard: 0 },
  { ...fraction, name: 'forestFraction', standard: 0 },
  { ...fraction, name: 'boundaryLayer', standard: 1 },
  {
    name: 'ionPairRate',
    min: 0,
    max: Number.MAX_VALUE,
    expected: 'at least 0',
    standard: 0,
    required: false,
  },
];

/** Checks types and sizes of the entries, not the values. */
export function checkMeteorology(functionName: string, meteorology: Meteorology, cells: number): void {
  for (const { name, required } of meteorologyRules) {
    const value = meteorology[name];
    if (value === undefined && !required) continue;
    if (typeof value === 'number') continue;
    if (!(value instanceof Float64Array)) {
      throw new InvalidArgumentError(
        `${functionName}: meteorology.${name} must be a number or a Float64Array, got ${
          value === undefined ? 'nothing' : typeof value
        }`,
      );
    }
    if (value.length !== cells) {
      throw new ShapeError(
        `${functionName}: meteorology.${name} must have one value for each of ${cells} cells, got ${value.length}`,
      );
    }
  }
}

/** The value of an entry in a cell. */
export function valueIn(entry: PerCell<string> | undefined, cell: number, standard: number): number {
  if (entry === undefined) return standard;
  return typeof entry === 'number' ? entry : entry[cell]!;
}
