import { checkInteger, describeValue, InvalidArgumentError, type Rng } from '@pct/core';
import type { ParamsOf, Space } from '../space/parameters.js';
import type { Json } from '../storage/records.js';

/** What a trial needs of its study. */
export interface TrialHost {
  report(number: number, step: number, value: number): void;
  shouldPrune(number: number, reported: ReadonlyMap<number, number>): boolean;
  setTrialAttribute(number: number, key: string, value: Json): void;
}

/** A trial that runs: what the objective gets. */
export class Trial<S extends Space> {
  readonly number: number;
  /** What to try. */
  readonly params: ParamsOf<S>;
  /** A random stream of this trial's own, fixed by the study's seed and the trial's number. */
  readonly rng: Rng;
  /** Aborts when the result is no longer wanted. */
  readonly signal: AbortSignal;
  /** What the trial said about constraints. */
  constraints: readonly number[] | undefined;
  private readonly host: TrialHost;
  /** What this run of the trial reported, by step. */
  private readonly values = new Map<number, number>();

  /** @internal */
  constructor(host: TrialHost, number: number, params: ParamsOf<S>, rng: Rng, signal: AbortSignal) {
    this.host = host;
    this.number = number;
    this.params = Object.freeze(params);
    this.rng = rng;
    this.signal = signal;
  }

  /**
   * Reports how good the trial is so far, for pruners and plots; one objective only. Nothing once the study no longer wants
   * the result.
   *
   * @param step - an integer from 0, such as the epoch; a value that was reported for the same step before is replaced
   * @param value - a number; NaN and infinities count as such
   * @throws {@link InvalidArgumentError} if they are not such, the trial is finished, or the study has several objectives
   */
  report(step: number, value: number): void {
    checkInteger('Trial.report', 'step', step, { min: 0 });
    if (typeof value !== 'number') {
      throw new InvalidArgumentError(`Trial.report: value must be a number, got ${describeValue(value)}`);
    }
    if (this.signal.aborted) return;
    this.host.report(this.number, step, value);
    this.values.set(step, value);
  }

  /** Whether the study's pruner thinks that the trial is hopeless; then throw `new TrialPruned()`. */
  shouldPrune(): boolean {
    return this.host.shouldPrune(this.number, this.values);
  }

  /**
   * Keeps something with the trial: anything that JSON has.
   *
   * @throws {@link InvalidArgumentError} if the trial is finished
   */
  setUserAttribute(key: string, value: Json): void {
    if (!this.signal.aborted) this.host.setTrialAttribute(this.number, key, value);
  }

  /**
   * Says how far constraints are broken: each is kept where its value is ≤ 0. All trials give the same number of them.
   *
   * @param values - `[constraints]`; one that is not finite makes the trial fail
   * @throws {@link InvalidArgumentError} if they are no numbers
   */
  setConstraints(values: readonly number[]): void {
    this.constraints = checkConstraints('Trial.setConstraints', values);
  }
}

/** A copy, checked. */
export function checkConstraints(functionName: string, values: readonly number[]): readonly number[] {
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'number')) {
    throw new InvalidArgumentError(
      `${functionName}: constraints must be a list of numbers, got ${describeValue(values)}`,
    );
  }
  return [...(values as readonly number[])];
}
