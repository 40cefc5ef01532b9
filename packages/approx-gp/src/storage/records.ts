import type { Direction } from '../samplers/types.js';

/** State of a trial, as Optuna calls them. */
export type TrialState = 'running' | 'complete' | 'pruned' | 'fail' | 'waiting';

/** Codes of states in a journal. */
const STATES: readonly TrialState[] = ['running', 'complete', 'pruned', 'fail', 'waiting'];
const DIRECTIONS: readonly Direction[] = ['minimize', 'maximize'];

/** Text of a state's code; undefined if there is no such code. */
export function stateOf(code: number): TrialState | undefined {
  return STATES[code];
}

/** Code of a state. */
export function codeOfState(state: TrialState): number {
  return STATES.indexOf(state);
}

/** Direction of a code; a code that is neither, "not set", counts as minimising. */
export function directionOf(code: number): Direction {
  return DIRECTIONS[code - 1] ?? 'minimize';
}

/** Code of a direction. */
export function codeOfDirection(direction: Direction): number {
  return DIRECTIONS.indexOf(direction) + 1;
}

/** What a value of attributes can be: anything that JSON has. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
/** Attributes by name. */
export type Attributes = Readonly<Record<string, Json>>;

/** Operations of a journal by their codes, which the format fixes. */
export const Operation = {
  createStudy: 0,
  deleteStudy: 1,
  setStudyUserAttribute: 2,
  setStudySystemAttribute: 3,
  createTrial: 4,
  setParameter: 5,
  setState: 6,
  setIntermediate: 7,
  setUserAttribute: 8,
  setSystemAttribute: 9,
} as const;

/** One line of a journal, with the fields of all operations. */
export interface JournalRecord {
  readonly op_code: number;
  readonly worker_id: string;
  readonly study_id?: number;
  readonly trial_id?: number;
  readonly study_name?: string;
  readonly directions?: readonly number[];
  readonly user_attr?: Attributes;
  readonly system_attr?: Attributes;
  readonly datetime_start?: string | null;
  readonly datetime_complete?: string | null;
  readonly state?: number;
  readonly value?: number | null;
  readonly values?: readonly number[] | null;
  readonly distributions?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, number>>;
  readonly user_attrs?: Attributes;
  readonly system_attrs?: Attributes;
  readonly intermediate_values?: Readonly<Record<string, number>>;
  readonly param_name?: string;
  readonly param_value_internal?: number;
  readonly distribution?: string;
  readonly step?: number;
  readonly intermediate_value?: number;
}
