import type { Rng } from '@pct/core';
import { GpEnsemble } from '../../gp/GpEnsemble.js';
import { RefitSchedule } from '../../gp/RefitSchedule.js';
import type { EncodedTrial, SamplerContext } from '../types.js';
import type { ModelSpace } from './ModelSpace.js';
import type { GpSettings } from './options.js';

/** Beyond, squares would overflow. */
const LARGEST = 1e100;

/** A trial that the processes have learnt from. */
interface Row {
  readonly trial: number;
  /** `[d]`, without gaps. */
  readonly point: Float64Array;
  /** To be minimised; undefined for a failed trial, which counts as the worst. */
  readonly values: Float64Array | undefined;
  readonly constraints: Float64Array | undefined;
}

/**
 * The processes of objective and constraints, and which trials they know. The trials that are told are the first rows, in
 * the order in which they were told; those that are believed, only during a question, the last.
 */
export class TrialModel {
  readonly objective: GpEnsemble;
  constraints: GpEnsemble[] = [];
  /** Rows that are believed. */
  believed = 0;
  private readonly space: ModelSpace;
  private readonly settings: GpSettings;
  private readonly schedules: RefitSchedule[] = [];
  private rows: Row[] = [];
  private version = -1;
  private readonly seen = new Set<number>();

  constructor(space: ModelSpace, settings: GpSettings) {
    this.space = space;
    this.settings = settings;
    this.objective = this.createEnsemble();
    this.schedules.push(new RefitSchedule(settings.refit));
  }

  private createEnsemble(): GpEnsemble {
    const { kernel, lengthScales, noise, mean, amplitude, ensemble } = this.settings;
    return new GpEnsemble(this.space.kinds, ensemble, { kernel, lengthScales, noise, mean, amplitude });
  }

  /** Trials that are told. */
  get told(): number {
    return this.rows.length;
  }

  /** Point of a told row, `[d]`. */
  point(row: number): Float64Array {
    return this.rows[row]!.point;
  }

  /** Whether a told row has a value and keeps its constraints. */
  isFeasible(row: number): boolean {
    const { values, constraints } = this.rows[row]!;
    return values !== undefined && (constraints?.every((value) => value <= 0) ?? true);
  }

  /**
   * Takes in what happened since the last question; rows that were believed are gone.
   *
   * @param weights - of the objectives, `[objectives]`; one objective needs none
   */
  update(context: SamplerContext, weights: Float64Array | undefined): void {
    this.forgetBeliefs();
    const fresh = context.trials.filter(({ version }) => version > this.version);
    this.version = context.version;
    fresh.sort((a, b) => a.version - b.version);
    for (const trial of fresh) this.take(trial, context);
    this.dropExcess(weights);
    this.addConstraints();
    this.retarget(weights);
  }

  private take(trial: EncodedTrial, context: SamplerContext): void {
    if (this.seen.delete(trial.number))
      this.dropRow(this.rows.findIndex((row) => row.trial === trial.number));
    const usable = trial.values !== undefined && trial.state !== 'ignored';
    if (!usable && trial.state !== 'failed') return;
    const point = this.space.toModel(trial.point);
    if (!point.every(Number.isFinite)) return;
    const clip = (value: number): number => Math.min(LARGEST, Math.max(-LARGEST, value));
    const { directions } = context;
    // A pruned trial of several objectives says too little.
    const complete =
      usable && trial.values.length === directions.length && trial.values.every((v) => !Number.isNaN(v));
    const values = complete
      ? trial.values.map((value, k) => clip(directions[k] === 'maximize' ? -value : value))
      : undefined;
    if (values === undefined && trial.state !== 'failed') return;
    const constraints = trial.constraints?.every((value) => !Number.isNaN(value))
      ? trial.constraints.map(clip)
      : undefined;
    this.seen.add(trial.number);
    this.rows.push({ trial: trial.number, point, values, constraints });
  }

  private dropRow(row: number): void {
    // Dropped from the window earlier.
    if (row === -1) return;
    this.rows.splice(row, 1);
    for (const ensemble of [this.objective, ...this.constraints]) {
      if (row < ensemble.size) ensemble.delete(row);
    }
  }

  /** Half of the rows, the best and the latest, once there are too many. */
  private dropExcess(weights: Float64Array | undefined): void {
    const { maxRows } = this.settings;
    if (this.rows.length <= maxRows) return;
    const targets = targetsOf(this.rows, weights);
    const keep = maxRows >> 1;
    const byTarget = this.rows.map((_, row) => row).sort((a, b) => targets[a]! - targets[b]!);
    const kept = new Set(byTarget.slice(0, keep >> 1));
    for (let row = this.rows.length - 1; kept.size < keep; row--) kept.add(row);
    // From the end, where deleting costs least.
    for (let row = this.rows.length - 1; row >= 0; row--) if (!kept.has(row)) this.dropRow(row);
  }

  private addConstraints(): void {
    const count = this.rows.reduce((most, { constraints }) => Math.max(most, constraints?.length ?? 0), 0);
    while (this.constraints.length < count) {
      this.constraints.push(this.createEnsemble());
      this.schedules.push(new RefitSchedule(this.settings.refit));
    }
  }

  /** Gives every process the rows that it does not have yet, and the targets that hold now. */
  private retarget(weights: Float64Array | undefined): void {
    bringUp(this.objective, this.rows, targetsOf(this.rows, weights));
    this.constraints.forEach((ensemble, k) => {
      const values = this.rows.map(({ constraints }) => constraints?.[k]);
      const worst = values.reduce<number>((most, value) => Math.max(most, value ?? -Infinity), -Infinity);
      bringUp(
        ensemble,
        this.rows,
        values.map((value) => value ?? Math.max(0, worst)),
      );
    });
  }

  /** Learns hyper-parameters anew where that is due; says whether that was so anywhere. */
  refit(rng: Rng): boolean {
    let changed = false;
    [this.objective, ...this.constraints].forEach((ensemble, k) => {
      const schedule = this.schedules[k]!;
      if (!schedule.isDue(ensemble.first)) return;
      ensemble.refit({ noise: 'learn', ...this.settings.fit, rng: rng.split(k) });
      schedule.fitted(ensemble.first);
      changed = true;
    });
    return changed;
  }

  /** Appends a point that is being evaluated to all processes. */
  believe(point: Float64Array, target: number | 'believe'): void {
    this.objective.append(point, target);
    for (const ensemble of this.constraints) ensemble.append(point, 'believe');
    this.believed++;
  }

  private forgetBeliefs(): void {
    for (; this.believed > 0; this.believed--) {
      for (const ensemble of [this.objective, ...this.constraints]) ensemble.delete(ensemble.size - 1);
    }
  }

  /** Least posterior mean at feasible rows, and its row; undefined while there is none. */
  incumbent(): { readonly row: number; readonly value: number } | undefined {
    const { state } = this.objective.first;
    const { size } = state;
    const alpha = new Float64Array(size);
    for (let i = 0; i < size; i++) alpha[i] = state.z.data[i]! - state.meanShift * state.u.data[i]!;
    state.factor.solveUpper(alpha, alpha);
    let best: { row: number; value: number } | undefined;
    for (let row = 0; row < this.rows.length; row++) {
      if (!this.isFeasible(row)) continue;
      // k_iᵀ R⁻¹ r = r_i − (noise and nugget of the row) (R⁻¹ r)_i.
      const shrinkage = state.diagonal(row) - 1 + state.jitters.data[row]!;
      const value = state.targets.data[row]! - shrinkage * alpha[row]!;
      if (best === undefined || value < best.value) best = { row, value };
    }
    return best;
  }

  /** Targets of the told rows, `[told]`. */
  targets(): Float64Array {
    return this.objective.first.state.targets.data.slice(0, this.rows.length);
  }
}

function bringUp(ensemble: GpEnsemble, rows: readonly Row[], targets: readonly number[]): void {
  const known = ensemble.size;
  const { data } = ensemble.first.state.targets;
  let changed = false;
  for (let row = 0; row < known; row++) if (data[row] !== targets[row]) changed = true;
  if (rows.length - known > 8) {
    const points = new Float64Array((rows.length - known) * ensemble.first.kinds.length);
    rows.slice(known).forEach(({ point }, k) => points.set(point, k * point.length));
    ensemble.appendBlock(points, targets.slice(known));
  } else {
    for (let row = known; row < rows.length; row++) ensemble.append(rows[row]!.point, targets[row]!);
  }
  if (changed) ensemble.setTargets(targets);
}

/** What to minimise: the objective, or the augmented weighted Chebyshev distance of several; failed rows are the worst. */
function targetsOf(rows: readonly Row[], weights: Float64Array | undefined): number[] {
  const scalars = weights === undefined ? rows.map(({ values }) => values?.[0]) : scalarize(rows, weights);
  const worst = scalars.reduce<number>((most, value) => Math.max(most, value ?? -Infinity), -Infinity);
  return scalars.map((value) => value ?? (worst > -Infinity ? worst : 0));
}

/** @see Knowles 2006, ParEGO, IEEE Trans. Evol. Comput. 10(1), eq. 2, doi:10.1109/TEVC.2005.851274 */
function scalarize(rows: readonly Row[], weights: Float64Array): (number | undefined)[] {
  const low = new Float64Array(weights.length).fill(Infinity);
  const high = new Float64Array(weights.length).fill(-Infinity);
  for (const { values } of rows) {
    values?.forEach((value, k) => {
      low[k] = Math.min(low[k]!, value);
      high[k] = Math.max(high[k]!, value);
    });
  }
  return rows.map(({ values }) => {
    if (values === undefined) return undefined;
    let most = -Infinity;
    let sum = 0;
    values.forEach((value, k) => {
      const range = high[k]! - low[k]!;
      const weighted = range > 0 ? (weights[k]! * (value - low[k]!)) / range : 0;
      most = Math.max(most, weighted);
      sum += weighted;
    });
    return most + 0.05 * sum;
  });
}
