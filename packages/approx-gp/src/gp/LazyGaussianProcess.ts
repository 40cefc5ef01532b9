import {
  checkFinite,
  checkInteger,
  checkOneOf,
  checkPositive,
  describeValue,
  InvalidArgumentError,
  ShapeError,
  type DenseMatrix,
} from '@pct/core';
import type { CoordinateKind } from '../kernels/Kernel.js';
import { KERNEL_NAMES } from '../kernels/radial.js';
import {
  innovationsOf,
  jointPosterior,
  leaveOneOut,
  type JointPosterior,
  type LeaveOneOut,
} from './diagnostics.js';
import { GpState } from './GpState.js';
import { createKernel, type Hyperparameters, type LazyGaussianProcessOptions } from './options.js';
import { PointPosterior } from './PointPosterior.js';

/** What became of an appended point. */
export interface AppendReport {
  /** `jittered`: its row was numerically dependent on others and got a nugget. `merged`: see `replicates`. */
  readonly status: 'appended' | 'jittered' | 'merged';
  /** Row of the point. */
  readonly row: number;
  /** What was added to the diagonal of the correlation matrix; 0 unless `jittered`. */
  readonly jitter: number;
}

const SAME_POINT = 1e-9;

/**
 * Exact Gaussian-process regression that grows: a point is appended, removed, or its target changed in O(n²), since the
 * Cholesky factor is extended and not computed anew. Mean and variance of the process follow the data at every append
 * in O(n); length-scales and noise change only by {@link setHyperparameters}, which factors anew in O(n³).
 *
 * @example
 * ```ts
 * const process = new LazyGaussianProcess(1, { lengthScales: 0.3 });
 * for (const x of [0, 0.5, 1]) process.append([x], Math.sin(6 * x));
 * process.predict([0.25]); // { mean, variance }
 * ```
 * @see Ram et al. 2019, Scalable Hyperparameter Optimization with Lazy Gaussian Processes, eq. 13 to 17,
 *   doi:10.1109/MLHPC49564.2019.00011
 */
export class LazyGaussianProcess {
  /** @internal Shared with what is derived from the process: pools, acquisitions, fits. */
  readonly state: GpState;
  /** How each coordinate is compared, `[d]`. */
  readonly kinds: readonly CoordinateKind[];
  private readonly merges: boolean;
  private readonly evaluator: PointPosterior;

  /**
   * @param dimensions - their number, all continuous, or the kind of each
   * @param options - {@link LazyGaussianProcessOptions}
   * @throws {@link InvalidArgumentError} if a number is out of range · {@link ShapeError} if lengths do not fit
   */
  constructor(dimensions: number | readonly CoordinateKind[], options: LazyGaussianProcessOptions = {}) {
    const name = 'LazyGaussianProcess';
    if (typeof dimensions === 'number') checkInteger(name, 'dimensions', dimensions, { min: 1 });
    this.kinds =
      typeof dimensions === 'number'
        ? Array.from({ length: dimensions }, (): CoordinateKind => 'continuous')
        : dimensions.map((kind, j) =>
            checkOneOf(name, `dimensions[${j}]`, kind, ['continuous', 'categorical']),
          );
    const d = this.kinds.length;
    checkInteger(name, 'number of dimensions', d, { min: 1 });
    const { kernel = 'matern52', noise = 1e-6 } = options;
    const { mean = 'profiled', amplitude = 'profiled', replicates = 'separate', capacity = 64 } = options;
    checkOneOf(name, 'kernel', kernel, KERNEL_NAMES);
    if (typeof mean === 'number') checkFinite(name, 'mean', mean);
    else checkOneOf(name, 'mean', mean, ['profiled', 'kriging', 'average']);
    if (amplitude !== 'profiled') checkPositive(name, 'amplitude', amplitude);
    this.merges = checkOneOf(name, 'replicates', replicates, ['separate', 'merge']) === 'merge';
    checkInteger(name, 'capacity', capacity, { min: 1 });
    const correlation = createKernel(name, kernel, this.kinds, options);
    checkFinite(name, 'noise', noise, { min: 0, max: 1e6 });
    this.state = new GpState(correlation, noise, mean, amplitude, capacity);
    this.evaluator = new PointPosterior(this.state);
  }

  /** Number of rows n. */
  get size(): number {
    return this.state.size;
  }

  /** Length-scales, noise and additive part in use; a copy. */
  get hyperparameters(): Required<Hyperparameters> {
    const { noise, kernel } = this.state;
    const { lengthScales, additiveShare, additiveScale } = kernel;
    return { lengthScales: lengthScales.slice(), noise, additiveShare, additiveScale };
  }

  /** Constant mean of the process, in the unit of the targets. */
  get mean(): number {
    return this.state.reference + this.state.meanShift;
  }

  /** Variance of the process, in the squared unit of the targets; 1 while fewer than two targets differ. */
  get amplitude(): number {
    return this.state.amplitude;
  }

  /** Coordinates of a row, `[d]`; a copy. */
  point(row: number): Float64Array {
    this.checkRow('point', row);
    const d = this.kinds.length;
    return this.state.points.data.slice(row * d, (row + 1) * d);
  }

  /** Target of a row. */
  target(row: number): number {
    return this.state.targets.data[this.checkRow('target', row)]!;
  }

  /**
   * Appends a point. O(n²).
   *
   * @param x - `[d]`, finite
   * @param target - finite; `believe` takes the posterior mean: the process learns that it will know about x, not what
   * @throws {@link ShapeError} · {@link InvalidArgumentError}
   */
  append(x: ArrayLike<number>, target: number | 'believe'): AppendReport {
    this.checkPoint('append', x);
    if (target !== 'believe') checkFinite('append', 'target', target);
    const { state } = this;
    const value = target !== 'believe' ? target : state.size === 0 ? 0 : this.evaluator.at(x).mean;
    const twin = this.merges ? this.findTwin(x) : -1;
    if (twin !== -1 && state.replicate(twin, value)) return { status: 'merged', row: twin, jitter: 0 };
    const jitter = state.append(x, value);
    return { status: jitter > 0 ? 'jittered' : 'appended', row: state.size - 1, jitter };
  }

  /**
   * Appends t points at once, faster than one by one; none is merged. O(t n² + t² n + t³).
   *
   * @param points - one after another, `[t, d]`
   * @param targets - `[t]`
   * @throws {@link ShapeError} · {@link InvalidArgumentError}
   */
  appendBlock(points: ArrayLike<number>, targets: ArrayLike<number>): void {
    const d = this.kinds.length;
    if (points.length !== targets.length * d) {
      throw new ShapeError(
        `appendBlock: points must be [${targets.length}, ${d}] (targets, dimensions), got ${points.length} numbers`,
      );
    }
    for (let i = 0; i < points.length; i++) checkFinite('appendBlock', `points[${i}]`, points[i]);
    for (let i = 0; i < targets.length; i++) checkFinite('appendBlock', `targets[${i}]`, targets[i]);
    if (targets.length > 0) this.state.appendBlock(points, targets);
  }

  /** Removes a row; later rows move up by one. O((n − row) n). */
  delete(row: number): void {
    this.state.remove(this.checkRow('delete', row));
  }

  /** Changes the target of a row. O((n − row) n): cheap for late rows. */
  setTarget(row: number, target: number): void {
    this.checkRow('setTarget', row);
    this.state.targets.data[row] = checkFinite('setTarget', 'target', target);
    this.state.retarget(row);
  }

  /** Changes all targets, `[n]`. O(n²). */
  setTargets(targets: ArrayLike<number>): void {
    const { state } = this;
    if (targets.length !== state.size) {
      throw new ShapeError(`setTargets: targets must be [${state.size}], got ${targets.length} numbers`);
    }
    let sum = 0;
    for (let i = 0; i < targets.length; i++) sum += checkFinite('setTargets', `targets[${i}]`, targets[i]);
    state.targets.data.set(targets);
    if (state.size > 0) state.reference = sum / state.size;
    state.retarget(0);
  }

  /** Takes other hyper-parameters, and factors anew. O(n³ / 3). */
  setHyperparameters(hyperparameters: Hyperparameters): void {
    const name = 'setHyperparameters';
    const kernel = createKernel(name, this.state.kernel.name, this.kinds, hyperparameters);
    const noise = checkFinite(name, 'noise', hyperparameters.noise, { min: 0, max: 1e6 });
    this.state.refactor(kernel, noise);
  }

  /**
   * Posterior at a point, without the noise of an evaluation. O(n²).
   *
   * @param x - `[d]`
   * @param gradients - receive the derivatives with respect to x, `[d]` each
   */
  predict(
    x: ArrayLike<number>,
    gradients?: { readonly mean: Float64Array; readonly variance: Float64Array },
  ): { readonly mean: number; readonly variance: number } {
    this.checkPoint('predict', x);
    const { mean, variance } = this.evaluator.at(x);
    if (gradients !== undefined) {
      this.evaluator.gradient(1, 0, gradients.mean);
      this.evaluator.gradient(0, 1, gradients.variance);
    }
    return { mean, variance };
  }

  /**
   * Joint posterior of several points, without noise. O(t n²).
   *
   * @param points - `[t, d]`
   */
  predictJoint(points: ArrayLike<number>): JointPosterior {
    const d = this.kinds.length;
    if (points.length % d !== 0) {
      throw new ShapeError(`predictJoint: points must be [t, ${d}], got ${points.length} numbers`);
    }
    for (let i = 0; i < points.length; i++) checkFinite('predictJoint', `points[${i}]`, points[i]);
    return jointPosterior(this.state, points);
  }

  /** An evaluator of the posterior at many points, with derivatives of what depends on it and no checks. */
  createEvaluator(): PointPosterior {
    return new PointPosterior(this.state);
  }

  /** Log marginal likelihood at the profiled mean and variance. O(n). */
  logLikelihood(): number {
    return this.state.logLikelihood();
  }

  /** What each row looks like to the process without it. O(n³ / 3). */
  leaveOneOut(): LeaveOneOut {
    return leaveOneOut(this.state);
  }

  /**
   * Standardised one-step-ahead errors, `[n]`: what was surprising about each row given those before it; standard normal
   * and independent if the hyper-parameters are right. O(n).
   */
  innovations(): Float64Array {
    return innovationsOf(this.state);
  }

  /** The Cholesky factor of the correlation matrix; a copy, `[n, n]`. */
  factor(): DenseMatrix {
    return this.state.factor.toLower();
  }

  private findTwin(x: ArrayLike<number>): number {
    const { data, width } = this.state.points;
    for (let row = this.size - 1; row >= 0; row--) {
      let j = 0;
      while (j < width && Math.abs(data[row * width + j]! - x[j]!) <= SAME_POINT) j++;
      if (j === width) return row;
    }
    return -1;
  }

  private checkRow(name: string, row: number): number {
    if (this.size === 0) throw new InvalidArgumentError(`${name}: the process has no rows yet`);
    return checkInteger(name, 'row', row, { min: 0, max: this.size - 1 });
  }

  private checkPoint(name: string, x: ArrayLike<number>): void {
    if (x?.length !== this.kinds.length) {
      throw new ShapeError(`${name}: x must be [${this.kinds.length}], got ${describeValue(x)}`);
    }
    for (let j = 0; j < x.length; j++) checkFinite(name, `x[${j}]`, x[j]);
  }
}
