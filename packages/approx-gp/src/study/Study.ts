import { createRng, InvalidArgumentError, type Rng, type Task } from '@pct/core';
import type { Pruner } from '../pruners/types.js';
import type { Sampler } from '../samplers/types.js';
import type { ParamsOf, Space } from '../space/parameters.js';
import type { TrialRecord } from '../storage/JournalReplay.js';
import { codeOfState, Operation, type Attributes, type Json } from '../storage/records.js';
import { checkValues, completionOf } from './completion.js';
import { givenOf } from './given.js';
import { runOptimization } from './optimize.js';
import { retryEntry } from './retry.js';
import { runningTrial, StudyHost } from './StudyHost.js';
import { packParams, timestamp, type Entry } from './StudyStore.js';
import { StudyView } from './StudyView.js';
import { checkConstraints, Trial, type TrialHost } from './Trial.js';
import { TrialStarter, type StudyParts } from './TrialStarter.js';
import type {
  Objective,
  ObjectiveValue,
  OptimizeOptions,
  StudyTrial,
  TaskOutcome,
  TaskTrial,
  TellOptions,
} from './types.js';

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
  private readonly starter: TrialStarter<S>;
  private readonly host: TrialHost;
  private stopping = false;

  /** @internal */
  constructor(parts: StudyParts<S>) {
    super(parts.store, parts.space);
    this.parts = parts;
    this.sampler = parts.sampler;
    this.pruner = parts.pruner;
    this.streams = createRng(parts.store.seed);
    this.starter = new TrialStarter(parts, this.encoded, this.streams);
    this.host = new StudyHost(parts, this);
  }

  /** Keeps something with the study: anything that JSON has. */
  setUserAttribute(key: string, value: Json): void {
    this.store.write((append) => append([this.store.studyAttribute('user', key, value)]));
  }

  /**
   * Begins a trial: one that was interrupted, or the next one of the queue, or a new one where the sampler says. Others may
   * use the storage while the sampler thinks. Does not throw for anything that trials or samplers did; if the sampler
   * failed, the point is random and the trial's system attribute `approx-gp:sampler_error` says why.
   *
   * @param signal - becomes the trial's @defaultValue one that never aborts
   */
  ask(signal: AbortSignal = new AbortController().signal): Trial<S> {
    const { number, params } = this.starter.start();
    return new Trial(this.host, number, params, this.streams.split('objective').split(number), signal);
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
      const record = runningTrial('Study.tell', this.store, number);
      const { entries, failed } = completionOf(record, list, { ...options, constraints });
      const retry = failed ? retryEntry(this.store.record.id, record, this.parts.retries) : [];
      append([...entries, ...retry]);
    });
    this.starter.forget(number);
    return this.trials[number]!;
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
      release: (number) => this.starter.release(number),
    });
    return this;
  }

  /** Lets `optimize` begin no more trials. */
  stop(): void {
    this.stopping = true;
  }
}
