import { checkInteger, checkOneOf, InvalidArgumentError } from '@pct/core';
import { add, constant, customOp, iota, stopGradient, sub, Tensor, where } from '@pct/tensor';
import type { NdArray } from '@pct/tensor';
import type { AssignmentSolver } from '../../types.js';
import { fillNoise, noiseStream } from '../noise.js';
import type { NoiseKind } from '../noise.js';
import { solveBatch } from '../solve.js';
import { batchOf, checkCosts } from './best.js';
import { total } from './problem.js';

/** How the perturbed {@link fenchelYoungLoss} draws its noise. */
export interface PerturbationOptions {
  /**
   * Distribution of the noise on each cost, of mean 0: normal with standard deviation `temperature`, or Gumbel with
   * this scale, subtracted from the costs.
   *
   * @defaultValue `'gaussian'`
   */
  readonly noise?: NoiseKind | undefined;
  /**
   * Noisy problems that are solved per problem, at least 1.
   *
   * @defaultValue `10`
   */
  readonly samples?: number | undefined;
  /**
   * Seed of the noise: a safe integer for the same noise in every run, or an int32 tensor without axes that changes
   * from run to run.
   *
   * @defaultValue `0`
   */
  readonly seed?: number | Tensor | undefined;
  /**
   * Index by which each problem's noise is keyed, int32 `[batch]`: give an index into the data set, and an example
   * gets the same noise in every batch.
   *
   * @defaultValue `undefined`: 0, 1, ..., batch - 1
   */
  readonly examples?: Tensor | undefined;
  /**
   * Whether all problems get the noise of example 0 (common random numbers). Then there are no `examples`.
   *
   * @defaultValue `false`
   */
  readonly commonNoise?: boolean | undefined;
}

/** What {@link perturbedLosses} needs. */
interface Perturbed extends PerturbationOptions {
  readonly temperature: number;
  readonly solver: AssignmentSolver | undefined;
}

/**
 * Perturbed Fenchel-Young losses, [batch]: the mean over samples of ⟨c - εZ, y⟩ - min_y' ⟨c - εZ, y'⟩.
 *
 * @param cost - finite, [batch, rows, columns]
 * @param truth - y, checked
 * @see Berthet et al. 2020, section 4; every sample's term is at least 0, because the noise of the true
 * assignment, whose mean is 0, is kept
 */
export function perturbedLosses(
  name: string,
  cost: Tensor,
  truth: Tensor,
  forbidden: Tensor,
  {
    noise = 'gaussian',
    samples = 10,
    seed = 0,
    examples,
    commonNoise = false,
    temperature,
    solver,
  }: Perturbed,
): Tensor {
  checkOneOf(name, 'noise', noise, ['gaussian', 'gumbel']);
  checkInteger(name, 'samples', samples, { min: 1 });
  const keys = openExamples(name, examples, commonNoise, cost);
  const draw = (key: number, from: number, sample: number, out: Float64Array): Float64Array =>
    fillNoise(out, noise, noiseStream(from, commonNoise ? 0 : key, sample));
  const op = customOp({
    name: `${name}.perturbed`,
    infer: ([costs]) => [costs!, { dtype: costs!.dtype, shape: [costs!.shape[0]!] }],
    run: ([costs, y, from, indices]) => {
      checkCosts(name, 'predictedCost', costs!.data, batchOf(costs!));
      const sums = samplePairs(name, costs!, y!, { temperature, samples, solver }, (k, sample, out) =>
        draw(indices!.data[k]!, typeof seed === 'number' ? seed : from!.data[0]!, sample, out),
      );
      return [sums.pairs, sums.noise];
    },
    vjp: () => [undefined, undefined, undefined, undefined],
  });
  const inputs = [stopGradient(where(forbidden, Infinity, cost)), truth, openSeed(name, seed), keys];
  const [pairs, noiseTerm] = op(...inputs);
  return add(total(cost, sub(truth, pairs!)), noiseTerm!);
}

/** Mean over noisy problems of the best pairs y', and of -ε ⟨Z, y - y'⟩. */
function samplePairs(
  name: string,
  costs: NdArray,
  truth: NdArray,
  { temperature, samples, solver }: Pick<Perturbed, 'temperature' | 'solver'> & { readonly samples: number },
  draw: (k: number, sample: number, out: Float64Array) => Float64Array,
): { pairs: Float64Array; noise: Float64Array } {
  const shape = batchOf(costs);
  const size = shape.rows * shape.columns;
  const pairs = new Float64Array(costs.data.length);
  const noise = new Float64Array(shape.batch);
  const z = new Float64Array(costs.data.length);
  const noisy = new Float64Array(costs.data.length);
  for (let sample = 0; sample < samples; sample++) {
    for (let k = 0; k < shape.batch; k++) draw(k, sample, z.subarray(k * size, (k + 1) * size));
    for (let at = 0; at < z.length; at++) noisy[at] = costs.data[at]! - temperature * z[at]!;
    const { y } = solveBatch(noisy, shape, { name, solver });
    for (let at = 0; at < z.length; at++) {
      pairs[at] = pairs[at]! + y[at]!;
      const k = Math.floor(at / size);
      noise[k] = noise[k]! - temperature * z[at]! * (truth.data[at]! - y[at]!);
    }
  }
  // Whole numbers until here, so that sure pairs have exactly 1.
  for (let at = 0; at < pairs.length; at++) pairs[at] = pairs[at]! / samples;
  for (let k = 0; k < noise.length; k++) noise[k] = noise[k]! / samples;
  return { pairs, noise };
}

function openSeed(name: string, seed: number | Tensor): Tensor {
  if (!(seed instanceof Tensor)) {
    checkInteger(name, 'seed', seed);
    // The number itself does not pass through 32 bits; see the body of the operation.
    return constant(0, 'int32');
  }
  if (seed.dtype === 'int32' && seed.rank === 0) return seed;
  throw new InvalidArgumentError(
    `${name}: seed must be a safe integer or an int32 tensor without axes, got ${seed.toString()}`,
  );
}

function openExamples(
  name: string,
  examples: Tensor | undefined,
  commonNoise: boolean,
  { shape: [batch] }: Tensor,
): Tensor {
  checkOneOf(name, 'commonNoise', commonNoise, [true, false]);
  if (examples === undefined) return iota(batch!, 'int32');
  if (commonNoise)
    throw new InvalidArgumentError(
      `${name}: examples have no meaning with commonNoise; leave one of them out`,
    );
  if (examples instanceof Tensor && examples.dtype === 'int32' && examples.rank === 1) {
    if (examples.shape[0] === batch) return examples;
  }
  throw new InvalidArgumentError(
    `${name}: examples must be an int32 tensor [${batch}], one index per problem, got ${String(examples)}`,
  );
}
