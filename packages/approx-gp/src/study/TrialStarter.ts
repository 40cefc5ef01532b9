import type { Rng } from '@pct/core';
import type { Pruner } from '../pruners/types.js';
import type { EncodedTrial, Sampler, SamplerContext } from '../samplers/types.js';
import type { SpaceEncoding } from '../space/SpaceEncoding.js';
import type { ParamsOf, Space } from '../space/parameters.js';
import { WORKER_ATTRIBUTE, type TrialRecord } from '../storage/JournalReplay.js';
import { codeOfState, Operation } from '../storage/records.js';
import { completionOf } from './completion.js';
import { givenOf } from './given.js';
import { propose } from './propose.js';
import { recallQuestions } from './recallQuestions.js';
import { retryEntry } from './retry.js';
import {
  paramEntries,
  systemAttribute,
  timestamp,
  type Append,
  type Entry,
  type StudyStore,
} from './StudyStore.js';
import type { TrialViews } from './trialView.js';

/** What a study is made of; from `createStudy`. */
export interface StudyParts<S extends Space> {
  readonly store: StudyStore;
  readonly space: SpaceEncoding<S>;
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly retries: number;
  readonly avoidDuplicates: boolean;
  readonly interrupted: 'continue' | 'fail';
  readonly recall: boolean;
  /** A point that the rule of the space allows. */
  readonly allowed: Float64Array;
}

/** A trial that has begun. */
export interface StartedTrial<S extends Space> {
  readonly number: number;
  readonly params: ParamsOf<S>;
}

/** How often a sampler is asked again because others began trials while it thought. */
const SECOND_THOUGHTS = 2;
/** System attribute that says why the sampler gave no point. */
const ERROR_ATTRIBUTE = 'approx-gp:sampler_error';

/**
 * Begins trials. The storage is held twice for a moment: to take a trial on, and to keep what the sampler chose for it; not
 * while the sampler thinks.
 */
export class TrialStarter<S extends Space> {
  private readonly parts: StudyParts<S>;
  private readonly encoded: TrialViews<EncodedTrial>;
  private readonly streams: Rng;
  /** Trials of this object that were interrupted. */
  private readonly released = new Set<number>();
  private recalled = false;

  /**
   * @param encoded - trials as samplers see them
   * @param streams - of the study's seed
   */
  constructor(parts: StudyParts<S>, encoded: TrialViews<EncodedTrial>, streams: Rng) {
    this.parts = parts;
    this.encoded = encoded;
    this.streams = streams;
  }

  /** Says that a trial of this object was given up without a result. */
  release(number: number): void {
    this.released.add(number);
  }

  /** Says that a trial ended. */
  forget(number: number): void {
    this.released.delete(number);
  }

  /** Begins one that was interrupted, or the next one of the queue, or a new one. */
  start(): StartedTrial<S> {
    const { store, space } = this.parts;
    const { record, params } = store.write((append) => {
      const taken = this.take(append);
      const given = givenOf(taken);
      const point = space.encode(given);
      if (point === undefined) return { record: taken, params: undefined };
      const known = space.decode(point, given);
      append(paramEntries(space, taken, known));
      return { record: taken, params: known };
    });
    return { number: record.number, params: params ?? this.think(record) };
  }

  /** Makes a trial this object's. */
  private take(append: Append): TrialRecord {
    const { store, interrupted: policy } = this.parts;
    if (policy === 'fail') this.failInterrupted(append);
    const { trials } = store.record;
    const interrupted = trials.find((trial) => this.isInterrupted(trial));
    const waiting = trials.find(({ state }) => state === 'waiting');
    if (interrupted !== undefined) {
      append([systemAttribute(interrupted, WORKER_ATTRIBUTE, store.storage.worker)]);
      // Not before: a storage may do all of this again if somebody else appended first.
      this.released.delete(interrupted.number);
    } else if (waiting !== undefined) {
      const start = { trial_id: waiting.id, state: codeOfState('running'), values: null };
      append([{ op_code: Operation.setState, ...start, datetime_start: timestamp() }]);
    } else {
      const start = { study_id: store.record.id, state: codeOfState('running') };
      append([{ op_code: Operation.createTrial, ...start, datetime_start: timestamp() }]);
    }
    const { number } = interrupted ?? waiting ?? trials.at(-1)!;
    return trials[number]!;
  }

  private isInterrupted({ number, state, worker }: TrialRecord): boolean {
    if (state !== 'running') return false;
    return this.released.has(number) || !this.parts.store.storage.isAlive(worker);
  }

  private failInterrupted(append: Append): void {
    const { store, retries } = this.parts;
    for (const record of store.record.trials.filter((trial) => this.isInterrupted(trial))) {
      const end = completionOf(record, undefined, { reason: 'the process that ran it ended' });
      append([...end.entries, ...retryEntry(store.record.id, record, retries)]);
    }
  }

  /** Lets the sampler choose what is not given. */
  private think(record: TrialRecord): ParamsOf<S> {
    const { store, space } = this.parts;
    const given = givenOf(record);
    const fixed = Float64Array.from(space.dimensions, (dimension) => dimension.encode(given[dimension.name]));
    this.recall();
    for (let attempt = 0; ; attempt++) {
      const context = this.contextOf(record.number);
      const { point, error } = propose({ ...this.parts, fixed }, context);
      const params = space.decode(point, given);
      const kept = store.write((append) => {
        if (attempt < SECOND_THOUGHTS && this.othersBegan(context)) return false;
        const entries: Entry[] = paramEntries(space, record, params);
        if (error !== undefined) entries.push(systemAttribute(record, ERROR_ATTRIBUTE, error));
        append(entries);
        return true;
      });
      if (kept) return params;
    }
  }

  private contextOf(number: number): SamplerContext {
    const { store, space } = this.parts;
    const { record, version } = store;
    return {
      space,
      directions: record.directions,
      trials: this.encoded.of(record.trials),
      version,
      number,
      rng: this.streams.split('sampler').split(number),
    };
  }

  /** Whether there are points that the sampler did not know of: it may have chosen one of them again. */
  private othersBegan({ version, number }: SamplerContext): boolean {
    return this.encoded
      .of(this.parts.store.record.trials)
      .some((trial) => trial.state === 'pending' && trial.version > version && trial.number !== number);
  }

  /** Before its first question a sampler is told of those that others were asked earlier. */
  private recall(): void {
    if (this.recalled) return;
    this.recalled = true;
    if (this.parts.recall) recallQuestions(this.parts, this.streams);
  }
}
