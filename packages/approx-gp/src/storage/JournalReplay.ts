import { FileFormatError } from '@pct/core';
import type { Direction } from '../samplers/types.js';
import { externalValue } from '../space/distributions.js';
import type { Choice } from '../space/parameters.js';
import { parseJson } from './journalJson.js';
import {
  directionOf,
  Operation,
  stateOf,
  type Attributes,
  type JournalRecord,
  type TrialState,
} from './records.js';

/** What a journal says about a trial. Never changed: a trial that changes is replaced. */
export interface TrialRecord {
  /** Place among all trials of the journal. */
  readonly id: number;
  /** Place among the trials of its study. */
  readonly number: number;
  readonly state: TrialState;
  readonly params: Readonly<Record<string, Choice>>;
  readonly values: readonly number[] | undefined;
  /** By step, in the order of reports. */
  readonly intermediates: ReadonlyMap<number, number>;
  readonly userAttributes: Attributes;
  readonly systemAttributes: Attributes;
  /** ISO 8601. */
  readonly started: string | undefined;
  readonly completed: string | undefined;
  /** Worker that made it or last took it on. */
  readonly worker: string;
  /** The replay's version after the trial last changed. */
  readonly version: number;
}

/** What a journal says about a study. */
export interface StudyRecord {
  readonly id: number;
  readonly name: string;
  readonly directions: readonly Direction[];
  userAttributes: Attributes;
  systemAttributes: Attributes;
  readonly trials: TrialRecord[];
}

/** What a line did to a trial. */
export interface TrialChange {
  readonly study: StudyRecord;
  /** Undefined if the line made the trial. */
  readonly before: TrialRecord | undefined;
  readonly after: TrialRecord;
}

/** System attribute by which a worker takes over a trial of a dead one. */
export const WORKER_ATTRIBUTE = 'approx-gp:worker';

/** The studies of a journal, from replaying its lines by Optuna's rules. */
export class JournalReplay {
  readonly studies: StudyRecord[] = [];
  /** Changes so far. */
  version = 0;
  /** Trials of all studies so far, deleted ones too: the id of the next one. */
  trialCount = 0;
  /** The trial that the last line made or changed, as it was before and is now; undefined if it did not. */
  lastChange: TrialChange | undefined;
  private readonly source: string;
  private studyCount = 0;
  private rows = 0;
  private readonly places = new Map<number, { study: StudyRecord; number: number }>();

  /** @param source - name of the storage, for messages */
  constructor(source: string) {
    this.source = source;
  }

  /**
   * Takes in the next line.
   *
   * @throws {@link FileFormatError} naming the line if it is not a record
   */
  apply(line: string): void {
    this.rows++;
    this.lastChange = undefined;
    if (line.trim() === '') return;
    try {
      const record = parseJson(line) as JournalRecord;
      if (typeof record !== 'object' || record === null || !Number.isInteger(record.op_code)) {
        throw new SyntaxError('there is no op_code');
      }
      this.version++;
      this.applyRecord(record);
    } catch (cause) {
      const { message } = cause as Error;
      throw new FileFormatError(
        { file: this.source, row: this.rows },
        `not a record of an Optuna journal (${message}); remove the line to read the rest`,
        { cause },
      );
    }
  }

  private applyRecord(record: JournalRecord): void {
    switch (record.op_code) {
      case Operation.createStudy:
        this.createStudy(record);
        return;
      case Operation.deleteStudy: {
        const at = this.studies.findIndex(({ id }) => id === record.study_id);
        if (at !== -1) this.studies.splice(at, 1);
        return;
      }
      case Operation.setStudyUserAttribute:
      case Operation.setStudySystemAttribute: {
        const study = this.studies.find(({ id }) => id === record.study_id);
        if (study === undefined) return;
        study.userAttributes = { ...study.userAttributes, ...record.user_attr };
        study.systemAttributes = { ...study.systemAttributes, ...record.system_attr };
        return;
      }
      case Operation.createTrial:
        this.createTrial(record);
        return;
      default:
        // Operations that later versions add must not keep the rest from being read.
        if (record.trial_id !== undefined) this.changeTrial(record.trial_id, record);
    }
  }

  private createStudy({ study_name, directions }: JournalRecord): void {
    const name = required(study_name, 'study_name');
    // Of several workers that made it at once, the first did.
    if (this.studies.some((study) => study.name === name)) return;
    this.studies.push({
      id: this.studyCount++,
      name,
      directions: required(directions, 'directions').map(directionOf),
      userAttributes: {},
      systemAttributes: {},
      trials: [],
    });
  }

  private createTrial(record: JournalRecord): void {
    const study = this.studies.find(({ id }) => id === record.study_id);
    if (study === undefined) return;
    const id = this.trialCount++;
    const { trials } = study;
    this.places.set(id, { study, number: trials.length });
    const { distributions = {}, params = {}, value, values } = record;
    const externals = Object.entries(params).map(([name, internal]) => {
      const distribution = required(distributions[name], `distribution of ${name}`);
      return [name, externalValue(distribution, internal)] as const;
    });
    const trial: TrialRecord = {
      id,
      number: trials.length,
      state: required(stateOf(record.state ?? 0), 'state'),
      params: Object.fromEntries(externals),
      values: values ?? (typeof value === 'number' ? [value] : undefined),
      intermediates: new Map(
        Object.entries(record.intermediate_values ?? {}).map(([step, entry]) => [Number(step), entry]),
      ),
      userAttributes: record.user_attrs ?? {},
      systemAttributes: record.system_attrs ?? {},
      started: record.datetime_start ?? undefined,
      completed: record.datetime_complete ?? undefined,
      worker: record.worker_id,
      version: this.version,
    };
    trials.push(trial);
    this.lastChange = { study, before: undefined, after: trial };
  }

  private changeTrial(id: number, record: JournalRecord): void {
    const place = this.places.get(id);
    if (place === undefined) return;
    const { trials } = place.study;
    const trial = trials[place.number]!;
    if (trial.state !== 'running' && trial.state !== 'waiting') return;
    const change = changeOf(trial, record);
    if (change === undefined) return;
    const after = { ...trial, ...change, version: this.version };
    trials[place.number] = after;
    this.lastChange = { study: place.study, before: trial, after };
  }
}

function changeOf(trial: TrialRecord, record: JournalRecord): Partial<TrialRecord> | undefined {
  switch (record.op_code) {
    case Operation.setParameter: {
      const internal = required(record.param_value_internal, 'param_value_internal');
      const value = externalValue(required(record.distribution, 'distribution'), internal);
      return { params: { ...trial.params, [required(record.param_name, 'param_name')]: value } };
    }
    case Operation.setState:
      return stateChange(trial, record);
    case Operation.setIntermediate: {
      const step = required(record.step, 'step');
      const value = required(record.intermediate_value, 'intermediate_value');
      return { intermediates: new Map(trial.intermediates).set(step, value) };
    }
    case Operation.setUserAttribute:
      return { userAttributes: { ...trial.userAttributes, ...record.user_attr } };
    case Operation.setSystemAttribute: {
      const systemAttributes = { ...trial.systemAttributes, ...record.system_attr };
      const worker = record.system_attr?.[WORKER_ATTRIBUTE];
      return typeof worker === 'string' ? { systemAttributes, worker } : { systemAttributes };
    }
    default:
      return undefined;
  }
}

function stateChange(trial: TrialRecord, record: JournalRecord): Partial<TrialRecord> | undefined {
  const state = required(stateOf(required(record.state, 'state')), 'state');
  // Another worker was faster to take the trial from the queue.
  if (state === 'running' && trial.state === 'running') return undefined;
  return {
    state,
    values: record.values ?? trial.values,
    started: record.datetime_start ?? trial.started,
    completed: record.datetime_complete ?? trial.completed,
    worker: state === 'running' ? record.worker_id : trial.worker,
  };
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new SyntaxError(`there is no ${name}`);
  return value;
}
