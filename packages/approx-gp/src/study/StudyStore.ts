import { InvalidArgumentError } from '@pct/core';
import type { Direction } from '../samplers/types.js';
import { distributionText, internalValue } from '../space/distributions.js';
import type { SpaceEncoding, Values } from '../space/SpaceEncoding.js';
import type { Choice } from '../space/parameters.js';
import { JournalReplay, type StudyRecord, type TrialRecord } from '../storage/JournalReplay.js';
import { printJson } from '../storage/journalJson.js';
import { codeOfDirection, Operation, type Json, type JournalRecord } from '../storage/records.js';
import type { Storage } from '../storage/types.js';

/** System attribute of a study that holds its seed. */
const SEED_ATTRIBUTE = 'approx-gp:seed';

/** A record without what every record has. */
export type Entry = Omit<JournalRecord, 'worker_id'>;

/** Appends records; from {@link StudyStore.write}. */
export type Append = (entries: readonly Entry[]) => void;

/** One study of a storage: what the journal says about it, and what may be added. */
export class StudyStore {
  readonly storage: Storage;
  /** The seed that is stored with the study. */
  readonly seed: number | string;
  private readonly replay: JournalReplay;
  private readonly name: string;
  private position = 0;

  /**
   * Opens the study, or makes it if there is none of that name.
   *
   * @throws {@link InvalidArgumentError} if it has other directions or another seed
   */
  constructor(
    storage: Storage,
    name: string,
    directions: readonly Direction[] | undefined,
    seed: number | string | undefined,
  ) {
    this.storage = storage;
    this.name = name;
    this.replay = new JournalReplay(storage.name);
    this.seed = this.write((append) => {
      if (this.find() === undefined) {
        const codes = (directions ?? ['minimize']).map(codeOfDirection);
        append([{ op_code: Operation.createStudy, study_name: name, directions: codes }]);
      }
      this.checkDirections(directions);
      const stored = this.record.systemAttributes[SEED_ATTRIBUTE] as number | string | undefined;
      if (stored !== undefined && seed !== undefined && stored !== seed) {
        throw new InvalidArgumentError(
          `createStudy: study ${JSON.stringify(name)} has the seed ${JSON.stringify(stored)}, got ${JSON.stringify(seed)}; ` +
            'leave the seed out or give the study another name',
        );
      }
      if (stored === undefined) append([this.studyAttribute('system', SEED_ATTRIBUTE, seed ?? 0)]);
      return stored ?? seed ?? 0;
    });
  }

  private checkDirections(directions: readonly Direction[] | undefined): void {
    const { directions: stored } = this.record;
    if (directions === undefined || stored.join() === directions.join()) return;
    throw new InvalidArgumentError(
      `createStudy: study ${JSON.stringify(this.name)} has the directions ${stored.join(', ')}, got ${directions.join(', ')}; ` +
        'give the study another name',
    );
  }

  /** The study as of the last {@link StudyStore.sync}. */
  get record(): StudyRecord {
    const record = this.find();
    if (record === undefined) {
      throw new InvalidArgumentError(
        `Study: ${JSON.stringify(this.name)} is no longer in ${this.storage.name}; somebody deleted it`,
      );
    }
    return record;
  }

  /** Grows with every change that has been read. */
  get version(): number {
    return this.replay.version;
  }

  /** Id of the trial that is made next. */
  get nextId(): number {
    return this.replay.trialCount;
  }

  private find(): StudyRecord | undefined {
    return this.replay.studies.find(({ name }) => name === this.name);
  }

  /** Takes in what others appended. */
  sync(): void {
    const { lines, next } = this.storage.read(this.position);
    // Not before the lines are in: a line that cannot be read is met again, not skipped.
    for (const line of lines) this.replay.apply(line);
    this.position = next;
  }

  /** Runs a function that knows everything stored and may add to it, while nobody else can. */
  write<T>(work: (append: Append) => T): T {
    return this.storage.exclusively((appendLines) => {
      this.sync();
      return work((entries) => {
        const { worker } = this.storage;
        appendLines(
          entries.map(({ op_code, ...rest }) => printJson({ op_code, worker_id: worker, ...rest })),
        );
        this.sync();
      });
    });
  }

  /** Entry of an attribute of the study. */
  studyAttribute(kind: 'user' | 'system', key: string, value: Json): Entry {
    const study_id = this.record.id;
    return kind === 'user'
      ? { op_code: Operation.setStudyUserAttribute, study_id, user_attr: { [key]: value } }
      : { op_code: Operation.setStudySystemAttribute, study_id, system_attr: { [key]: value } };
  }
}

/** Entry of a system attribute of a trial. */
export function systemAttribute(trial: TrialRecord, key: string, value: Json): Entry {
  return { op_code: Operation.setSystemAttribute, trial_id: trial.id, system_attr: { [key]: value } };
}

/** Now, as Optuna writes it. */
export function timestamp(): string {
  return new Date().toISOString().replace('Z', '000+00:00');
}

/** Parameters as one entry has them: internal numbers and what they mean, by name. */
export function packParams(
  space: SpaceEncoding,
  params: Values,
): { params: Record<string, number>; distributions: Record<string, string> } {
  const packed: Record<string, number> = {};
  const distributions: Record<string, string> = {};
  for (const { name, parameter } of space.dimensions) {
    if (params[name] === undefined) continue;
    packed[name] = internalValue(parameter, params[name] as Choice);
    distributions[name] = distributionText(parameter);
  }
  return { params: packed, distributions };
}

/** Parameters that a trial does not have yet, as an entry each. */
export function paramEntries(space: SpaceEncoding, trial: TrialRecord, params: Values): Entry[] {
  return space.dimensions
    .filter(({ name }) => params[name] !== undefined && trial.params[name] === undefined)
    .map(({ name, parameter }) => ({
      op_code: Operation.setParameter,
      trial_id: trial.id,
      param_name: name,
      param_value_internal: internalValue(parameter, params[name] as Choice),
      distribution: distributionText(parameter),
    }));
}
