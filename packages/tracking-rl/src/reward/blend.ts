import { checkOneOf, checkProbability } from '@pct/core';

/** How the rewards of agents become those of a team. */
export interface BlendOptions {
  /**
   * Share w of an agent's own reward in w rᵢ + (1 − w) r of its team, in [0, 1]: 1 for individual rewards, 0 for
   * those of the team alone.
   * @defaultValue `1`
   */
  readonly individualShare?: number | undefined;
  /**
   * Reward of a team: mean or sum over the agents of one frame that decide at once.
   * @defaultValue `'mean'`
   */
  readonly team?: 'mean' | 'sum' | undefined;
}

/** Options with their defaults. */
export function checkBlend(
  caller: string,
  { individualShare = 1, team = 'mean' }: BlendOptions,
): { readonly individualShare: number; readonly team: 'mean' | 'sum' } {
  checkProbability(caller, 'individualShare', individualShare);
  checkOneOf(caller, 'team', team, ['mean', 'sum']);
  return { individualShare, team };
}

/**
 * Blends the rewards of agents with those of their teams, w rᵢ + (1 − w) r.
 *
 * @param rewards - of the agents by themselves, [agents]
 * @param teams - frame of each agent; neighbours with the same one are a team, [agents]
 * @param options - {@link BlendOptions}
 * @returns a new array, [agents]
 * @throws InvalidArgumentError if an option is out of range
 * @see Kortus, Keidel, Gauger and Kieseler 2025, arXiv:2501.05113, which finds both individual and team rewards possible
 */
export function blendRewards(
  rewards: ArrayLike<number>,
  teams: ArrayLike<number>,
  options: BlendOptions = {},
): Float64Array {
  const { individualShare, team } = checkBlend('blendRewards', options);
  const blended = Float64Array.from(rewards);
  if (individualShare === 1) return blended;
  let first = 0;
  while (first < blended.length) {
    let sum = 0;
    let last = first;
    for (; last < blended.length && teams[last] === teams[first]; last++) sum += rewards[last]!;
    const share = (1 - individualShare) * (team === 'mean' ? sum / (last - first) : sum);
    for (; first < last; first++) blended[first] = individualShare * rewards[first]! + share;
  }
  return blended;
}
