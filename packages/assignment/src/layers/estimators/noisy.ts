/** Perturb-and-MAP samples, and differences between those of costs and of target costs: what (A)IMLE consists of. */
import { checkFinite, checkInteger, checkOneOf } from '@pct/core';
import type { Tensor } from '@pct/tensor';
import { fillNoise, fillSumOfGamma, noiseStream, type NoiseKind } from '../noise.js';
import type { CostBatch, EstimatorContext, EstimatorResult, SavedAxis } from '../types.js';
import { bounded, checkSeed, startFrom } from './oracle.js';

/** Options of estimators that sample by perturbing costs. */
export interface NoisyOptions {
  /**
   * Noise on the costs: `'sumOfGamma'`, of which min(n, m) numbers sum to nearly a Gumbel number, `'gumbel'` or
   * `'gaussian'`.
   *
   * @defaultValue `'sumOfGamma'`
   */
  readonly noise?: NoiseKind | 'sumOfGamma' | undefined;
  /**
   * σ, scale of the noise in the unit of the costs, at least 0; the temperature of the distribution.
   *
   * @defaultValue `1`
   */
  readonly sigma?: number | undefined;
  /**
   * Number of samples per problem, at least 1.
   *
   * @defaultValue `1`
   */
  readonly samples?: number | undefined;
  /** Seed of the noise: a safe integer, or an int32 tensor without axes that changes from step to step. */
  readonly seed: number | Tensor;
}

/** Checked {@link NoisyOptions}, without the seed. */
export interface Noisy {
  readonly noise: NoiseKind | 'sumOfGamma';
  readonly sigma: number;
  readonly samples: number;
}

/** How {@link noisyGradient} moves the costs. */
export interface NoisyTarget extends Noisy {
  /** λ of each problem, `[b]`; where it is 0, the gradient is 0. */
  readonly lambdas: Float64Array;
  readonly twoSided: boolean;
}

/** Checks the options. */
export function checkNoisy(
  name: string,
  { noise = 'sumOfGamma', sigma = 1, samples = 1, seed }: NoisyOptions,
): Noisy {
  checkOneOf(name, 'noise', noise, ['sumOfGamma', 'gumbel', 'gaussian']);
  checkFinite(name, 'sigma', sigma, { min: 0 });
  checkInteger(name, 'samples', samples, { min: 1 });
  checkSeed(name, seed);
  return { noise, sigma, samples };
}

/** Shapes of the duals and matchings of all samples. */
export function noisySaved(samples: number): SavedAxis[][] {
  return [
    [samples, 'batch', 'rows'],
    [samples, 'batch', 'columns'],
    [samples, 'batch', 'rows'],
  ];
}

/** Mean of the samples, and their solutions as {@link noisySaved}. */
export function noisyForward(batch: CostBatch, context: EstimatorContext, noisy: Noisy): EstimatorResult {
  const { samples } = noisy;
  const output = new Float64Array(batch.cost.length);
  const lines = batch.batch * batch.rows;
  const rowDuals = new Float64Array(samples * lines);
  const columnDuals = new Float64Array(samples * batch.batch * batch.columns);
  const matchings = new Float64Array(samples * lines);
  for (let sample = 0; sample < samples; sample++) {
    const found = context.solve(noisyCosts(batch, context, noisy, sample));
    for (let at = 0; at < output.length; at++) output[at] = output[at]! + found.y[at]! / samples;
    rowDuals.set(found.rowDuals, sample * lines);
    columnDuals.set(found.columnDuals, sample * found.columnDuals.length);
    matchings.set(found.rowToColumn, sample * lines);
  }
  return { output, saved: [rowDuals, columnDuals, matchings] };
}

/**
 * Mean over the samples of y' - y, where y' is the sample for costs moved by λ g; or of half of y' - y'' with y'' for
 * costs moved by -λ g.
 */
export function noisyGradient(
  batch: CostBatch,
  saved: readonly Float64Array[],
  cotangent: Float64Array,
  context: EstimatorContext,
  target: NoisyTarget,
): Float64Array {
  const { samples, lambdas, twoSided } = target;
  const gradient = new Float64Array(batch.cost.length);
  const [, , matchings] = saved;
  const lines = batch.batch * batch.rows;
  const weight = 1 / (twoSided ? 2 * samples : samples);
  for (let sample = 0; sample < samples; sample++) {
    const costs = noisyCosts(batch, context, target, sample);
    const start = startFrom(
      saved.map((kept) => {
        const length = kept.length / samples;
        return kept.subarray(sample * length, (sample + 1) * length);
      }),
    );
    const ahead = context.solve(moved(batch, costs, cotangent, lambdas, 1), start).rowToColumn;
    const behind = twoSided
      ? context.solve(moved(batch, costs, cotangent, lambdas, -1), start).rowToColumn
      : matchings!.subarray(sample * lines, (sample + 1) * lines);
    for (let line = 0; line < lines; line++) {
      const to = ahead[line]!;
      const from = behind[line]!;
      if (to === from) continue;
      const at = line * batch.columns;
      if (to >= 0) gradient[at + to] = gradient[at + to]! + weight;
      if (from >= 0) gradient[at + from] = gradient[at + from]! - weight;
    }
  }
  return gradient;
}

/** c - σ ε of one sample. */
function noisyCosts(
  { cost, batch, rows, columns }: CostBatch,
  { seed, examples }: EstimatorContext,
  { noise, sigma }: Noisy,
  sample: number,
): Float64Array {
  const size = rows * columns;
  const costs = new Float64Array(cost.length);
  const drawn = new Float64Array(size);
  for (let k = 0; k < batch; k++) {
    const stream = noiseStream(seed, examples[k]!, sample);
    if (noise === 'sumOfGamma') fillSumOfGamma(drawn, stream, { k: Math.max(1, Math.min(rows, columns)) });
    else fillNoise(drawn, noise, stream);
    for (let at = 0; at < size; at++) {
      const c = cost[k * size + at]!;
      costs[k * size + at] = c === Infinity ? Infinity : bounded(c - sigma * drawn[at]!);
    }
  }
  return costs;
}

function moved(
  { batch }: CostBatch,
  costs: Float64Array,
  cotangent: Float64Array,
  lambdas: Float64Array,
  sign: number,
): Float64Array {
  const size = costs.length / Math.max(1, batch);
  return costs.map((c, at) =>
    c === Infinity ? c : bounded(c + sign * lambdas[Math.floor(at / size)]! * cotangent[at]!),
  );
}
