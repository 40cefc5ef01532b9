import type { Mode, Species } from '../m7/modes.js';

/**
 * The 32 inputs of the published training data, in the order of the columns of its `X` files.
 *
 * Sea salt is not among them: the final data set dropped it.
 *
 * @see Harder et al. 2022, Environmental Data Science 1:e20, and its data set, doi:10.5281/zenodo.6583397
 */
export const inputNames = [
  'pressure',
  'temperature',
  'relativeHumidity',
  'ionPairRate',
  'cloudCover',
  'boundaryLayer',
  'forestFraction',
  'h2so4Production',
  'h2so4',
  'SO4_NS',
  'SO4_KS',
  'SO4_AS',
  'SO4_CS',
  'BC_KS',
  'BC_AS',
  'BC_CS',
  'BC_KI',
  'OC_KS',
  'OC_AS',
  'OC_CS',
  'OC_KI',
  'DU_AS',
  'DU_CS',
  'DU_AI',
  'DU_CI',
  'n_NS',
  'n_KS',
  'n_AS',
  'n_CS',
  'n_KI',
  'n_AI',
  'n_CI',
] as const;

/** Name of an input column, such as `SO4_NS` or `temperature`. */
export type InputName = (typeof inputNames)[number];

/**
 * The 28 outputs, in the order of the columns of the `y` files: 24 new values of inputs 8 to 31, and the aerosol
 * water of the four soluble modes.
 */
export const outputNames = [
  'h2so4',
  'SO4_NS',
  'SO4_KS',
  'SO4_AS',
  'SO4_CS',
  'BC_KS',
  'BC_AS',
  'BC_CS',
  'BC_KI',
  'OC_KS',
  'OC_AS',
  'OC_CS',
  'OC_KI',
  'DU_AS',
  'DU_CS',
  'DU_AI',
  'DU_CI',
  'n_NS',
  'n_KS',
  'n_AS',
  'n_CS',
  'n_KI',
  'n_AI',
  'n_CI',
  'water_NS',
  'water_KS',
  'water_AS',
  'water_CS',
] as const;

/** Name of an output column, such as `SO4_NS` or `water_AS`. */
export type OutputName = (typeof outputNames)[number];

/** Columns of an `X` file. */
export const inputCount = 32;
/** Columns of a `y` file. */
export const outputCount = 28;
/** How many outputs have an input they are the new value of: the first ones. */
export const stateCount = 24;
/** Output i < 24 is the new value of input i + 8. */
export const stateOffset = 8;

/** Species whose mass the microphysics keeps, and which have columns. */
export const conservedSpecies = ['SO4', 'BC', 'OC', 'DU'] as const satisfies readonly Species[];

/** One of {@link conservedSpecies}. */
export type ConservedSpecies = (typeof conservedSpecies)[number];

/**
 * Output columns whose changes add up to 0, by species; add {@link stateOffset} for the input columns. The gas
 * belongs to SO4.
 */
export const massGroups: Readonly<Record<ConservedSpecies, readonly number[]>> = {
  SO4: [0, 1, 2, 3, 4],
  BC: [5, 6, 7, 8],
  OC: [9, 10, 11, 12],
  DU: [13, 14, 15, 16],
};

/** What an input is. */
export type InputKind = 'meteorology' | 'gas' | 'mass' | 'number';

/** One column of an `X` file. */
export interface InputColumn {
  readonly name: InputName;
  /** Column, from 0. */
  readonly index: number;
  readonly unit: string;
  readonly kind: InputKind;
}

/** One column of a `y` file. */
export interface OutputColumn {
  readonly name: OutputName;
  /** Column, from 0. */
  readonly index: number;
  readonly unit: string;
  readonly kind: 'gas' | 'mass' | 'number' | 'water';
  /**
   * What a network learns: the change over the step (new value minus input), or the value itself. The files hold
   * values in both cases.
   */
  readonly target: 'tendency' | 'value';
  /** Sign that the target can have: -1 never above 0, 1 never below 0, 0 either. */
  readonly sign: -1 | 0 | 1;
  /** Input column that it is the new value of; none for water. */
  readonly input: number | undefined;
  /** The group of {@link massGroups} it belongs to; none for numbers and water. */
  readonly species: ConservedSpecies | undefined;
}

const meteorologyUnits: Readonly<Partial<Record<InputName, string>>> = {
  pressure: 'Pa',
  temperature: 'K',
  relativeHumidity: '1',
  ionPairRate: 'cm-3 s-1',
  cloudCover: '1',
  boundaryLayer: '1',
  forestFraction: '1',
  h2so4Production: 'kg kg-1 s-1',
};

function kindOf(name: InputName | OutputName): InputKind | 'water' {
  if (name === 'h2so4') return 'gas';
  if (name.startsWith('n_')) return 'number';
  if (name.startsWith('water_')) return 'water';
  return speciesOf(name) === undefined ? 'meteorology' : 'mass';
}

function speciesOf(name: InputName | OutputName): ConservedSpecies | undefined {
  return name === 'h2so4' ? 'SO4' : conservedSpecies.find((species) => name.startsWith(`${species}_`));
}

function unitOf(name: InputName | OutputName): string {
  if (name.startsWith('n_')) return 'cm-3';
  if (name.startsWith('water_')) return 'kg m-3';
  if (speciesOf(name) === 'SO4') return 'molecules cm-3';
  return meteorologyUnits[name as InputName] ?? 'ug m-3';
}

/**
 * What M7 allows: gas and insoluble modes only lose, the largest soluble mode of each species (and its number) only
 * gains, the modes between them do either.
 */
function signOf(name: OutputName): -1 | 0 | 1 {
  if (name === 'h2so4') return -1;
  if (name.startsWith('water_')) return 1;
  const mode = name.slice(-2) as Mode;
  if (mode.endsWith('I')) return -1;
  return mode === 'CS' ? 1 : 0;
}

/** Name, unit and kind of each input. */
export const pairInputs: readonly InputColumn[] = inputNames.map((name, index) => ({
  name,
  index,
  unit: unitOf(name),
  kind: kindOf(name) as InputKind,
}));

/** Name, unit, kind, target and sign of each output. */
export const pairOutputs: readonly OutputColumn[] = outputNames.map((name, index) => ({
  name,
  index,
  unit: unitOf(name),
  kind: kindOf(name) as OutputColumn['kind'],
  target: index < stateCount ? 'tendency' : 'value',
  sign: signOf(name),
  input: index < stateCount ? index + stateOffset : undefined,
  species: speciesOf(name),
}));

/**
 * Column of an input; a name that does not exist does not compile.
 *
 * @example
 * ```ts
 * inputIndex('SO4_NS'); // 9
 * ```
 */
export function inputIndex(name: InputName): number {
  return inputNames.indexOf(name);
}

/**
 * Column of an output; a name that does not exist does not compile.
 *
 * @example
 * ```ts
 * outputIndex('water_AS'); // 26
 * ```
 */
export function outputIndex(name: OutputName): number {
  return outputNames.indexOf(name);
}
