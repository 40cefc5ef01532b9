import { checkInteger, checkOneOf, checkPositive, InvalidArgumentError } from '@pct/core';
import type { Tensor } from '@pct/tensor';
import { fillNoise, noiseScore, noiseStream, type NoiseKind } from '../noise.js';
import type { CostBatch, Estimator, EstimatorContext } from '../types.js';
import { bounded, checkSeed } from './oracle.js';

/** Options of {@link perturbed}. */
export interface PerturbedOptions {
  /**
   * Noise on the costs, of mean 0: `'gaussian'` or `'gumbel'`.
   *
   * @defaultValue `'gaussian'`
   */
  readonly noise?: NoiseKind | undefined;
  /**
   * σ, scale of the noise, above 0: in the unit of the costs, or relative to each cost if `multiplicative`.
   *
   * @defaultValue `0.1`
   */
  readonly sigma?: number | undefined;
  /**
   * Number of perturbed problems per problem, at least 1.
   *
   * @defaultValue `10`
   */
  readonly samples?: number | undefined;
  /** Seed of the noise: a safe integer, or an int32 tensor without axes that changes from step to step. */
  readonly seed: number | Tensor;
  /**
   * Whether costs are multiplied by exp(σ z - σ²/2) with normal z, so that they keep their sign and zeros, instead of
   * added to.
   *
   * @defaultValue `false`
   */
  readonly multiplicative?: boolean | undefined;
  /**
   * Whether the mean of the other samples is taken off each sample's weight in the gradient, which changes no
   * expectation and lessens the noise. Without effect for one sample.
   *
   * @defaultValue `true`
   */
  readonly varianceReduced?: boolean | undefined;
}

/**
 * A perturbed optimiser: the mean y of the best assignments for `samples` randomly perturbed copies of the costs,
 * smooth in the costs, with a Monte-Carlo estimate of its true derivative.
 *
 * Additive: y = E argmin ⟨c - σ z, y⟩ with Jᵀ g = -E[⟨g, y(c - σ z)⟩ ∇ν(z)] / σ, exp(-ν) being the density of z.
 * Multiplicative: y = E argmin ⟨c ⊙ exp(σ z - σ²/2), y⟩ with Jᵀ g = E[⟨g, y⟩ z] / (σ c), and 0 where c is 0.
 *
 * @param options - {@link PerturbedOptions}
 * @throws {@link InvalidArgumentError} if an option is outside its range, or `multiplicative` noise is not normal
 * @see Berthet, Blondel, Teboul, Cuturi, Vert & Bach 2020, "Learning with differentiable perturbed optimizers",
 * NeurIPS, arXiv:2002.08676, proposition 3.1
 * @see Dalle, Baty, Bouvier & Parmentier 2022, "Learning with combinatorial optimization layers: a probabilistic
 * approach", arXiv:2207.13513, section 3.3 (multiplicative)
 */
export function perturbed({
  noise = 'gaussian',
  sigma = 0.1,
  samples = 10,
  seed,
  multiplicative = false,
  varianceReduced = true,
}: PerturbedOptions): Estimator {
  const name = 'perturbed';
  checkOneOf(name, 'noise', noise, ['gaussian', 'gumbel']);
  checkPositive(name, 'sigma', sigma);
  checkInteger(name, 'samples', samples, { min: 1 });
  checkSeed(name, seed);
  checkOneOf(name, 'multiplicative', multiplicative, [true, false]);
  checkOneOf(name, 'varianceReduced', varianceReduced, [true, false]);
  if (multiplicative && noise !== 'gaussian') {
    throw new InvalidArgumentError(`${name}: noise must be 'gaussian' if multiplicative, got '${noise}'`);
  }
  const perturb = multiplicative
    ? (c: number, z: number): number => c * Math.exp(sigma * z - (sigma * sigma) / 2)
    : (c: number, z: number): number => c - sigma * z;
  return {
    name,
    seed,
    saved: [[samples, 'batch', 'rows']],
    forward(batch, context) {
      const output = new Float64Array(batch.cost.length);
      const matchings = new Float64Array(samples * batch.batch * batch.rows);
      const costs = new Float64Array(batch.cost.length);
      for (let sample = 0; sample < samples; sample++) {
        forEachNoise(batch, context, sample, noise, (at, z) => {
          const c = batch.cost[at]!;
          costs[at] = c === Infinity ? Infinity : bounded(perturb(c, z));
        });
        const { y, rowToColumn } = context.solve(costs);
        for (let at = 0; at < output.length; at++) output[at] = output[at]! + y[at]! / samples;
        matchings.set(rowToColumn, sample * rowToColumn.length);
      }
      return { output, saved: [matchings] };
    },
    backward(batch, _output, [matchings], cotangent, context) {
      const gradient = new Float64Array(batch.cost.length);
      const weights = sampleWeights(batch, matchings!, cotangent, samples, varianceReduced);
      const size = batch.rows * batch.columns;
      for (let sample = 0; sample < samples; sample++) {
        forEachNoise(batch, context, sample, noise, (at, z) => {
          const weight = weights[Math.floor(at / size) * samples + sample]! / sigma;
          const c = batch.cost[at]!;
          let slope = -noiseScore(noise, z);
          if (multiplicative) slope = c === 0 ? 0 : z / c;
          gradient[at] = gradient[at]! + weight * slope;
        });
      }
      return gradient;
    },
  };
}

/** Calls `use` with the place and the noise of every entry of a batch. */
function forEachNoise(
  { batch, rows, columns }: CostBatch,
  { seed, examples }: EstimatorContext,
  sample: number,
  noise: NoiseKind,
  use: (at: number, z: number) => void,
): void {
  const size = rows * columns;
  const drawn = new Float64Array(size);
  for (let k = 0; k < batch; k++) {
    fillNoise(drawn, noise, noiseStream(seed, examples[k]!, sample));
    for (let at = 0; at < size; at++) use(k * size + at, drawn[at]!);
  }
}

/** What each sample's noise counts in the gradient: ⟨g, y⟩ / samples, minus the mean of the others; `[b, samples]`. */
function sampleWeights(
  { batch, rows, columns }: CostBatch,
  matchings: ArrayLike<number>,
  cotangent: Float64Array,
  samples: number,
  varianceReduced: boolean,
): Float64Array {
  const weights = new Float64Array(batch * samples);
  for (let k = 0; k < batch; k++) {
    let mean = 0;
    for (let sample = 0; sample < samples; sample++) {
      let sum = 0;
      for (let i = 0; i < rows; i++) {
        const j = matchings[(sample * batch + k) * rows + i]!;
        if (j >= 0) sum += cotangent[(k * rows + i) * columns + j]!;
      }
      weights[k * samples + sample] = sum;
      mean += sum / samples;
    }
    const reduced = varianceReduced && samples > 1;
    for (let at = k * samples; at < (k + 1) * samples; at++) {
      // Off the mean of the others: 1 / (samples - 1) of the distance from the mean of all.
      weights[at] = reduced ? (weights[at]! - mean) / (samples - 1) : weights[at]! / samples;
    }
  }
  return weights;
}
