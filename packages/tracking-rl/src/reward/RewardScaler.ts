import { checkFinite, checkInteger, InvalidArgumentError, ShapeError } from '@pct/core';

/** Where a {@link RewardScaler} is: plain JSON. */
export interface RewardScalerState {
  /** Moving mean of each group, [groups]. */
  readonly mean: readonly number[];
  /** Moving variance of each group, [groups]. */
  readonly variance: readonly number[];
  /** Whether the group has come up yet, [groups]. */
  readonly seen: readonly boolean[];
}

/** Options of {@link RewardScaler}. */
export interface RewardScalerOptions {
  /**
   * Weight of a new batch in the moving mean and variance, in (0, 1]: with 1 each batch is standardised by itself.
   * @defaultValue `1`
   */
  readonly rate?: number | undefined;
}

/** Least standard deviation that is divided by: rewards that are all equal become 0. */
const LEAST_WIDTH = 1e-8;

/**
 * Standardises rewards by kind of transition: kinks in the calorimeter, in each tracking layer, and of first segments
 * differ in scale, so each group gets mean 0 and variance 1 of its own.
 *
 * @example
 * ```ts
 * const scaler = new RewardScaler(environment.groups);
 * const { individual, groups } = await rollout(environment, act);
 * const standardised = scaler.update(individual, groups).apply(individual, groups);
 * ```
 * @see Kortus et al. 2023, doi:10.1109/TPAMI.2023.3305027 (standardised by kind of layer)
 */
export class RewardScaler {
  readonly #rate: number;
  readonly #mean: Float64Array;
  readonly #variance: Float64Array;
  readonly #seen: boolean[];

  /**
   * @param groups - number of groups, >= 1; of an environment `environment.groups`
   * @param options - {@link RewardScalerOptions}
   * @throws InvalidArgumentError if an argument is out of range
   */
  constructor(groups: number, { rate = 1 }: RewardScalerOptions = {}) {
    checkInteger('RewardScaler', 'groups', groups, { min: 1, max: 256 });
    this.#rate = checkFinite('RewardScaler', 'rate', rate, { min: Number.MIN_VALUE, max: 1 });
    this.#mean = new Float64Array(groups);
    this.#variance = new Float64Array(groups).fill(1);
    this.#seen = new Array<boolean>(groups).fill(false);
  }

  /**
   * Takes a batch of rewards into account.
   *
   * @param rewards - finite, [steps]
   * @param groups - group of each, [steps]
   * @returns this
   */
  update(rewards: ArrayLike<number>, groups: ArrayLike<number>): this {
    this.#check('update', rewards, groups);
    const size = this.#mean.length;
    const [counts, sums, squares] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
    for (let i = 0; i < rewards.length; i++) {
      counts[groups[i]!]!++;
      sums[groups[i]!]! += checkFinite('RewardScaler.update', `rewards[${i}]`, rewards[i]);
    }
    for (let i = 0; i < rewards.length; i++) {
      const g = groups[i]!;
      squares[g]! += (rewards[i]! - sums[g]! / counts[g]!) ** 2;
    }
    for (let g = 0; g < size; g++) {
      if (counts[g] === 0) continue;
      const rate = this.#seen[g]! ? this.#rate : 1;
      this.#mean[g]! += rate * (sums[g]! / counts[g]! - this.#mean[g]!);
      this.#variance[g]! += rate * (squares[g]! / counts[g]! - this.#variance[g]!);
      this.#seen[g] = true;
    }
    return this;
  }

  /**
   * Standardised rewards, (r − mean) / standard deviation of their group; as they are in groups that have not come up.
   *
   * @param rewards - [steps]
   * @param groups - group of each, [steps]
   * @returns a new array, [steps]
   */
  apply(rewards: ArrayLike<number>, groups: ArrayLike<number>): Float64Array {
    this.#check('apply', rewards, groups);
    const widths = this.#variance.map((variance) => Math.max(LEAST_WIDTH, Math.sqrt(variance)));
    return Float64Array.from(
      rewards,
      (reward, i) => (reward - this.#mean[groups[i]!]!) / widths[groups[i]!]!,
    );
  }

  /** For checkpoints. */
  getState(): RewardScalerState {
    return { mean: [...this.#mean], variance: [...this.#variance], seen: [...this.#seen] };
  }

  /**
   * Goes on from another one's state.
   *
   * @throws InvalidArgumentError if it is of another number of groups
   */
  setState({ mean, variance, seen }: RewardScalerState): void {
    const size = this.#mean.length;
    if (mean.length !== size || variance.length !== size || seen.length !== size)
      throw new InvalidArgumentError(
        `RewardScaler.setState: the state must be of ${size} groups, got ${mean.length}`,
      );
    this.#mean.set(mean);
    this.#variance.set(variance);
    seen.forEach((known, g) => (this.#seen[g] = known));
  }

  #check(method: string, rewards: ArrayLike<number>, groups: ArrayLike<number>): void {
    if (rewards.length !== groups.length)
      throw new ShapeError(
        `RewardScaler.${method}: rewards and groups must have one length, got ${rewards.length} and ${groups.length}`,
      );
    for (let i = 0; i < groups.length; i++)
      checkInteger(`RewardScaler.${method}`, `groups[${i}]`, groups[i], {
        min: 0,
        max: this.#mean.length - 1,
      });
  }
}
