import { checkOneOf, describeValue, InvalidArgumentError } from '@pct/core';
import type { TrialRecord } from '../storage/JournalReplay.js';
import { codeOfState, Operation } from '../storage/records.js';
import { systemAttribute, timestamp, type Entry } from './StudyStore.js';
import { CONSTRAINTS_ATTRIBUTE } from './trialView.js';
import type { ObjectiveValue, TellOptions } from './types.js';

/** Values as a list; undefined if there are none. */
export function checkValues(
  functionName: string,
  values: ObjectiveValue | undefined,
  objectives: number,
): readonly number[] | undefined {
  if (values === undefined) return undefined;
  const list: readonly unknown[] = Array.isArray(values) ? values : [values];
  if (list.length !== objectives || !list.every((value) => typeof value === 'number')) {
    const wanted = objectives === 1 ? 'a number' : `a list of ${objectives} numbers`;
    throw new InvalidArgumentError(`${functionName}: values must be ${wanted}, got ${describeValue(values)}`);
  }
  return list;
}

/** Entries that end a trial, and whether it failed. */
export function completionOf(
  trial: Pick<TrialRecord, 'id' | 'intermediates'>,
  values: readonly number[] | undefined,
  { state: wish, constraints, reason }: TellOptions,
): { readonly entries: Entry[]; readonly failed: boolean } {
  if (wish !== undefined) checkOneOf('Study.tell', 'state', wish, ['complete', 'pruned', 'fail']);
  const bad =
    wish === 'pruned' || wish === 'fail' ? undefined : (problemOf(values, constraints) ?? undefined);
  const state = bad === undefined ? (wish ?? 'complete') : 'fail';
  const why = reason ?? bad;
  const record = trial as TrialRecord;
  const entries: Entry[] = [
    ...(constraints === undefined ? [] : [systemAttribute(record, CONSTRAINTS_ATTRIBUTE, [...constraints])]),
    ...(state === 'fail' && why !== undefined ? [systemAttribute(record, 'fail_reason', why)] : []),
    {
      op_code: Operation.setState,
      trial_id: trial.id,
      state: codeOfState(state),
      values: state === 'complete' ? values! : state === 'pruned' ? lastValue(trial.intermediates) : null,
      datetime_complete: timestamp(),
    },
  ];
  return { entries, failed: state === 'fail' };
}

/** Why a trial cannot be complete. */
function problemOf(
  values: readonly number[] | undefined,
  constraints: readonly number[] | undefined,
): string | undefined {
  if (values === undefined) return 'there are no values';
  const value = values.find((entry) => !Number.isFinite(entry));
  if (value !== undefined) return `values must be finite, got ${value}`;
  const constraint = constraints?.find((entry) => !Number.isFinite(entry));
  return constraint === undefined ? undefined : `constraints must be finite, got ${constraint}`;
}

/** The value of a pruned trial: what it reported last. */
function lastValue(intermediates: ReadonlyMap<number, number>): readonly number[] | null {
  if (intermediates.size === 0) return null;
  const value = intermediates.get(Math.max(...intermediates.keys()))!;
  return Number.isNaN(value) ? null : [value];
}
