import { checkInteger, checkOneOf, checkPositive, InvalidArgumentError, toRng } from '@pct/core';
import { meanWithError } from '../curvature/density.js';
import { paced } from '../curvature/pace.js';
import { dot, norm } from '../linalg/vectors.js';
import { checkVector } from '../objective/check.js';
import { resolveObjective, type ObjectiveLike } from '../objective/source.js';

/** How sharp a minimum is by one of many measures. */
export interface Sharpness {
  /** What the function says. */
  readonly value: number;
  /** Standard error of an average over random vectors; 0 for others. */
  readonly standardError: number;
  /** Loss at the point itself. */
  readonly loss: number;
  /** What the value depends on besides the function that the network computes. */
  readonly warning: string;
}

const RESCALING =
  'Not invariant to rescaling: the weights of two layers can be multiplied by c and 1/c without changing what a network ' +
  'with ReLU computes, and this value changes as one likes. Compare only points of one network that are normalised alike.';
const ADAPTIVE =
  'Invariant to rescaling of single weights, but not to everything that leaves the function as it is, nor to the choice of rho.';

/** Options of the measures of sharpness. */
export interface SharpnessOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sharpness along the gradient: L(θ + e) − L(θ), to first order the largest rise in a ball of radius ρ.
 *
 * `sam`: e = ρ g / |g|. `asam`: e = ρ θ² g / |θ g| element by element, the ball being scaled by the parameters. At a stationary
 * point there is no such direction, and the value is NaN; at a quadratic minimum the largest rise is ρ² λ_max / 2.
 *
 * @param objective - with `gradient`
 * @param at - the point, [size]
 * @param rho - radius, above 0; usual are 0.05 for `sam` and 0.5 for `asam`
 * @param options - {@link SharpnessOptions}, and which measure (`sam` if left out)
 * @throws {@link InvalidArgumentError} if the objective has no gradient, or an argument is not such
 * @see Foret et al. 2021, arXiv:2010.01412 · Kwon et al. 2021, arXiv:2102.11600
 */
export async function gradientSharpness(
  objective: ObjectiveLike,
  at: Float64Array,
  rho: number,
  options: SharpnessOptions & { readonly measure?: 'sam' | 'asam' | undefined } = {},
): Promise<Sharpness> {
  const name = 'gradientSharpness';
  const { measure = 'sam', signal } = options;
  checkOneOf(name, 'option measure', measure, ['sam', 'asam']);
  checkPositive(name, 'rho', rho);
  const opened = await resolveObjective(name, objective);
  checkVector(name, 'at', at, opened.size);
  if (opened.gradient === undefined)
    throw new InvalidArgumentError(`${name}: the objective must offer a gradient`);
  const loss = await opened.loss(at);
  signal?.throwIfAborted();
  const gradient = await opened.gradient(at);
  const scaled = measure === 'sam' ? gradient.slice() : gradient.map((g, k) => at[k]! * g);
  const length = norm(scaled);
  const direction = measure === 'sam' ? scaled : scaled.map((g, k) => at[k]! * g);
  const value =
    length === 0 ? NaN : (await opened.loss(at.map((x, k) => x + (rho / length) * direction[k]!))) - loss;
  return { value, standardError: 0, loss, warning: measure === 'sam' ? RESCALING : ADAPTIVE };
}

/** Options of {@link averageSharpness}. */
export interface AverageSharpnessOptions extends SharpnessOptions {
  /**
   * Number of random vectors, taken in pairs ± that cancel the slope; even.
   * @defaultValue `100`
   */
  readonly samples?: number | undefined;
  /**
   * Of the random vectors.
   * @defaultValue `0`
   */
  readonly seed?: number | undefined;
}

/**
 * Mean rise under normal noise, E L(θ + σ ξ) − L(θ): σ² tr(H) / 2 for small σ.
 *
 * @param objective - the loss
 * @param at - the point, [size]
 * @param sigma - standard deviation of the noise, above 0
 * @param options - {@link AverageSharpnessOptions}
 * @throws {@link InvalidArgumentError} if an argument is not such
 */
export async function averageSharpness(
  objective: ObjectiveLike,
  at: Float64Array,
  sigma: number,
  options: AverageSharpnessOptions = {},
): Promise<Sharpness> {
  const name = 'averageSharpness';
  const { samples = 100, seed = 0, signal } = options;
  checkPositive(name, 'sigma', sigma);
  checkInteger(name, 'option samples', samples, { min: 2 });
  if (samples % 2 !== 0)
    throw new InvalidArgumentError(`${name}: option samples must be even, got ${samples}`);
  const rng = toRng(seed, name).split(name);
  const opened = await resolveObjective(name, objective);
  checkVector(name, 'at', at, opened.size);
  const loss = await opened.loss(at);
  const pause = paced(signal);
  const rises: number[] = [];
  const noise = new Float64Array(at.length);
  for (let pair = 0; pair < samples / 2; pair++) {
    await pause();
    rng.split(pair).fillNormal(noise);
    const upper = await opened.loss(at.map((x, k) => x + sigma * noise[k]!));
    const lower = await opened.loss(at.map((x, k) => x - sigma * noise[k]!));
    rises.push((upper + lower) / 2 - loss);
  }
  const { mean, standardError } = meanWithError(rises);
  return { value: mean, standardError, loss, warning: RESCALING };
}

/** Options of {@link boxSharpness}. */
export interface BoxSharpnessOptions extends SharpnessOptions {
  /**
   * Steps of the search for the largest loss, each one gradient.
   * @defaultValue `30`
   */
  readonly steps?: number | undefined;
}

/**
 * Sharpness of Keskar et al.: 100 (max L − L(θ)) / (1 + L(θ)) over the box |zᵢ| ≤ ε (|θᵢ| + 1). The largest loss is
 * searched by steps along the signs of the gradient that halve when they fail; so the value is a lower bound.
 *
 * @param objective - with `gradient`; losses of at least 0
 * @param at - the point, [size]
 * @param epsilon - size of the box, above 0; usual are 5e-4 and 1e-3
 * @param options - {@link BoxSharpnessOptions}
 * @throws {@link InvalidArgumentError} if the objective has no gradient, or an argument is not such
 * @see Keskar et al. 2017, arXiv:1609.04836, metric 2.1
 */
export async function boxSharpness(
  objective: ObjectiveLike,
  at: Float64Array,
  epsilon: number,
  options: BoxSharpnessOptions = {},
): Promise<Sharpness> {
  const name = 'boxSharpness';
  const { steps = 30, signal } = options;
  checkPositive(name, 'epsilon', epsilon);
  checkInteger(name, 'option steps', steps, { min: 1 });
  const opened = await resolveObjective(name, objective);
  checkVector(name, 'at', at, opened.size);
  if (opened.gradient === undefined)
    throw new InvalidArgumentError(`${name}: the objective must offer a gradient`);
  const pause = paced(signal);
  const loss = await opened.loss(at);
  const widths = at.map((x) => epsilon * (Math.abs(x) + 1));
  let best = { point: at.slice(), loss };
  let gradient = await opened.gradient(at);
  // At a stationary point any direction will do to begin with.
  if (dot(gradient, gradient) === 0) gradient = gradient.map((_, k) => (k % 2 === 0 ? 1 : -1));
  let length = 1;
  for (let step = 0; step < steps; step++) {
    await pause();
    const from = best;
    const moved = from.point.map((x, k) => {
      const next = x + length * widths[k]! * Math.sign(gradient[k]!);
      return Math.min(at[k]! + widths[k]!, Math.max(at[k]! - widths[k]!, next));
    });
    const found = await opened.loss(moved);
    if (found > from.loss) {
      best = { point: moved, loss: found };
      gradient = await opened.gradient(moved);
    } else length /= 2;
  }
  const value = (100 * (best.loss - loss)) / (1 + loss);
  return { value, standardError: 0, loss, warning: RESCALING };
}

/** Where a training stands against the limit of stable steps. */
export interface EdgeOfStability {
  /** η λ_max / 2 at each step: 1 is the edge for gradient descent on a quadratic. */
  readonly ratios: Float64Array;
  /** Indices at which the ratio is above 1. */
  readonly beyond: Int32Array;
}

/**
 * Edge of stability: largest eigenvalue times learning rate over 2, the factor that decides whether gradient descent
 * without momentum is stable. With momentum β multiply the limit by 1 + β.
 *
 * @param largestEigenvalues - λ_max at each step, such as `largest` of `curvatureAlong`
 * @param learningRates - η at each step, or one for all; above 0
 * @param momentum - of heavy-ball momentum, in [0, 1)
 * @throws {@link InvalidArgumentError} if numbers or lengths do not fit
 * @see Cohen et al. 2021, arXiv:2103.00065
 */
export function edgeOfStability(
  largestEigenvalues: ArrayLike<number>,
  learningRates: number | ArrayLike<number>,
  momentum = 0,
): EdgeOfStability {
  const name = 'edgeOfStability';
  const { length } = largestEigenvalues;
  if (typeof learningRates !== 'number' && learningRates.length !== length)
    throw new InvalidArgumentError(
      `${name}: learningRates must be one number or ${length}, got ${learningRates.length}`,
    );
  if (!(momentum >= 0 && momentum < 1))
    throw new InvalidArgumentError(`${name}: momentum must be in [0, 1), got ${momentum}`);
  const ratios = Float64Array.from({ length }, (_, k) => {
    const rate = typeof learningRates === 'number' ? learningRates : learningRates[k];
    checkPositive(name, 'learningRates', rate);
    return (rate! * largestEigenvalues[k]!) / (2 * (1 + momentum));
  });
  return { ratios, beyond: Int32Array.from(ratios.keys()).filter((k) => ratios[k]! > 1) };
}
