import { checkFinite, InvalidArgumentError } from '@pct/core';
import { makeOptimizer, type Optimizer, type OptimizerOptions } from './optimizer.js';

/** Settings of {@link adam} and {@link adamw}. */
export interface AdamOptions extends OptimizerOptions {
  /**
   * Shares of the running averages of gradients and of their squares that are kept, each from 0 to below 1.
   * @defaultValue `[0.9, 0.999]`
   */
  readonly betas?: readonly [number, number] | undefined;
  /**
   * Added to the root of the average of squares, at least 0.
   * @defaultValue `1e-8`
   */
  readonly epsilon?: number | undefined;
  /**
   * Whether to divide by the largest average of squares so far (Reddi et al. 2018).
   * @defaultValue `false`
   */
  readonly amsgrad?: boolean | undefined;
}

/**
 * Adam as PyTorch defines it:
 * m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², θ ← θ - γ m̂ / (√v̂ + ε) with m̂ = m / (1 - β₁ᵗ),
 * v̂ = v / (1 - β₂ᵗ). `weightDecay` is added to the gradients.
 *
 * @param options - {@link AdamOptions}
 * @throws {@link InvalidArgumentError} if an option is out of range
 * @see Kingma and Ba 2015, arXiv:1412.6980, algorithm 1; Reddi et al. 2018, arXiv:1904.09237, for `amsgrad`
 * @example
 * ```ts
 * const optimizer = adam({ learningRate: 1e-3 });
 * let state = optimizer.init(parameters);
 * [parameters, state] = optimizer.update(gradients, state, parameters);
 * ```
 */
export function adam(options: AdamOptions): Optimizer {
  return makeAdam('adam', options, options.weightDecay ?? 0, false);
}

/**
 * Adam with decoupled weight decay: θ ← (1 - γ λ) θ before the step, which does not see the decay.
 *
 * @param options - {@link AdamOptions}, but `weightDecay` is 0.01 by default
 * @throws {@link InvalidArgumentError} if an option is out of range
 * @see Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2
 */
export function adamw(options: AdamOptions): Optimizer {
  return makeAdam('adamw', options, options.weightDecay ?? 0.01, true);
}

function makeAdam(name: string, options: AdamOptions, weightDecay: number, decoupled: boolean): Optimizer {
  const { learningRate, betas = [0.9, 0.999], epsilon = 1e-8, amsgrad = false } = options;
  const [beta1, beta2] = betas;
  checkFinite(name, 'weightDecay', weightDecay, { min: 0 });
  checkFinite(name, 'epsilon', epsilon, { min: 0 });
  if (betas.length !== 2 || !betas.every((beta) => beta >= 0 && beta < 1)) {
    throw new InvalidArgumentError(
      `${name}: betas must be two numbers from 0 to below 1, got [${betas.join(', ')}]`,
    );
  }
  const added = decoupled ? 0 : weightDecay;
  const slots = ['mean', 'square', ...(amsgrad ? ['maximum'] : [])];
  return makeOptimizer(name, learningRate, slots, (parameter, gradient, arrays, rate, step) => {
    const mean = arrays[0]!;
    const square = arrays[1]!;
    const maximum = arrays[2];
    const kept = decoupled ? 1 - rate * weightDecay : 1;
    const length = rate / (1 - beta1 ** step);
    const root = Math.sqrt(1 - beta2 ** step);
    for (let i = 0; i < parameter.length; i++) {
      const value = parameter[i]!;
      const slope = gradient[i]! + added * value;
      const first = beta1 * mean[i]! + (1 - beta1) * slope;
      let second = beta2 * square[i]! + (1 - beta2) * slope * slope;
      mean[i] = first;
      square[i] = second;
      if (maximum !== undefined) {
        second = Math.max(second, maximum[i]!);
        maximum[i] = second;
      }
      parameter[i] = kept * value - (length * first) / (Math.sqrt(second) / root + epsilon);
    }
  });
}
