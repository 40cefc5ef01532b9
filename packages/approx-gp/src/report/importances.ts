import { checkInteger, createRng } from '@pct/core';
import type { EncodedDimension, EncodedTrial } from '../samplers/types.js';
import type { Space } from '../space/parameters.js';
import type { Study } from '../study/Study.js';
import { growTree, type Leaf, type LeafRange } from './forest.js';

/** Options of {@link parameterImportances}. */
export interface ImportanceOptions {
  /** Index of the objective, from 0. @defaultValue `0` */
  readonly objective?: number | undefined;
  /** Trees of the forest, from 1. @defaultValue `32` */
  readonly trees?: number | undefined;
  /** Of the forest. @defaultValue `0` */
  readonly seed?: number | string | undefined;
}

/** Importance of one parameter. */
export interface ParameterImportance {
  readonly name: string;
  /** Share of the variance that this parameter alone accounts for, in [0, 1]. */
  readonly share: number;
}

/**
 * How much each parameter matters by itself, by functional analysis of variance (fANOVA): a random forest is fitted to the
 * complete trials, and a parameter's share is that of the variance, over the whole space, of its mean effect when all others
 * are averaged out. What is missing to 1 is the interactions. Parameters that are not active count as at the middle of
 * their range.
 *
 * @param study - any study
 * @param options - {@link ImportanceOptions}
 * @returns most important first; all 0 if there are fewer than 4 complete trials or their values do not differ
 * @throws {@link InvalidArgumentError} if an option is out of range
 * @see Hutter, Hoos and Leyton-Brown 2014, ICML 32, 754-762
 */
export function parameterImportances<S extends Space>(
  study: Study<S>,
  options: ImportanceOptions = {},
): readonly ParameterImportance[] {
  const { objective = 0, trees = 32, seed = 0 } = options;
  const name = 'parameterImportances';
  checkInteger(name, 'objective', objective, { min: 0, max: study.directions.length - 1 });
  checkInteger(name, 'trees', trees, { min: 1 });
  const { dimensions } = study.space;
  const shares = sharesOf(dimensions, study.encodedTrials, objective, trees, seed);
  return dimensions
    .map((dimension, j) => ({ name: dimension.name, share: shares[j]! }))
    .sort((a, b) => b.share - a.share);
}

function sharesOf(
  dimensions: readonly EncodedDimension[],
  trials: readonly EncodedTrial[],
  objective: number,
  trees: number,
  seed: number | string,
): Float64Array {
  const shares = new Float64Array(dimensions.length);
  const complete = trials.filter(({ state }) => state === 'complete');
  if (complete.length < 4) return shares;
  const points = complete.map(({ point }) =>
    point.map((x, j) => (Number.isNaN(x) ? middleOf(dimensions[j]!) : x)),
  );
  // Relative to the largest, so that squares stay finite.
  const largest = complete.reduce((most, { values }) => Math.max(most, Math.abs(values![objective]!)), 0);
  const values = complete.map(({ values: own }) => (largest > 0 ? own![objective]! / largest : 0));
  const rng = createRng(seed);
  let grown = 0;
  for (let tree = 0; tree < trees; tree++) {
    const leaves = growTree(dimensions, points, values, rng.split(tree));
    const volumes = leaves.map(({ ranges }) => volumeOf(ranges, dimensions));
    const mean = leaves.reduce((sum, { value }, i) => sum + volumes[i]! * value, 0);
    const variance = leaves.reduce((sum, { value }, i) => sum + volumes[i]! * (value - mean) ** 2, 0);
    if (!(variance > 1e-20)) continue;
    grown++;
    dimensions.forEach((dimension, j) => {
      shares[j]! += mainEffect(leaves, volumes, dimension, j, mean) / variance;
    });
  }
  return grown === 0 ? shares : shares.map((share) => Math.min(1, share / grown));
}

function middleOf({ kind, levels }: EncodedDimension): number {
  return kind === 'categorical' ? Math.floor(levels / 2) : 0.5;
}

function extentOf(range: LeafRange, levels: number): number {
  return 'codes' in range ? range.codes.length / levels : range.high - range.low;
}

function volumeOf(ranges: readonly LeafRange[], dimensions: readonly EncodedDimension[]): number {
  return ranges.reduce((product, range, j) => product * extentOf(range, dimensions[j]!.levels), 1);
}

/** Variance over one parameter of the mean over the others. */
function mainEffect(
  leaves: readonly Leaf[],
  volumes: readonly number[],
  { kind, levels }: EncodedDimension,
  j: number,
  mean: number,
): number {
  const share = (i: number): number =>
    (leaves[i]!.value * volumes[i]!) / extentOf(leaves[i]!.ranges[j]!, levels);
  if (kind === 'categorical') {
    const effects = new Float64Array(levels);
    leaves.forEach(({ ranges }, i) => {
      const range = ranges[j]!;
      if ('codes' in range) for (const code of range.codes) effects[code]! += share(i);
    });
    return effects.reduce((sum, effect) => sum + (effect - mean) ** 2 / levels, 0);
  }
  // The mean effect is a step function: where leaves begin and end it changes by their shares.
  const steps = leaves
    .flatMap(({ ranges }, i) => {
      const { low, high } = ranges[j] as { low: number; high: number };
      return [
        { at: low, change: share(i) },
        { at: high, change: -share(i) },
      ];
    })
    .sort((a, b) => a.at - b.at);
  let variance = 0;
  let effect = 0;
  steps.forEach(({ at, change }, k) => {
    effect += change;
    const next = steps[k + 1]?.at ?? at;
    variance += (next - at) * (effect - mean) ** 2;
  });
  return variance;
}
