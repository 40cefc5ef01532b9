import {
  checkFinite,
  checkInteger,
  checkPositive,
  minimizeBounded,
  toRng,
  type Rng,
  type Seed,
} from '@pct/core';
import type { LazyGaussianProcess } from './LazyGaussianProcess.js';
import { MarginalLikelihood } from './MarginalLikelihood.js';
import { MAX_ADDITIVE_SHARE, type Hyperparameters } from './options.js';
import { Hyperprior, type HyperpriorOptions } from './prior.js';
import { fromTheta, SHARE_LIMIT, toTheta } from './theta.js';

/** Options of {@link fitHyperparameters}. */
export interface FitOptions {
  /**
   * Prior of length-scales and noise.
   * @defaultValue `{}`
   */
  readonly prior?: HyperpriorOptions | undefined;
  /**
   * λ: `learn` it, or keep it at a number above 0.
   * @defaultValue `'learn'`
   */
  readonly noise?: 'learn' | number | undefined;
  /**
   * Smallest noise that is learnt, above 0.
   * @defaultValue `1e-7`
   */
  readonly minNoise?: number | undefined;
  /**
   * Share of a sum of functions of one coordinate each in the variance of the process: `learn` it with the scale of that
   * part, or a number from 0 to 0.999. One dimension alone has no such part.
   * @defaultValue `'learn'`
   */
  readonly additiveShare?: 'learn' | number | undefined;
  /**
   * Searches: from the present hyper-parameters, from the prior's length-scales with much noise, then from random places; at least 1.
   * @defaultValue `2`
   */
  readonly starts?: number | undefined;
  /**
   * Iterations of each search at most.
   * @defaultValue `50`
   */
  readonly maxIterations?: number | undefined;
  /**
   * Rows the likelihood is taken of at most, at least 2: beyond, half of them are those with the least targets, the
   * others are spread over the rest.
   * @defaultValue `320`
   */
  readonly maxRows?: number | undefined;
  /**
   * For random starts.
   * @defaultValue `0`
   */
  readonly rng?: Rng | Seed | undefined;
}

/** What {@link fitHyperparameters} found. */
export interface FitResult {
  /** The most probable hyper-parameters. */
  readonly hyperparameters: Hyperparameters;
  /** Log likelihood plus log prior there, without the prior's constants; NaN if nothing could be fitted. */
  readonly logPosterior: number;
  /** Rows that were used. */
  readonly rows: number;
  /** Evaluations of the likelihood. */
  readonly evaluations: number;
  /** `notFitted`: fewer than two different targets, or no search had a finite value; the hyper-parameters are as before. */
  readonly status: 'fitted' | 'notFitted';
}

const SCALE_LIMITS = [Math.log(0.02), Math.log(100)] as const;
const RATIO_LIMITS = [Math.log(0.02), Math.log(10)] as const;
const MAX_NOISE = 1;
/** From much noise down: noisy data would be taken for exact ones the other way round. */
const NOISY_START = 1e-2;

/**
 * The most probable length-scales and noise of a process given its data: multi-start L-BFGS-B on the profile log marginal
 * likelihood plus the log prior. Does not change the process; see `setHyperparameters`. O(n³) per evaluation.
 *
 * @throws {@link InvalidArgumentError} if an option is out of range
 */
export function fitHyperparameters(process: LazyGaussianProcess, options: FitOptions = {}): FitResult {
  const name = 'fitHyperparameters';
  const { noise = 'learn', minNoise = 1e-7, starts = 2, maxIterations = 50, maxRows = 320 } = options;
  if (noise !== 'learn') checkPositive(name, 'noise', noise);
  checkFinite(name, 'minNoise', minNoise, { min: 1e-12, max: MAX_NOISE });
  checkInteger(name, 'starts', starts, { min: 1 });
  checkInteger(name, 'maxIterations', maxIterations, { min: 1 });
  checkInteger(name, 'maxRows', maxRows, { min: 2 });
  const rng = toRng(options.rng ?? 0, name);
  const d = process.kinds.length;
  const { additiveShare = 'learn' } = options;
  if (additiveShare !== 'learn') {
    checkFinite(name, 'additiveShare', additiveShare, { min: 0, max: MAX_ADDITIVE_SHARE });
  }
  const share = d === 1 ? 0 : additiveShare;
  const prior = new Hyperprior(d, options.prior);
  const present = process.hyperparameters;
  const { lower, upper } = boundsOf(d, noise === 'learn' ? [minNoise, MAX_NOISE] : [noise, noise], share);
  const sample = sampleRows(process, maxRows);
  const { targets } = sample;
  const likelihood = new MarginalLikelihood(process.state.kernel.name, process.kinds, sample.points, targets);
  let best: { x: Float64Array; value: number } | undefined;
  let evaluations = 0;
  const differ = targets.some((target) => target !== targets[0]);
  for (let start = 0; start < starts && differ; start++) {
    const theta = startOf(start, present, prior, share, rng);
    const result = minimizeBounded(
      (x, gradient) => {
        gradient.fill(0);
        const value = likelihood.evaluate(x, gradient) + prior.logDensity(x, gradient);
        for (let j = 0; j < gradient.length; j++) gradient[j] = -gradient[j]!;
        return -value;
      },
      theta,
      {
        lower,
        upper,
        maxIterations,
        tolerance: 1e-3,
        valueTolerance: 1e-5,
      },
    );
    evaluations += result.evaluations;
    if (Number.isFinite(result.value) && (best === undefined || result.value < best.value)) best = result;
  }
  const rows = targets.length;
  if (best === undefined) {
    return { hyperparameters: present, logPosterior: NaN, rows, evaluations, status: 'notFitted' };
  }
  return {
    hyperparameters: fromTheta(best.x, d),
    logPosterior: -best.value,
    rows,
    evaluations,
    status: 'fitted',
  };
}

function startOf(
  start: number,
  present: Hyperparameters,
  prior: Hyperprior,
  share: 'learn' | number,
  rng: Rng,
): Float64Array {
  const { lengthScales, additiveShare = 0 } = present;
  const d = lengthScales.length;
  // A share of 0 is one that was never learnt.
  const given = share === 'learn' ? additiveShare || prior.shareMode : share;
  if (start === 0) return toTheta({ ...present, additiveShare: given });
  const scale = Math.exp(prior.scaleMode);
  const typical = { lengthScales: new Float64Array(d).fill(scale), noise: NOISY_START };
  const theta = toTheta({ ...typical, additiveShare: share === 'learn' ? prior.shareMode : share });
  return start === 1 ? theta : theta.map((value) => rng.normal(value, 1));
}

/** Bounds of θ for λ between two numbers. */
function boundsOf(
  d: number,
  [leastNoise, mostNoise]: readonly [number, number],
  share: 'learn' | number,
): { readonly lower: Float64Array; readonly upper: Float64Array } {
  const parts = {
    lengthScales: new Float64Array(d),
    additiveShare: share === 'learn' ? 0.5 : share,
  };
  const lower = toTheta({ ...parts, noise: leastNoise }).fill(SCALE_LIMITS[0], 0, d);
  const upper = toTheta({ ...parts, noise: mostNoise }).fill(SCALE_LIMITS[1], 0, d);
  if (lower.length === d + 1) return { lower, upper };
  if (share === 'learn') {
    lower[d + 1] = -SHARE_LIMIT;
    upper[d + 1] = SHARE_LIMIT;
  }
  lower[d + 2] = RATIO_LIMITS[0];
  upper[d + 2] = RATIO_LIMITS[1];
  return { lower, upper };
}

/** Rows for the likelihood, their targets standardised. */
function sampleRows(
  process: LazyGaussianProcess,
  maxRows: number,
): { points: Float64Array; targets: Float64Array } {
  const { state, size } = process;
  const d = process.kinds.length;
  const byTarget = Array.from({ length: size }, (_, row) => row).sort(
    (a, b) => state.targets.data[a]! - state.targets.data[b]!,
  );
  let chosen = byTarget;
  if (size > maxRows) {
    const half = maxRows >> 1;
    const rest = byTarget.slice(half);
    const others = maxRows - half;
    chosen = byTarget.slice(0, half);
    for (let k = 0; k < others; k++) chosen.push(rest[Math.floor((k * rest.length) / others)]!);
  }
  const points = new Float64Array(chosen.length * d);
  const targets = new Float64Array(chosen.length);
  chosen.forEach((row, k) => {
    points.set(state.points.data.subarray(row * d, (row + 1) * d), k * d);
    targets[k] = state.targets.data[row]! - process.mean;
  });
  const scale = Math.sqrt(targets.reduce((sum, target) => sum + target * target, 0) / targets.length);
  const largest = byTarget.reduce((most, row) => Math.max(most, Math.abs(state.targets.data[row]!)), 0);
  // Differences that are rounding are no differences.
  if (!(scale > 1e-14 * largest)) return { points, targets: targets.fill(0) };
  return { points, targets: targets.map((target) => target / scale) };
}
