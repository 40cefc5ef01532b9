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
import type { Hyperparameters } from './options.js';
import { Hyperprior, type HyperpriorOptions } from './prior.js';

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
const MAX_NOISE = 1;
const NOISY_START = Math.log(1e-2);

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
  const prior = new Hyperprior(d, options.prior);
  const present = process.hyperparameters;
  const noiseLimits =
    noise === 'learn' ? [Math.log(minNoise), Math.log(MAX_NOISE)] : [Math.log(noise), Math.log(noise)];
  const sample = sampleRows(process, maxRows);
  const { targets } = sample;
  const likelihood = new MarginalLikelihood(process.state.kernel.name, process.kinds, sample.points, targets);
  let best: { x: Float64Array; value: number } | undefined;
  let evaluations = 0;
  const differ = targets.some((target) => target !== targets[0]);
  for (let start = 0; start < starts && differ; start++) {
    const theta = startOf(start, present, prior, rng);
    const result = minimizeBounded(
      (x, gradient) => {
        gradient.fill(0);
        const value = likelihood.evaluate(x, gradient) + prior.logDensity(x, gradient);
        for (let j = 0; j <= d; j++) gradient[j] = -gradient[j]!;
        return -value;
      },
      theta,
      {
        lower: bounds(d, SCALE_LIMITS[0], noiseLimits[0]!),
        upper: bounds(d, SCALE_LIMITS[1], noiseLimits[1]!),
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
  const hyperparameters = { lengthScales: best.x.slice(0, d).map(Math.exp), noise: Math.exp(best.x[d]!) };
  return { hyperparameters, logPosterior: -best.value, rows, evaluations, status: 'fitted' };
}

/** θ = (log ℓ, log λ) of hyper-parameters, `[d + 1]`. */
export function toLogarithms({ lengthScales, noise }: Hyperparameters): Float64Array {
  const theta = new Float64Array(lengthScales.length + 1);
  for (let j = 0; j < lengthScales.length; j++) theta[j] = Math.log(lengthScales[j]!);
  theta[lengthScales.length] = Math.log(Math.max(noise, 1e-12));
  return theta;
}

function startOf(start: number, present: Hyperparameters, prior: Hyperprior, rng: Rng): Float64Array {
  if (start === 0) return toLogarithms(present);
  const theta = new Float64Array(present.lengthScales.length + 1).fill(prior.scaleMode);
  // From much noise down: noisy data would be taken for exact ones the other way round.
  theta[theta.length - 1] = NOISY_START;
  return start === 1 ? theta : theta.map((value) => rng.normal(value, 1));
}

function bounds(d: number, scale: number, noise: number): Float64Array {
  const limits = new Float64Array(d + 1).fill(scale);
  limits[d] = noise;
  return limits;
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
