import { checkFinite, InvalidArgumentError } from '@pct/core';

/** Options of {@link generalizedAdvantages}. */
export interface AdvantageOptions {
  /**
   * Discount of later rewards, γ, in [0, 1].
   * @defaultValue `0.99`
   */
  readonly gamma?: number | undefined;
  /**
   * Share of later differences, λ, in [0, 1]: 0 trusts the critic, 1 the rewards.
   * @defaultValue `0.95`
   */
  readonly gaeLambda?: number | undefined;
}

/** What {@link generalizedAdvantages} returns. */
export interface Advantages {
  /** [steps] */
  readonly advantages: Float64Array;
  /** Targets of the critic: advantages + values; [steps]. */
  readonly returns: Float64Array;
}

/**
 * Generalised advantage estimation along the tracks of an episode:
 *
 * δᵢ = rᵢ + γ V(next(i)) − V(i), Aᵢ = δᵢ + γ λ A(next(i)), with V = A = 0 after the end of a track.
 *
 * @param rewards - of each agent's step, [steps]
 * @param values - the critic's before the step, [steps]
 * @param next - the step by which the same track goes on, later than this one; −1 at its end. [steps]
 * @param bootstrap - V after a track that was cut off rather than ended, where `next` is −1; [steps]. 0 by default
 * @param options - {@link AdvantageOptions}
 * @throws InvalidArgumentError if lengths differ, or a step does not follow in time
 * @see Schulman et al. 2016, arXiv:1506.02438, eq. 16
 */
export function generalizedAdvantages(
  rewards: ArrayLike<number>,
  values: ArrayLike<number>,
  next: ArrayLike<number>,
  options: AdvantageOptions & { readonly bootstrap?: ArrayLike<number> | undefined } = {},
): Advantages {
  const { gamma = 0.99, gaeLambda = 0.95, bootstrap } = options;
  const name = 'generalizedAdvantages';
  checkFinite(name, 'gamma', gamma, { min: 0, max: 1 });
  checkFinite(name, 'gaeLambda', gaeLambda, { min: 0, max: 1 });
  const steps = rewards.length;
  if (values.length !== steps || next.length !== steps || (bootstrap ?? rewards).length !== steps)
    throw new InvalidArgumentError(
      `${name}: rewards, values, next and bootstrap must have one length, got ${steps}, ${values.length}, ` +
        `${next.length} and ${bootstrap?.length ?? 'none'}`,
    );
  const advantages = new Float64Array(steps);
  const returns = new Float64Array(steps);
  for (let i = steps - 1; i >= 0; i--) {
    const after = next[i]!;
    if (after !== -1 && !(after > i && after < steps))
      throw new InvalidArgumentError(
        `${name}: next[${i}] must be −1 or from ${i + 1} to ${steps - 1}, got ${after}`,
      );
    const nextValue = after < 0 ? (bootstrap?.[i] ?? 0) : values[after]!;
    const nextAdvantage = after < 0 ? 0 : advantages[after]!;
    advantages[i] = rewards[i]! + gamma * nextValue - values[i]! + gamma * gaeLambda * nextAdvantage;
    returns[i] = advantages[i]! + values[i]!;
  }
  return { advantages, returns };
}

/**
 * Share of the variance of the returns that the critic explains, 1 − Var(R − V) / Var(R); NaN where returns are all equal.
 */
export function explainedVariance(values: ArrayLike<number>, returns: ArrayLike<number>): number {
  const variance = (of: (i: number) => number): number => {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < returns.length; i++) sum += of(i);
    const mean = sum / returns.length;
    for (let i = 0; i < returns.length; i++) squares += (of(i) - mean) ** 2;
    return squares;
  };
  const total = variance((i) => returns[i]!);
  return total === 0 ? NaN : 1 - variance((i) => returns[i]! - values[i]!) / total;
}
