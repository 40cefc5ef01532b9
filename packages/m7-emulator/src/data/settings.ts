import { checkInteger, checkOneOf, checkPositive, checkProbability, InvalidArgumentError } from '@pct/core';
import { createM7 } from '../m7/createM7.js';
import type { M7Options } from '../m7/processes.js';
import type { Quantity } from '../m7/units.js';
import { regimeNames, type RegimeName } from './regime.js';
import { regimes } from './regimes.js';

/** The three parts of a data set, in the order of their making. */
export const splits = ['train', 'validation', 'test'] as const;

/** Part of a data set. */
export type Split = (typeof splits)[number];

/**
 * Days of the year of each part: of winter and spring to train, of summer to validate, of autumn to test, as the
 * published data are said to be.
 */
export const daysOfSplit: Readonly<Record<Split, readonly number[]>> = {
  train: [15, 105],
  validation: [196],
  test: [288],
};

/** What decides the pairs of a data set, apart from its size. */
export interface PairSettings {
  /**
   * Seed of all random choices. The parts of a data set have different streams of it.
   * @defaultValue `0`
   */
  readonly seed?: number | string | undefined;
  /**
   * Part of the data set: other cells and other days of the year.
   * @defaultValue `'train'`
   */
  readonly split?: Split | undefined;
  /**
   * Share of each regime, at least 0; divided by their sum. Regimes left out keep their standard share, so give 0 to
   * go without one.
   * @defaultValue those that come closest to the published inputs
   */
  readonly weights?: Readonly<Partial<Record<RegimeName, number>>> | undefined;
  /**
   * Share of edge cases: missing modes, air without vapour or saturated, and the like; 0 to 1.
   * @defaultValue `0.05`
   */
  readonly edgeShare?: number | undefined;
  /**
   * Steps of the box model before a pair is recorded, so that its input looks like output of a step before.
   * @defaultValue `8`
   */
  readonly spinUp?: number | undefined;
  /**
   * Length of a step, s.
   * @defaultValue `450`
   */
  readonly dt?: Quantity<'s'> | undefined;
  /**
   * The model that makes the pairs.
   *
   * The default is what comes nearest to the host of the published data, ECHAM-HAM 2.3, with what is public: κ water
   * and organic nucleation by activation, as there; Vehkamäki's nucleation in place of Kazil and Lovejoy's, whose table
   * is not to be had, so that the ion-pair rate has no effect.
   * @defaultValue `{ variant: 'ham2', water: 'kappa', nucleation: 'vehkamaki', organicNucleation: 'activation' }`
   */
  readonly m7?: M7Options | undefined;
  /**
   * Whether marine cells have sea salt. It has no column: with it, the outputs depend on what no input shows, as in the
   * published data; without it, they follow from the inputs.
   * @defaultValue `false`
   */
  readonly seaSalt?: boolean | undefined;
}

/** {@link PairSettings} with nothing left open: plain JSON, what side files of data sets hold. */
export interface ResolvedSettings {
  readonly seed: number | string;
  readonly split: Split;
  readonly weights: Readonly<Record<RegimeName, number>>;
  readonly edgeShare: number;
  readonly spinUp: number;
  readonly dt: number;
  readonly m7: M7Options;
  readonly seaSalt: boolean;
}

/** The model nearest to the host of the published data. */
const host: M7Options = {
  variant: 'ham2',
  water: 'kappa',
  nucleation: 'vehkamaki',
  organicNucleation: 'activation',
};

/**
 * Fills in defaults.
 *
 * @param functionName - of the caller, for messages
 * @throws {@link InvalidArgumentError} for settings outside their range, a model with functions of your own (which
 *   cannot be written to a side file or go to another thread), and what `createM7` refuses
 */
export function resolveSettings(functionName: string, settings: PairSettings): ResolvedSettings {
  const {
    seed = 0,
    split = 'train',
    edgeShare = 0.05,
    spinUp = 8,
    dt = 450,
    m7 = host,
    seaSalt = false,
  } = settings;
  if (typeof seed !== 'string') checkInteger(functionName, 'seed', seed);
  checkOneOf(functionName, 'split', split, splits);
  checkProbability(functionName, 'edgeShare', edgeShare);
  checkInteger(functionName, 'spinUp', spinUp, { min: 0 });
  checkPositive(functionName, 'dt', dt);
  checkOneOf(functionName, 'seaSalt', seaSalt, [true, false]);
  const own = [m7.nucleation, ...Object.values(m7.processes ?? {})].some((one) => typeof one === 'function');
  if (own) {
    throw new InvalidArgumentError(
      `${functionName}: m7 must be made of names and numbers, got a function; call createM7 yourself for your own processes`,
    );
  }
  createM7(m7);
  return {
    seed,
    split,
    weights: resolveWeights(functionName, settings.weights),
    edgeShare,
    spinUp,
    dt,
    m7,
    seaSalt,
  };
}

function resolveWeights(
  functionName: string,
  weights: PairSettings['weights'] = {},
): Readonly<Record<RegimeName, number>> {
  for (const name of Object.keys(weights)) checkOneOf(functionName, 'a name in weights', name, regimeNames);
  const entries = regimeNames.map((name) => [name, weights[name] ?? regimes[name].weight] as const);
  for (const [name, weight] of entries) {
    if (!(weight >= 0 && weight < Infinity)) {
      throw new InvalidArgumentError(
        `${functionName}: weights.${name} must be finite and at least 0, got ${weight}`,
      );
    }
  }
  if (!entries.some(([, weight]) => weight > 0)) {
    throw new InvalidArgumentError(`${functionName}: weights must have one above 0, got only zeros`);
  }
  return Object.fromEntries(entries) as Record<RegimeName, number>;
}
