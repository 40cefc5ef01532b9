import type { TrialRecord } from '../storage/JournalReplay.js';
import { codeOfState, Operation, type Attributes } from '../storage/records.js';
import type { Entry } from './StudyStore.js';

/** The entry that puts a failed trial back into the queue, marked as Optuna does; none if it was retried often enough. */
export function retryEntry(studyId: number, trial: TrialRecord, retries: number): Entry[] {
  const { systemAttributes: attributes } = trial;
  const before = (attributes['retry_history'] ?? []) as readonly number[];
  if (before.length >= retries) return [];
  const marks: Attributes = {
    fixed_params: trial.params,
    failed_trial: attributes['failed_trial'] ?? trial.number,
    retry_history: [...before, trial.number],
  };
  return [
    {
      op_code: Operation.createTrial,
      study_id: studyId,
      datetime_start: null,
      state: codeOfState('waiting'),
      user_attrs: trial.userAttributes,
      system_attrs: marks,
    },
  ];
}
