import { InvalidArgumentError } from '@pct/core';
import type { Direction, EncodedTrial } from '../samplers/types.js';
import type { SpaceEncoding } from '../space/SpaceEncoding.js';
import type { Space } from '../space/parameters.js';
import type { Attributes } from '../storage/records.js';
import { paretoFront } from './pareto.js';
import type { StudyStore } from './StudyStore.js';
import { encodeTrial, TrialViews, viewTrial } from './trialView.js';
import type { StudyTrial } from './types.js';

/** What can be read of a study. */
export class StudyView<S extends Space> {
  /** The space as samplers see it. */
  readonly space: SpaceEncoding<S>;
  protected readonly store: StudyStore;
  protected readonly views = new TrialViews((record) => viewTrial<S>(record));
  protected readonly encoded: TrialViews<EncodedTrial>;

  /** @internal */
  constructor(store: StudyStore, space: SpaceEncoding<S>) {
    this.store = store;
    this.space = space;
    this.encoded = new TrialViews((record) => encodeTrial(record, space, this.directions.length));
  }

  get name(): string {
    return this.store.record.name;
  }

  /** One per objective. */
  get directions(): readonly Direction[] {
    return this.store.record.directions;
  }

  get seed(): number | string {
    return this.store.seed;
  }

  /** All trials by number, those of other processes too. */
  get trials(): readonly StudyTrial<S>[] {
    this.store.sync();
    return this.views.of(this.store.record.trials);
  }

  /** All trials as samplers see them. */
  get encodedTrials(): readonly EncodedTrial[] {
    this.store.sync();
    return this.encoded.of(this.store.record.trials);
  }

  /**
   * The best complete trial that keeps all constraints, the earliest of equals; undefined if there is none.
   *
   * @throws {@link InvalidArgumentError} if the study has several objectives: see {@link Study.paretoFront}
   */
  get best(): StudyTrial<S> | undefined {
    const { directions } = this;
    if (directions.length > 1) {
      throw new InvalidArgumentError('Study.best: the study has several objectives; use paretoFront');
    }
    const sign = directions[0] === 'maximize' ? -1 : 1;
    return this.candidates().reduce<StudyTrial<S> | undefined>(
      (best, trial) => (best === undefined || sign * trial.value! < sign * best.value! ? trial : best),
      undefined,
    );
  }

  /** Complete trials that keep all constraints and that no other such trial beats in every objective, by number. */
  get paretoFront(): readonly StudyTrial<S>[] {
    return paretoFront(this.candidates(), ({ values }) => values!, this.directions);
  }

  private candidates(): StudyTrial<S>[] {
    const { length } = this.directions;
    return this.trials.filter(
      ({ state, values, feasible }) =>
        state === 'complete' && feasible && values?.length === length && !values.some(Number.isNaN),
    );
  }

  get userAttributes(): Attributes {
    this.store.sync();
    return this.store.record.userAttributes;
  }
}
