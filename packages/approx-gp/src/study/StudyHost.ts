import { describeValue, InvalidArgumentError } from '@pct/core';
import type { Pruner } from '../pruners/types.js';
import type { Direction, EncodedTrial } from '../samplers/types.js';
import type { TrialRecord } from '../storage/JournalReplay.js';
import { Operation, type Json } from '../storage/records.js';
import type { StudyStore } from './StudyStore.js';
import type { TrialHost } from './Trial.js';

/** What the host needs of a study. */
interface HostedStudy {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly encodedTrials: readonly EncodedTrial[];
}

/** What the trials of a study say and ask while they run. */
export class StudyHost implements TrialHost {
  private readonly store: StudyStore;
  private readonly pruner: Pruner;
  private readonly study: HostedStudy;

  constructor({ store, pruner }: { store: StudyStore; pruner: Pruner }, study: HostedStudy) {
    this.store = store;
    this.pruner = pruner;
    this.study = study;
  }

  report(number: number, step: number, value: number): void {
    if (this.study.directions.length > 1) {
      throw new InvalidArgumentError(
        'Trial.report: a study of several objectives has no intermediate values',
      );
    }
    this.store.write((append) => {
      const { id } = runningTrial('Trial.report', this.store, number);
      append([{ op_code: Operation.setIntermediate, trial_id: id, step, intermediate_value: value }]);
    });
  }

  setTrialAttribute(number: number, key: string, value: Json): void {
    this.store.write((append) => {
      const { id } = runningTrial('Trial.setUserAttribute', this.store, number);
      append([{ op_code: Operation.setUserAttribute, trial_id: id, user_attr: { [key]: value } }]);
    });
  }

  shouldPrune(number: number, reported: ReadonlyMap<number, number>): boolean {
    if (reported.size === 0) return false;
    const trials = this.study.encodedTrials;
    const intermediates = [...reported]
      .map(([step, value]) => ({ step, value }))
      .sort((a, b) => a.step - b.step);
    return this.pruner.shouldPrune({
      direction: this.study.directions[0]!,
      trials,
      trial: { ...trials[number]!, intermediates },
      study: this.study.name,
    });
  }
}

/** A trial of a synchronised store that runs. */
export function runningTrial(functionName: string, store: StudyStore, number: number): TrialRecord {
  const record = store.record.trials[number];
  if (record?.state === 'running') return record;
  throw new InvalidArgumentError(
    `${functionName}: trial must be one that runs, got ${describeValue(number)}, ` +
      (record === undefined ? 'which there is not' : `whose state is ${record.state}`),
  );
}
