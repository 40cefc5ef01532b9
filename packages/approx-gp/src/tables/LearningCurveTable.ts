import { describeValue, InvalidArgumentError } from '@pct/core';
import type { SpaceEncoding } from '../space/SpaceEncoding.js';
import type { ParamsOf, Space } from '../space/parameters.js';
import { TrialPruned } from '../study/TrialPruned.js';
import type { Objective } from '../study/types.js';
import { gridEncoding, rowOf } from './grid.js';

/** What a table is made of. */
export interface LearningCurveData<S extends Space> {
  /** Of steps, integers and categories without conditions. */
  readonly space: S;
  /** After each epoch, the smaller the better, `[rows, epochs]`; NaN where the training had diverged. Rows as of {@link gridOf}. */
  readonly curves: Float64Array;
  /** On other data at the end, `[rows]`; NaN where the training had diverged. */
  readonly test: Float64Array;
}

/**
 * Trainings that were done once for every point of a grid, to look up: an objective that costs nothing and is always the
 * same, with learning curves for pruners. From {@link digitsTable}.
 */
export class LearningCurveTable<S extends Space> {
  /** For `createStudy`. */
  readonly space: S;
  /** Length of a learning curve. */
  readonly epochs: number;
  /** Number of trainings. */
  readonly size: number;
  private readonly encoding: SpaceEncoding<S>;
  private readonly data: LearningCurveData<S>;

  /** @internal */
  constructor(data: LearningCurveData<S>) {
    this.encoding = gridEncoding('LearningCurveTable', data.space);
    this.space = data.space;
    this.size = this.encoding.size;
    this.epochs = data.curves.length / this.size;
    this.data = data;
  }

  /**
   * Validation error after each epoch, `[epochs]`; NaN from where the training diverged.
   *
   * @throws {@link InvalidArgumentError} if the grid has no such point
   */
  curve(params: ParamsOf<S>): Float64Array {
    const row = this.row(params);
    return this.data.curves.slice(row * this.epochs, (row + 1) * this.epochs);
  }

  /** Error on the test data at the end, which no objective shows. NaN and errors as of {@link LearningCurveTable.curve}. */
  testError(params: ParamsOf<S>): number {
    return this.data.test[this.row(params)]!;
  }

  /** The least validation error at the end. */
  get minimum(): number {
    let least = Infinity;
    for (let at = this.epochs - 1; at < this.data.curves.length; at += this.epochs) {
      if (this.data.curves[at]! < least) least = this.data.curves[at]!;
    }
    return least;
  }

  /**
   * The validation error at the end, to be minimised. Reports every epoch from 1 on, and lets itself be pruned; fails where
   * the training diverged.
   */
  readonly objective: Objective<S> = (trial) => {
    const curve = this.curve(trial.params);
    for (const [index, error] of curve.entries()) {
      trial.report(index + 1, error);
      if (Number.isNaN(error)) return NaN;
      // After the last epoch there is nothing left to save.
      if (index + 1 < this.epochs && trial.shouldPrune()) throw new TrialPruned();
    }
    return curve.at(-1)!;
  };

  private row(params: ParamsOf<S>): number {
    const point = this.encoding.encode(params);
    if (point !== undefined) return rowOf(this.encoding, point);
    throw new InvalidArgumentError(
      `LearningCurveTable: params must be a point of the grid, got ${describeValue(params)}; use space for the study`,
    );
  }
}
