import type { Rng } from '@pct/core';
import { GpEnsemble } from '../../gp/GpEnsemble.js';
import { RefitSchedule } from '../../gp/RefitSchedule.js';
import type { EncodedTrial, SamplerContext } from '../types.js';
import type { ModelSpace } from './ModelSpace.js';
import type { GpSettings } from './options.js';
import { targetsOf, type Row } from './targets.js';

/** Below, every fit also starts far from the present hyper-parameters; beyond, once in so much growth. */
const FEW_ROWS = 64;
const SEARCH_GROWTH = 1.3;
/** Beyond, squares would overflow. */
const LARGEST = 1e100;

/**
 * The processes of objective and constraints, and which trials they know. The trials that are told are the first rows, in
 * the order in which they were told; those that are believed, only during a question, the last.
 */
export class TrialModel {
  /** One process, or one per objective. */
  readonly objectives: readonly GpEnsemble[];
  constraints: GpEnsemble[] = [];
  /** Rows that are believed. */
  believed = 0;
  private readonly space: ModelSpace;
  private readonly settings: GpSettings;
  private readonly schedules: RefitSchedule[];
  /** Rows of each process when hyper-parameters were last looked for far from the present ones. */
  private readonly searched: number[] = [];
  private rows: Row[] = [];
  private version = -1;
  private readonly seen = new Set<number>();

  /** @param objectives - number of processes for objectives: one makes one of several by weights */
  constructor(space: ModelSpace, settings: GpSettings, objectives: number) {
    this.space = space;
    this.settings = settings;
    this.objectives = Array.from({ length: objectives }, () => this.createEnsemble());
    this.schedules = this.objectives.map(() => new RefitSchedule(settings.refit));
  }

  /** The process of the first objective. */
  get objective(): GpEnsemble {
    return this.objectives[0]!;
  }

  /** The processes of objectives, then those of constraints. */
  get ensembles(): readonly GpEnsemble[] {
    return [...this.objectives, ...this.constraints];
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
   * @param weights - of the objectives, `[objectives]`; undefined where each has its process
   * @returns trials that are new, with what is to be minimised; Infinity where a trial is not feasible
   */
  update(context: SamplerContext, weights: Float64Array | undefined): { trial: number; value: number }[] {
    this.forgetBeliefs();
    const fresh = context.trials.filter(({ version }) => version > this.version);
    this.version = context.version;
    fresh.sort((a, b) => a.version - b.version);
    for (const trial of fresh) this.take(trial, context);
    const isFresh = new Set(fresh.map(({ number }) => number));
    this.dropExcess(weights);
    this.addConstraints();
    this.retarget(weights);
    return this.rows.flatMap(({ trial }, row) =>
      isFresh.has(trial)
        ? [{ trial, value: this.isFeasible(row) ? this.objective.first.target(row) : Infinity }]
        : [],
    );
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
    for (const ensemble of this.ensembles) {
      if (row < ensemble.size) ensemble.delete(row);
    }
  }

  /** Half of the rows once there are too many: the best, the nearest to the best one, and the latest, a third each. */
  private dropExcess(weights: Float64Array | undefined): void {
    const { maxRows } = this.settings;
    if (this.rows.length <= maxRows) return;
    const targets = targetsOf(this.rows, weights);
    const keep = maxRows >> 1;
    const byTarget = this.rows.map((_, row) => row).sort((a, b) => targets[a]! - targets[b]!);
    const share = Math.floor(keep / 3);
    const kept = new Set(byTarget.slice(0, share));
    for (const row of this.byDistance(byTarget[0]!)) {
      if (kept.size === 2 * share) break;
      kept.add(row);
    }
    for (let row = this.rows.length - 1; kept.size < keep; row--) kept.add(row);
    // From the end, where deleting costs least.
    for (let row = this.rows.length - 1; row >= 0; row--) if (!kept.has(row)) this.dropRow(row);
  }

  /** Rows by their distance from one, in length-scales of the first objective. */
  private byDistance(center: number): number[] {
    const { state } = this.objective.first;
    const count = this.rows.length;
    const points = new Float64Array(count * this.space.dimensions.length);
    this.rows.forEach(({ point }, row) => points.set(point, row * point.length));
    const distances = new Float64Array(count);
    state.kernel.squaredDistances(points, count, this.point(center), 0, distances);
    return Array.from(distances.keys()).sort((a, b) => distances[a]! - distances[b]!);
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
    this.objectives.forEach((ensemble, k) => bringUp(ensemble, this.rows, targetsOf(this.rows, weights, k)));
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
    this.ensembles.forEach((ensemble, k) => {
      const schedule = this.schedules[k]!;
      if (!schedule.isDue(ensemble.first)) return;
      const { size } = ensemble;
      const isThorough = size < FEW_ROWS || size >= SEARCH_GROWTH * (this.searched[k] ?? 0);
      const starts = isThorough ? 2 : 1;
      ensemble.refit({ noise: 'learn', starts, ...this.settings.fit, rng: rng.split(k) });
      if (isThorough) this.searched[k] = size;
      schedule.fitted(ensemble.first);
      changed = true;
    });
    return changed;
  }

  /** Appends a point that is being evaluated to all processes. */
  believe(point: Float64Array, target: number | 'believe'): void {
    for (const ensemble of this.objectives) ensemble.append(point, target);
    for (const ensemble of this.constraints) ensemble.append(point, 'believe');
    this.believed++;
  }

  private forgetBeliefs(): void {
    for (; this.believed > 0; this.believed--) {
      for (const ensemble of this.ensembles) ensemble.delete(ensemble.size - 1);
    }
  }

  /** Least posterior mean at feasible rows, and its row; undefined while there is none. */
  incumbent(): { readonly row: number; readonly value: number } | undefined {
    const means = meansAtRows(this.objective);
    let best: { row: number; value: number } | undefined;
    for (let row = 0; row < this.rows.length; row++) {
      const value = means[row]!;
      if (this.isFeasible(row) && (best === undefined || value < best.value)) best = { row, value };
    }
    return best;
  }

  /**
   * Posterior means of two objectives at rows that are feasible or believed, and the rows that no other dominates. A row is
   * as many numbers as there are objectives.
   */
  front(): { readonly values: Float64Array; readonly rows: readonly number[] } {
    const [first, second] = this.objectives.map(meansAtRows) as [Float64Array, Float64Array];
    const { length: told } = this.rows;
    const known = Array.from(first.keys()).filter((row) => row >= told || this.isFeasible(row));
    const values = Float64Array.from(known.flatMap((row) => [first[row]!, second[row]!]));
    const byFirst = known
      .filter((row) => row < told)
      .sort((a, b) => first[a]! - first[b]! || second[a]! - second[b]!);
    let least = Infinity;
    const rows = byFirst.filter((row) => {
      if (second[row]! >= least) return false;
      least = second[row]!;
      return true;
    });
    return { values, rows };
  }

  /** Targets of the told rows, `[told]`. */
  targets(): Float64Array {
    return this.objective.first.state.targets.data.slice(0, this.rows.length);
  }
}

/** Posterior means at the rows of a process, `[n]`: of an ensemble, by its first member. */
function meansAtRows({ first: { state } }: GpEnsemble): Float64Array {
  const { size } = state;
  const alpha = new Float64Array(size);
  for (let i = 0; i < size; i++) alpha[i] = state.z.data[i]! - state.meanShift * state.u.data[i]!;
  state.factor.solveUpper(alpha, alpha);
  // k_iᵀ R⁻¹ r = r_i − (noise and nugget of the row) (R⁻¹ r)_i.
  return alpha.map((weight, row) => {
    const shrinkage = state.diagonal(row) - 1 + state.jitters.data[row]!;
    return state.targets.data[row]! - shrinkage * weight;
  });
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
