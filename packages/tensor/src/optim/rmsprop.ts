import { checkFinite, checkProbability } from '@pct/core';
import { makeOptimizer, type Optimizer, type OptimizerOptions } from './optimizer.js';

/** Settings of {@link rmsprop}. */
export interface RmspropOptions extends OptimizerOptions {
  /**
   * Share of the running average of squared gradients that is kept, from 0 to 1.
   * @defaultValue `0.99`
   */
  readonly decay?: number | undefined;
  /**
   * Added to the root of the average, at least 0.
   * @defaultValue `1e-8`
   */
  readonly epsilon?: number | undefined;
  /**
   * Share of the last step that is kept, at least 0.
   * @defaultValue `0`
   */
  readonly momentum?: number | undefined;
  /**
   * Whether to divide by the standard deviation of the gradients instead of their root mean square.
   * @defaultValue `false`
   */
  readonly centered?: boolean | undefined;
}

/**
 * RMSprop as PyTorch defines it (epsilon outside of the root, unlike TensorFlow):
 * v ← α v + (1 - α) g², θ ← θ - γ g / (√v + ε); with `centered` v - m² in place of v, m the average of g.
 *
 * @param options - {@link RmspropOptions}
 * @throws {@link InvalidArgumentError} if an option is out of range
 * @see Tieleman and Hinton 2012, Lecture 6.5; Graves 2013, arXiv:1308.0850, eqs. 38-45, for the centred form
 */
export function rmsprop(options: RmspropOptions): Optimizer {
  const {
    learningRate,
    decay = 0.99,
    epsilon = 1e-8,
    momentum = 0,
    centered = false,
    weightDecay = 0,
  } = options;
  checkProbability('rmsprop', 'decay', decay);
  checkFinite('rmsprop', 'epsilon', epsilon, { min: 0 });
  checkFinite('rmsprop', 'momentum', momentum, { min: 0 });
  checkFinite('rmsprop', 'weightDecay', weightDecay, { min: 0 });
  const slots = ['square', ...(centered ? ['mean'] : []), ...(momentum > 0 ? ['momentum'] : [])];
  return makeOptimizer('rmsprop', learningRate, slots, (parameter, gradient, arrays, rate) => {
    const square = arrays[0]!;
    const mean = centered ? arrays[1]! : undefined;
    const buffer = momentum > 0 ? arrays.at(-1)! : undefined;
    for (let i = 0; i < parameter.length; i++) {
      const value = parameter[i]!;
      const slope = gradient[i]! + weightDecay * value;
      let spread = decay * square[i]! + (1 - decay) * slope * slope;
      square[i] = spread;
      if (mean !== undefined) {
        const average = decay * mean[i]! + (1 - decay) * slope;
        mean[i] = average;
        // Rounding of the two averages may leave a small negative variance.
        spread = Math.max(0, spread - average * average);
      }
      let change = slope / (Math.sqrt(spread) + epsilon);
      if (buffer !== undefined) {
        change += momentum * buffer[i]!;
        buffer[i] = change;
      }
      parameter[i] = value - rate * change;
    }
  });
}
