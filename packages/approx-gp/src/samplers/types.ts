import type { Rng } from '@pct/core';

/** Whether an objective should become small or large. */
export type Direction = 'minimize' | 'maximize';

/** One coordinate of an encoded point. */
export interface EncodedDimension {
  /** Name of the parameter. */
  readonly name: string;
  /**
   * `continuous`: any number of [0, 1]. `discrete`: the places of `levels` ordered values inside (0, 1).
   * `categorical`: an integer code 0 … levels − 1, without order.
   */
  readonly kind: 'continuous' | 'discrete' | 'categorical';
  /** Number of values; `Infinity` for continuous dimensions. */
  readonly levels: number;
  /**
   * Coordinate of a level: the code itself where categorical; where discrete, a place inside the level's share of
   * [0, 1], which reaches half a step to either side on the (possibly logarithmic) scale, so that a uniform number
   * falls to equally spaced levels equally often. NaN for continuous dimensions.
   *
   * @param level - an integer from 0 to levels − 1; of a discrete dimension half a level less or more gives the ends of the share
   */
  placeOf(level: number): number;
  /**
   * The level whose share a coordinate falls into; out of range counts as the nearest. NaN for continuous dimensions.
   */
  levelAt(coordinate: number): number;
  /** What decides whether the parameter is there at all; undefined if it always is. */
  readonly condition: EncodedCondition | undefined;
}

/** A parameter is active if its parent is, and has one of some codes. */
export interface EncodedCondition {
  /** Index of the dimension that decides: categorical, and before this one. */
  readonly parent: number;
  /** Codes of the parent with which the parameter is active, ascending. */
  readonly codes: readonly number[];
}

/**
 * A search space turned into numbers: every trial is a point `[d]` of [0, 1] along continuous and discrete
 * dimensions and of integer codes along categorical ones. Scales are those of the parameters: equal distances
 * of a logarithmic parameter are equal ratios. The same object during a study.
 */
export interface EncodedSpace {
  /** In the order of the space's parameters; parents stand before the parameters that depend on them, [d]. */
  readonly dimensions: readonly EncodedDimension[];
  /**
   * Moves a point to the nearest one that the space has: coordinates into range, discrete ones to the place of their
   * level, codes to integers, and NaN where a parameter is not active. A coordinate that is NaN though it is active
   * stays so: the study draws it at random.
   *
   * @param point - `[d]`, is changed
   * @returns point
   */
  snapInPlace(point: Float64Array): Float64Array;
  /** A uniform point of the space, snapped, `[d]`. */
  sample(rng: Rng): Float64Array;
  /** Whether the caller's rule for combinations of parameters allows a snapped point; true without such a rule. */
  allows(point: Float64Array): boolean;
  /** Number of different points, an upper bound where rules or conditions leave some out; `Infinity` if not finite. */
  readonly size: number;
}

/**
 * What a trial is to a sampler. `pending`: being evaluated. `complete`: has finite values. `pruned`: stopped early, with
 * the last intermediate value as its value if there was one. `failed`: an error or a value that is not finite. `ignored`:
 * nothing to learn from: waiting in the queue, or with parameters that this space does not have.
 */
export type EncodedState = 'pending' | 'complete' | 'pruned' | 'failed' | 'ignored';

/** A value that a trial reported on its way. */
export interface IntermediateValue {
  /** An integer from 0, such as the epoch. */
  readonly step: number;
  /** NaN where the objective reported that. */
  readonly value: number;
}

/**
 * A trial as samplers see it. Objects and arrays are never changed after they are made: a trial that changes is replaced
 * by a new object with a higher version.
 */
export interface EncodedTrial {
  /** The trial's number in the study and its index in {@link SamplerContext.trials}; never changes. */
  readonly number: number;
  /** The study's {@link SamplerContext.version} after the trial last changed. */
  readonly version: number;
  readonly state: EncodedState;
  /** `[d]`; NaN where a parameter is not active. All NaN where the state is `ignored`. */
  readonly point: Float64Array;
  /**
   * `[objectives]`, in the objective's own unit and direction: finite if `complete`; `[1]`, the last intermediate value, if
   * `pruned` after a finite one; undefined otherwise.
   */
  readonly values: Float64Array | undefined;
  /** `[constraints]`: feasible where all are ≤ 0; undefined if the trial gave none. */
  readonly constraints: Float64Array | undefined;
  /** By ascending step. */
  readonly intermediates: readonly IntermediateValue[];
}

/** What a sampler may know when it is asked for a point. */
export interface SamplerContext {
  /** The same object during a study. */
  readonly space: EncodedSpace;
  /** One per objective. */
  readonly directions: readonly Direction[];
  /** All trials by number, those of other processes and of earlier runs too. Trials are added and replaced, never removed. */
  readonly trials: readonly EncodedTrial[];
  /**
   * Grows with every change of a trial. A sampler that keeps a model up to date takes in the trials whose `version` is
   * above the `version` of the last context that it saw; the rest is as it was then.
   */
  readonly version: number;
  /** Number of the trial that the point is for. */
  readonly number: number;
  /** This trial's own random stream: depends on the study's seed and the trial's number alone. */
  readonly rng: Rng;
}

/** What a model believes about an objective at a point, in the objective's own unit and direction. */
export interface Prediction {
  readonly mean: number;
  /** Standard deviation of the objective without its noise, at least 0. */
  readonly standardDeviation: number;
}

/**
 * A way to choose the next point. One object serves one study: it may keep a model of the trials it has seen.
 *
 * `ask` must not throw for any trials (duplicates, constant values, no trials at all); the study repairs points that
 * the space does not have. It is synchronous, since trials are told while others run.
 */
export interface Sampler {
  /** For reports and messages. */
  readonly name: string;
  /**
   * Chooses a point.
   *
   * @param context - {@link SamplerContext}
   * @returns an encoded point `[d]`, the caller's; the study snaps it, and draws active coordinates that are NaN at random
   */
  ask(context: SamplerContext): Float64Array;
  /**
   * For samplers that remember more than the trials: takes in a question that was answered earlier, by another object for
   * the same study, and leaves this one as {@link Sampler.ask} with the same context would. Called before the first
   * question of a study that is continued, for one earlier question after the other.
   *
   * @param context - as it was then
   */
  recall?(context: SamplerContext): void;
  /**
   * What the model of the trials seen so far says at points, for reports: undefined while there is no model.
   *
   * @param point - encoded, `[d]`
   * @param objective - index of the objective
   */
  predict?(point: Float64Array, objective: number): Prediction | undefined;
}
