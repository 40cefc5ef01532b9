import { createRng, describeValue, InvalidArgumentError, type Rng, type Task } from '@pct/core';
import type { Pruner } from '../pruners/types.js';
import type { Sampler, SamplerContext } from '../samplers/types.js';
import type { SpaceEncoding, Values } from '../space/SpaceEncoding.js';
import type { ParamsOf, Space } from '../space/parameters.js';
import { WORKER_ATTRIBUTE, type TrialRecord } from '../storage/JournalReplay.js';
import { codeOfState, Operation, type Attributes, type Json } from '../storage/records.js';
import { checkValues, completionOf } from './completion.js';
import { runOptimization } from './optimize.js';
import { propose, unknown } from './propose.js';
import { retryEntry } from './retry.js';
import {
  packParams,
  paramEntries,
  systemAttribute,
  timestamp,
  type Append,
  type Entry,
  type StudyStore,
} from './StudyStore.js';
import { checkConstraints, Trial, type TrialHost } from './Trial.js';
import { StudyView } from './StudyView.js';
import type {
  Objective,
  ObjectiveValue,
  OptimizeOptions,
  StudyTrial,
  TaskOutcome,
  TaskTrial,
  TellOptions,
} from './types.js';

/** What a study is made of; from `createStudy`. */
export interface StudyParts<S extends Space> {
  readonly store: StudyStore;
  readonly space: SpaceEncoding<S>;
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly retries: number;
  readonly avoidDuplicates: boolean;
  readonly interrupted: 'continue' | 'fail';
  /** A point that the rule of the space allows. */
  readonly allowed: Float64Array;
}

/** Options of {@link Study.enqueue}. */
export interface EnqueueOptions {
  /** Kept with the trial. @defaultValue none */
  readonly userAttributes?: Attributes | undefined;
  /** Whether to do nothing if a trial with the same parameters is there already. @defaultValue `false` */
  readonly skipIfExists?: boolean | undefined;
}

/** A trial that ended elsewhere, for {@link Study.addTrial}. */
export interface FinishedTrial<S extends Space> extends TellOptions {
  readonly params: ParamsOf<S>;
  readonly values?: ObjectiveValue | undefined;
  readonly userAttributes?: Attributes | undefined;
}

/**
 * A search for the best point of a space: asks a sampler what to try, is told what came of it, and keeps all of it in a
 * storage. From `createStudy`.
 */
export class Study<S extends Space> extends StudyView<S> {
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  private readonly parts: StudyParts<S>;
  private readonly streams: Rng;
  /** Trials of this object that were interrupted. */
  private readonly released = new Set<number>();
  private stopping = false;

  /** @internal */
  constructor(parts: StudyParts<S>) {
    super(parts.store, parts.space);
    this.parts = parts;
    this.sampler = parts.sampler;
    this.pruner = parts.pruner;
    this.streams = createRng(parts.store.seed);
  }

  /** Keeps something with the study: anything that JSON has. */
  setUserAttribute(key: string, value: Json): void {
    this.store.write((append) => append([this.store.studyAttribute('user', key, value)]));
  }

  /**
   * Begins a trial: one that was interrupted, or the next one of the queue, or a new one where the sampler says. Does not
   * throw for anything that trials or samplers did; if the sampler failed, the point is random and the trial's system
   * attribute `approx-gp:sampler_error` says why.
   *
   * @param signal - becomes the trial's @defaultValue one that never aborts
   */
  ask(signal: AbortSignal = new AbortController().signal): Trial<S> {
    return this.store.write((append) => {
      if (this.parts.interrupted === 'fail') this.failInterrupted(append);
      const { trials } = this.store.record;
      const interrupted = trials.find((trial) => this.isInterrupted(trial));
      if (interrupted !== undefined) {
        this.released.delete(interrupted.number);
        const claim = systemAttribute(interrupted, WORKER_ATTRIBUTE, this.store.storage.worker);
        return this.begin(interrupted, append, [claim], signal);
      }
      const waiting = trials.find(({ state }) => state === 'waiting');
      if (waiting !== undefined) {
        const start = { trial_id: waiting.id, state: codeOfState('running'), values: null };
        const entry = { op_code: Operation.setState, ...start, datetime_start: timestamp() };
        return this.begin(waiting, append, [entry], signal);
      }
      const { point, error } = this.propose(trials.length, unknown(this.space.dimensions.length));
      const params = this.space.decode(point);
      const entry: Entry = {
        op_code: Operation.createTrial,
        study_id: this.store.record.id,
        datetime_start: timestamp(),
        state: codeOfState('running'),
        ...packParams(this.space, params),
        ...(error !== undefined && { system_attrs: { 'approx-gp:sampler_error': error } }),
      };
      append([entry]);
      return this.trialOf(trials.length - 1, params, signal);
    });
  }

  private begin(record: TrialRecord, append: Append, first: readonly Entry[], signal: AbortSignal): Trial<S> {
    const given = givenOf(record);
    const fixed = Float64Array.from(this.space.dimensions, (dimension) =>
      dimension.encode(given[dimension.name]),
    );
    const point = this.space.encode(given) ?? this.propose(record.number, fixed).point;
    const params = this.space.decode(point, given);
    append([...first, ...paramEntries(this.space, record, params)]);
    return this.trialOf(record.number, params, signal);
  }

  private trialOf(number: number, params: ParamsOf<S>, signal: AbortSignal): Trial<S> {
    const host: TrialHost = {
      report: (...report) => this.report(...report),
      shouldPrune: (...reported) => this.shouldPrune(...reported),
      setTrialAttribute: (...attribute) => this.setTrialAttribute(...attribute),
    };
    return new Trial(host, number, params, this.streams.split('objective').split(number), signal);
  }

  private isInterrupted({ number, state, worker }: TrialRecord): boolean {
    if (state !== 'running') return false;
    return this.released.has(number) || !this.store.storage.isAlive(worker);
  }

  private failInterrupted(append: Append): void {
    for (const record of this.store.record.trials.filter((trial) => this.isInterrupted(trial))) {
      const end = completionOf(record, undefined, { reason: 'the process that ran it ended' });
      append([...end.entries, ...retryEntry(this.store.record.id, record, this.parts.retries)]);
    }
  }

  private propose(number: number, fixed: Float64Array): { point: Float64Array; error: string | undefined } {
    const { sampler, space, avoidDuplicates, allowed } = this.parts;
    const rules = { sampler, space, fixed, avoidDuplicates, allowed };
    return propose(rules, this.contextOf(number));
  }

  private contextOf(number: number): SamplerContext {
    const { record, version } = this.store;
    return {
      space: this.space,
      directions: record.directions,
      trials: this.encoded.of(record.trials),
      version,
      number,
      rng: this.streams.split('sampler').split(number),
    };
  }

  /**
   * Ends a trial.
   *
   * @param trial - from {@link Study.ask}, or the number of a trial that runs, in whichever process
   * @param values - one per objective; if one is not finite the trial fails, and so does one without values
   * @param options - {@link TellOptions}
   * @returns the trial as it is now
   * @throws {@link InvalidArgumentError} if the trial does not run, or the values are not one number per objective
   */
  tell(trial: Trial<S> | number, values?: ObjectiveValue, options: TellOptions = {}): StudyTrial<S> {
    const number = typeof trial === 'number' ? trial : trial.number;
    const said = typeof trial === 'number' ? undefined : trial.constraints;
    const { constraints = said } = options;
    if (constraints !== undefined) checkConstraints('Study.tell', constraints);
    const list = checkValues('Study.tell', values, this.directions.length);
    this.store.write((append) => {
      const record = this.runningTrial('Study.tell', number);
      const { entries, failed } = completionOf(record, list, { ...options, constraints });
      const retry = failed ? retryEntry(this.store.record.id, record, this.parts.retries) : [];
      append([...entries, ...retry]);
    });
    this.released.delete(number);
    return this.trials[number]!;
  }

  private runningTrial(functionName: string, number: number): TrialRecord {
    const record = this.store.record.trials[number];
    if (record?.state === 'running') return record;
    throw new InvalidArgumentError(
      `${functionName}: trial must be one that runs, got ${describeValue(number)}, ` +
        (record === undefined ? 'which there is not' : `whose state is ${record.state}`),
    );
  }

  private report(number: number, step: number, value: number): void {
    if (this.directions.length > 1) {
      throw new InvalidArgumentError(
        'Trial.report: a study of several objectives has no intermediate values',
      );
    }
    this.store.write((append) => {
      const { id } = this.runningTrial('Trial.report', number);
      append([{ op_code: Operation.setIntermediate, trial_id: id, step, intermediate_value: value }]);
    });
  }

  private setTrialAttribute(number: number, key: string, value: Json): void {
    this.store.write((append) => {
      const { id } = this.runningTrial('Trial.setUserAttribute', number);
      append([{ op_code: Operation.setUserAttribute, trial_id: id, user_attr: { [key]: value } }]);
    });
  }

  private shouldPrune(number: number, reported: ReadonlyMap<number, number>): boolean {
    if (reported.size === 0) return false;
    const trials = this.encodedTrials;
    const intermediates = [...reported]
      .map(([step, value]) => ({ step, value }))
      .sort((a, b) => a.step - b.step);
    return this.pruner.shouldPrune({
      direction: this.directions[0]!,
      trials,
      trial: { ...trials[number]!, intermediates },
      study: this.name,
    });
  }

  /**
   * Puts parameters into the queue, which comes before the sampler.
   *
   * @param params - all or some of the parameters; the sampler chooses the others
   * @param options - {@link EnqueueOptions}
   * @throws {@link InvalidArgumentError} naming a parameter that the space does not have, or not with that value
   */
  enqueue(params: Partial<ParamsOf<S>>, options: EnqueueOptions = {}): void {
    const { userAttributes, skipIfExists = false } = options;
    this.space.encodePart('Study.enqueue', params);
    const fixed = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
    this.store.write((append) => {
      const same = (trial: TrialRecord): boolean =>
        Object.entries(fixed).every(([name, value]) => givenOf(trial)[name] === value);
      if (skipIfExists && this.store.record.trials.some(same)) return;
      append([
        {
          op_code: Operation.createTrial,
          study_id: this.store.record.id,
          datetime_start: null,
          state: codeOfState('waiting'),
          system_attrs: { fixed_params: fixed as Attributes },
          ...(userAttributes !== undefined && { user_attrs: userAttributes }),
        },
      ]);
    });
  }

  /**
   * Adds a trial that ended elsewhere, such as results that are known already.
   *
   * @param trial - {@link FinishedTrial}
   * @returns the trial as it is now
   * @throws {@link InvalidArgumentError} if the space does not have the parameters, or as {@link Study.tell}
   */
  addTrial(trial: FinishedTrial<S>): StudyTrial<S> {
    const { params, values, userAttributes, ...options } = trial;
    this.space.encodePart('Study.addTrial', params);
    if (this.space.encode(params) === undefined) {
      throw new InvalidArgumentError(
        'Study.addTrial: params must have all parameters that are there with them',
      );
    }
    const list = checkValues('Study.addTrial', values, this.directions.length);
    if (options.constraints !== undefined) checkConstraints('Study.addTrial', options.constraints);
    return this.store.write((append) => {
      const { record, nextId } = this.store;
      const begin: Entry = {
        op_code: Operation.createTrial,
        study_id: record.id,
        datetime_start: timestamp(),
        state: codeOfState('running'),
        ...packParams(this.space, params),
        ...(userAttributes !== undefined && { user_attrs: userAttributes }),
      };
      append([begin, ...completionOf({ id: nextId, intermediates: new Map() }, list, options).entries]);
      return this.views.of(record.trials).at(-1)!;
    });
  }

  /**
   * Runs trials until there are enough of them.
   *
   * @param objective - a function of the trial, or, with an executor, a task of {@link TaskTrial}
   * @param options - {@link OptimizeOptions}
   * @returns the study
   * @throws (rejects) the signal's reason · the objective's error after `maxErrors` of them in a row ·
   *   {@link InvalidArgumentError} if an option is out of range
   */
  async optimize<O extends ObjectiveValue | TaskOutcome>(
    objective: Objective<S> | Task<TaskTrial<S>, O>,
    options: OptimizeOptions<S> = {},
  ): Promise<this> {
    this.stopping = false;
    await runOptimization(this, objective, options, {
      isStopping: () => this.stopping,
      release: (number) => void this.released.add(number),
    });
    return this;
  }

  /** Lets `optimize` begin no more trials. */
  stop(): void {
    this.stopping = true;
  }
}

/** What is known of a trial's parameters before it begins. */
function givenOf({ params, systemAttributes }: TrialRecord): Values {
  return { ...(systemAttributes['fixed_params'] as Values | undefined), ...params };
}
