import type { EncodedTrial } from '../samplers/types.js';
import type { SpaceEncoding } from '../space/SpaceEncoding.js';
import type { ParamsOf, Space } from '../space/parameters.js';
import type { TrialRecord } from '../storage/JournalReplay.js';
import type { Attributes } from '../storage/records.js';
import type { StudyTrial } from './types.js';

/** System attribute of a list of constraints, and prefix of those with names of their own. */
export const CONSTRAINTS_ATTRIBUTE = 'constraints';

/** What a trial said about constraints, in either form that Optuna has; undefined if nothing. */
function constraintsOf(attributes: Attributes): readonly number[] | undefined {
  const list = attributes[CONSTRAINTS_ATTRIBUTE];
  const named = Object.entries(attributes).filter(([key]) => key.startsWith(`${CONSTRAINTS_ATTRIBUTE}:`));
  const values = [list ?? [], ...named.map(([, value]) => value)].flat();
  return values.length === 0 ? undefined : values.map(Number);
}

/** A trial for the user. */
export function viewTrial<S extends Space>(record: TrialRecord): StudyTrial<S> {
  const { number, state, values, intermediates, userAttributes, systemAttributes } = record;
  const constraints = constraintsOf(systemAttributes);
  return Object.freeze({
    number,
    state,
    params: record.params as ParamsOf<S>,
    value: values?.[0],
    values,
    intermediates,
    constraints,
    feasible: constraints === undefined || constraints.every((value) => value <= 0),
    userAttributes,
    systemAttributes,
    started: dateOf(record.started),
    completed: dateOf(record.completed),
  });
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

/** A trial for samplers and pruners. */
export function encodeTrial(record: TrialRecord, space: SpaceEncoding, objectives: number): EncodedTrial {
  const { number, version, values } = record;
  const point = record.state === 'waiting' ? undefined : space.encode(record.params);
  const intermediates = [...record.intermediates]
    .map(([step, value]) => ({ step, value }))
    .sort((a, b) => a.step - b.step);
  const constraints = constraintsOf(record.systemAttributes);
  const common = {
    number,
    version,
    point: point ?? new Float64Array(space.dimensions.length).fill(NaN),
    constraints: constraints && Float64Array.from(constraints),
    intermediates,
  };
  if (point === undefined) return { ...common, state: 'ignored', values: undefined };
  if (record.state === 'running') return { ...common, state: 'pending', values: undefined };
  if (record.state === 'pruned') {
    const last = intermediates.at(-1)?.value ?? NaN;
    return { ...common, state: 'pruned', values: Number.isFinite(last) ? Float64Array.of(last) : undefined };
  }
  // Optuna completes trials with infinite values too.
  const good = record.state === 'complete' && values?.length === objectives && values.every(Number.isFinite);
  return good
    ? { ...common, state: 'complete', values: Float64Array.from(values) }
    : { ...common, state: 'failed', values: undefined };
}

/** Views of a list of records that are made again only for those that changed. */
export class TrialViews<View> {
  private views: readonly View[] = [];
  private versions: number[] = [];
  private readonly make: (record: TrialRecord) => View;

  constructor(make: (record: TrialRecord) => View) {
    this.make = make;
  }

  /** The views by number: the same array while nothing changes. */
  of(records: readonly TrialRecord[]): readonly View[] {
    const { versions } = this;
    const changed = records.filter(({ number, version }) => versions[number] !== version);
    if (changed.length === 0) return this.views;
    const views = [...this.views];
    for (const record of changed) {
      views[record.number] = this.make(record);
      versions[record.number] = record.version;
    }
    this.views = views;
    return views;
  }
}
