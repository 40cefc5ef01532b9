import { checkFinite, InvalidArgumentError } from '@pct/core';
import { makeOptimizer, type Optimizer, type OptimizerOptions } from './optimizer.js';

/** Settings of {@link sgd}. */
export interface SgdOptions extends OptimizerOptions {
  /**
   * Share of the last step that is kept, at least 0; usual is 0.9.
   * @defaultValue `0`
   */
  readonly momentum?: number | undefined;
  /**
   * Share of each gradient after the first that does not go into the momentum.
   * @defaultValue `0`
   */
  readonly dampening?: number | undefined;
  /**
   * Whether to look ahead by the momentum; needs momentum and no dampening.
   * @defaultValue `false`
   */
  readonly nesterov?: boolean | undefined;
}

/**
 * Stochastic gradient descent, with momentum if wanted, as PyTorch defines it:
 * b ← μ b + (1 - d) g (b = g at the first step), θ ← θ - γ b, or θ - γ (g + μ b) with `nesterov`.
 *
 * @param options - {@link SgdOptions}
 * @throws {@link InvalidArgumentError} if an option is out of range
 * @see Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning"
 * @example
 * ```ts
 * const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
 * let state = optimizer.init(parameters);
 * [parameters, state] = optimizer.update(gradients, state, parameters);
 * ```
 */
export function sgd(options: SgdOptions): Optimizer {
  const { learningRate, momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options;
  checkFinite('sgd', 'momentum', momentum, { min: 0 });
  checkFinite('sgd', 'dampening', dampening);
  checkFinite('sgd', 'weightDecay', weightDecay, { min: 0 });
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw new InvalidArgumentError(
      `sgd: nesterov needs momentum above 0 and dampening 0, got momentum ${momentum} and dampening ${dampening}`,
    );
  }
  return makeOptimizer(
    'sgd',
    learningRate,
    momentum === 0 ? [] : ['momentum'],
    (parameter, gradient, [buffer], rate, step) => {
      const share = step === 1 ? 1 : 1 - dampening;
      for (let i = 0; i < parameter.length; i++) {
        const value = parameter[i]!;
        let change = gradient[i]! + weightDecay * value;
        if (buffer !== undefined) {
          const moving = momentum * buffer[i]! + share * change;
          buffer[i] = moving;
          change = nesterov ? change + momentum * moving : moving;
        }
        parameter[i] = value - rate * change;
      }
    },
  );
}
