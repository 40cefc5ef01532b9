import { checkFinite, checkOneOf, checkPositive, describeValue, InvalidArgumentError } from '@pct/core';
import type { CostBatch, Estimator } from '../types.js';
import { checkNoisy, noisyForward, noisyGradient, noisySaved, type NoisyOptions } from './noisy.js';

/**
 * What {@link aimle} learns on the way; yours to keep, save as JSON, and share between the estimators of a training.
 * Every backward pass changes it, so of all estimators this one alone is no function of its inputs.
 */
export interface AimleState {
  /** Strength of the moves: λ = strength ‖c‖ / ‖g‖, per problem; at least 0. */
  strength: number;
  /** Moving average of how many entries of a problem's gradient differ from 0, per sample. */
  nonzeros: number;
}

/** Options of {@link aimle}. */
export interface AimleOptions extends NoisyOptions {
  /** From {@link aimleState}; is changed by every backward pass. */
  readonly state: AimleState;
  /**
   * How many entries of a gradient should differ from 0 on average, per problem and sample, above 0.
   *
   * @defaultValue `1`
   */
  readonly target?: number | undefined;
  /**
   * By how much the strength rises where there are fewer, or falls where there are more, per backward pass; above 0.
   *
   * @defaultValue `0.001`
   */
  readonly step?: number | undefined;
  /**
   * What a pass keeps of the moving average, from 0 to 1.
   *
   * @defaultValue `0.9`
   */
  readonly decay?: number | undefined;
  /**
   * Whether the difference is taken between targets on both sides.
   *
   * @defaultValue `true`
   */
  readonly twoSided?: boolean | undefined;
}

/**
 * A state to begin with.
 *
 * @param strength - at least 0 @defaultValue `0.1`
 * @throws {@link InvalidArgumentError} if it is not such
 */
export function aimleState(strength = 0.1): AimleState {
  return { strength: checkFinite('aimleState', 'strength', strength, { min: 0 }), nonzeros: 1 };
}

/**
 * Adaptive implicit maximum likelihood: {@link imle} with λ = strength ‖c‖ / ‖g‖ for each problem, where the strength
 * follows how many entries of the gradients differ from 0: too few carry no information, too many are biased.
 *
 * @param options - {@link AimleOptions}
 * @throws {@link InvalidArgumentError} if an option is outside its range
 * @see Minervini, Franceschi & Niepert 2023, "Adaptive perturbation-based gradient estimation for discrete latent
 * variable models", AAAI, arXiv:2209.04862, section 4
 */
export function aimle({
  state,
  target = 1,
  step = 0.001,
  decay = 0.9,
  twoSided = true,
  ...noise
}: AimleOptions): Estimator {
  const name = 'aimle';
  if (typeof state !== 'object' || state === null) {
    throw new InvalidArgumentError(`${name}: state must come from aimleState(), got ${describeValue(state)}`);
  }
  checkFinite(name, 'state.strength', state.strength, { min: 0 });
  checkFinite(name, 'state.nonzeros', state.nonzeros, { min: 0 });
  checkPositive(name, 'target', target);
  checkPositive(name, 'step', step);
  checkFinite(name, 'decay', decay, { min: 0, max: 1 });
  checkOneOf(name, 'twoSided', twoSided, [true, false]);
  const noisy = checkNoisy(name, noise);
  return {
    name,
    seed: noise.seed,
    saved: noisySaved(noisy.samples),
    forward: (batch, context) => noisyForward(batch, context, noisy),
    backward(batch, _output, saved, cotangent, context) {
      const lambdas = strengths(batch, cotangent, state.strength);
      const gradient = noisyGradient(batch, saved, cotangent, context, { ...noisy, twoSided, lambdas });
      let nonzeros = 0;
      const size = batch.rows * batch.columns;
      for (let at = 0; at < gradient.length; at++) {
        if (gradient[at] === 0) continue;
        nonzeros++;
        gradient[at] = gradient[at]! / lambdas[Math.floor(at / size)]!;
      }
      const found = nonzeros / Math.max(1, batch.batch * noisy.samples);
      state.nonzeros = decay * state.nonzeros + (1 - decay) * found;
      state.strength = Math.max(0, state.strength + (state.nonzeros < target ? step : -step));
      return gradient;
    },
  };
}

/** λ of each problem: strength ‖c‖ / ‖g‖ over the allowed pairs, or 0 where there is no gradient. */
function strengths(
  { batch, rows, columns, cost }: CostBatch,
  cotangent: Float64Array,
  strength: number,
): Float64Array {
  const size = rows * columns;
  const lambdas = new Float64Array(batch);
  for (let k = 0; k < batch; k++) {
    let costs = 0;
    let gradients = 0;
    for (let at = k * size; at < (k + 1) * size; at++) {
      if (cost[at] === Infinity) continue;
      costs = Math.hypot(costs, cost[at]!);
      gradients = Math.hypot(gradients, cotangent[at]!);
    }
    const lambda = (strength * costs) / gradients;
    lambdas[k] = Number.isFinite(lambda) ? lambda : 0;
  }
  return lambdas;
}
