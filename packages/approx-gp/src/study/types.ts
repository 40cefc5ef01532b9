import type { Executor, Progress, RngState } from '@pct/core';
import type { Pruner } from '../pruners/types.js';
import type { Direction, Sampler } from '../samplers/types.js';
import type { ParamsOf, Space } from '../space/parameters.js';
import type { Attributes, TrialState } from '../storage/records.js';
import type { Storage } from '../storage/types.js';
import type { Trial } from './Trial.js';

/** A trial as it is now; never changes. */
export interface StudyTrial<S extends Space = Space> {
  /** From 0, in the order in which trials began. */
  readonly number: number;
  readonly state: TrialState;
  /** What was tried. A trial of another program, or one that waits in the queue, may lack some. */
  readonly params: ParamsOf<S>;
  /** The first of `values`. */
  readonly value: number | undefined;
  /** One per objective once complete; the last intermediate value where the trial was pruned. */
  readonly values: readonly number[] | undefined;
  /** What the trial reported on its way, by step. */
  readonly intermediates: ReadonlyMap<number, number>;
  /** What the trial said about constraints: kept where ≤ 0. Undefined if nothing. */
  readonly constraints: readonly number[] | undefined;
  /** False if a constraint is above 0. */
  readonly feasible: boolean;
  readonly userAttributes: Attributes;
  /** What programs rather than users keep with it, such as `fail_reason`. */
  readonly systemAttributes: Attributes;
  readonly started: Date | undefined;
  readonly completed: Date | undefined;
}

/** What an objective gives: one number per objective. NaN and infinities make the trial fail. */
export type ObjectiveValue = number | readonly number[];

/** The function to optimise. It may throw {@link TrialPruned}; anything else that it throws makes the trial fail. */
export type Objective<S extends Space> = (trial: Trial<S>) => ObjectiveValue | Promise<ObjectiveValue>;

/** What a task that is an objective gets, in a worker thread or on another machine. */
export interface TaskTrial<S extends Space = Space> {
  readonly number: number;
  readonly params: ParamsOf<S>;
  /** For `Rng.fromState`: the trial's own random stream. */
  readonly rng: RngState;
  /** What the task reports by, with `openTaskTrial`; undefined unless {@link OptimizeOptions.reports} is set. */
  readonly port?: MessagePort | undefined;
}

/** What a task that is an objective may give if it has more to say than its values. */
export interface TaskOutcome {
  readonly values: ObjectiveValue;
  /** Kept where ≤ 0. */
  readonly constraints?: readonly number[] | undefined;
  readonly userAttributes?: Attributes | undefined;
}

/** Options of `createStudy`. */
export interface StudyOptions<S extends Space> {
  /** Parameters by name, from `float`, `int`, `categorical` and `when`. */
  readonly space: S;
  /**
   * Says of parameters whether they may be tried at all, such as `({ a, b }) => a + b <= 1`. Must be fast and depend on
   * nothing else.
   * @defaultValue all may
   */
  readonly allow?: ((params: ParamsOf<S>) => boolean) | undefined;
  /** Name within the storage. @defaultValue `'study'` */
  readonly name?: string | undefined;
  /** For one objective. @defaultValue `'minimize'` */
  readonly direction?: Direction | undefined;
  /** For several objectives, one each. @defaultValue `[direction]` */
  readonly directions?: readonly Direction[] | undefined;
  /** Chooses points; an object of its own for every study. @defaultValue `gpSampler()` */
  readonly sampler?: Sampler | undefined;
  /** Says which trials are hopeless, where they ask. @defaultValue `medianPruner()` */
  readonly pruner?: Pruner | undefined;
  /** Where trials are kept. A study of that name that is there already is continued. @defaultValue `memoryStorage()` */
  readonly storage?: Storage | undefined;
  /**
   * Of all random choices: trial k has a stream of its own, fixed by the seed and k. Stored with the study; a study that is
   * continued has its seed and refuses another one.
   * @defaultValue `0`
   */
  readonly seed?: number | string | undefined;
  /**
   * How often a trial that fails is put back into the queue, with the same parameters, from 0.
   * @defaultValue `0`
   */
  readonly retries?: number | undefined;
  /**
   * Whether points that were tried already are replaced by random ones while there are others; for spaces of few points
   * and objectives without noise.
   * @defaultValue `false`
   */
  readonly avoidDuplicates?: boolean | undefined;
  /**
   * What becomes of trials whose process died, where that is known: `continue` gives the same trial out again, so that
   * a study that was killed goes on as if nothing had happened; `fail` gives it up.
   * @defaultValue `'continue'`
   */
  readonly interrupted?: 'continue' | 'fail' | undefined;
  /**
   * Whether the sampler of a study that is continued first goes through all questions that were answered before, if it
   * remembers them: the study then goes on with the points that it would have had without the interruption, to the last
   * bit if one trial ran at a time. Without, `gpSampler` learns anew from all trials at once, which takes less time.
   * @defaultValue `true`
   */
  readonly recall?: boolean | undefined;
}

/** Options of {@link Study.optimize}. */
export interface OptimizeOptions<S extends Space> {
  /** Trials to finish in this call, from 0; pruned and failed ones count. @defaultValue `Infinity` */
  readonly trials?: number | undefined;
  /** Time in milliseconds after which no more trials are begun. @defaultValue `Infinity` */
  readonly timeoutMs?: number | undefined;
  /** Trials that run at once, from 1. @defaultValue `1` */
  readonly concurrency?: number | undefined;
  /** Runs the objective, which has to be a task then, such as `threadExecutor()`; not closed. @defaultValue this thread */
  readonly executor?: Executor | undefined;
  /**
   * Whether tasks can report on their way and be pruned, see `openTaskTrial`. Needs an executor that hands message ports
   * over, as `threadExecutor` does; one that reaches other machines may not.
   * @defaultValue `false`
   */
  readonly reports?: boolean | undefined;
  /**
   * Stops: the promise rejects with its reason at once. Trials that run are not told; the study gives them out again first
   * when it goes on.
   */
  readonly signal?: AbortSignal | undefined;
  /** Receives the number of finished trials of this call from time to time, and at the end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Is told about every trial that finished; may call `stop`. What it throws ends the call. */
  readonly onTrial?: ((trial: StudyTrial<S>) => void) | undefined;
  /**
   * Errors of the objective in a row after which the last one is thrown, from 1, `Infinity` for never: an objective that
   * always throws is a mistake rather than bad luck.
   * @defaultValue `10`
   */
  readonly maxErrors?: number | undefined;
}

/** Options of {@link Study.tell}. */
export interface TellOptions {
  /** How the trial ended. @defaultValue `'complete'` if there are values, `'fail'` without */
  readonly state?: 'complete' | 'pruned' | 'fail' | undefined;
  /** Kept where ≤ 0. @defaultValue what the trial said */
  readonly constraints?: readonly number[] | undefined;
  /** Why it failed, kept as system attribute `fail_reason`. */
  readonly reason?: string | undefined;
}
