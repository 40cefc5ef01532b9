import { checkOneOf, checkPositive } from '@pct/core';
import type { Estimator } from '../types.js';
import { checkNoisy, noisyForward, noisyGradient, noisySaved, type NoisyOptions } from './noisy.js';

/** Options of {@link imle}. */
export interface ImleOptions extends NoisyOptions {
  /**
   * λ, how far the costs are moved along the gradient, finite and above 0.
   *
   * @defaultValue `20`
   */
  readonly lambda?: number | undefined;
  /**
   * Whether the difference of the assignments is divided by λ.
   *
   * @defaultValue `true`
   */
  readonly divideByLambda?: boolean | undefined;
  /**
   * Whether the target is compared with the one on the other side, for costs c - λ g, instead of with the output: the
   * central difference, at the price of a third problem per sample.
   *
   * @defaultValue `false`
   */
  readonly twoSided?: boolean | undefined;
}

/**
 * Implicit maximum likelihood: the mean of the best assignments y(c - σ ε) for random ε, perturb-and-MAP samples, and
 * as a gradient the difference to the samples for the target costs c + λ g with the same ε:
 * dL/dc = mean of (y(c + λ g - σ ε) - y(c - σ ε)) / λ.
 *
 * @param options - {@link ImleOptions}
 * @throws {@link InvalidArgumentError} if an option is outside its range
 * @see Niepert, Minervini & Franceschi 2021, "Implicit MLE: backpropagating through discrete exponential family
 * distributions", NeurIPS, arXiv:2106.01798, algorithm 1; the target is that of their section on perturbation-based
 * differentiation
 */
export function imle({
  lambda = 20,
  divideByLambda = true,
  twoSided = false,
  ...noise
}: ImleOptions): Estimator {
  const name = 'imle';
  checkPositive(name, 'lambda', lambda);
  checkOneOf(name, 'divideByLambda', divideByLambda, [true, false]);
  checkOneOf(name, 'twoSided', twoSided, [true, false]);
  const noisy = checkNoisy(name, noise);
  return {
    name,
    seed: noise.seed,
    saved: noisySaved(noisy.samples),
    forward: (batch, context) => noisyForward(batch, context, noisy),
    backward(batch, _output, saved, cotangent, context) {
      const gradient = noisyGradient(batch, saved, cotangent, context, {
        ...noisy,
        twoSided,
        lambdas: new Float64Array(batch.batch).fill(lambda),
      });
      if (divideByLambda) for (let at = 0; at < gradient.length; at++) gradient[at] = gradient[at]! / lambda;
      return gradient;
    },
  };
}
