import { GrowingCholesky, NumericalError, type DenseMatrix } from '@pct/core';
import type { Kernel } from '../kernels/Kernel.js';
import { Column } from './Column.js';
import { dot } from './dot.js';

/**
 * How the constant mean is found: by generalised least squares (`profiled`; `kriging` counts the error of that in
 * variances too), the average of the targets, or a given number.
 */
export type MeanRule = 'profiled' | 'kriging' | 'average' | number;
/** How the variance of the process is found: maximum likelihood, or a given number above 0. */
export type AmplitudeRule = 'profiled' | number;

/** Is told what no longer holds of things derived from the factor. */
export interface RowObserver {
  /** Rows of the factor from `first` on are gone or others. */
  rowsChanged(first: number): void;
  /** Targets changed; the factor did not. */
  targetsChanged(): void;
}

/** Smallest pivot a new row may have, relative to the unit variance of the correlation. */
const LEAST_PIVOT = 1e-10;
const JITTER = { initial: LEAST_PIVOT, factor: 10, maximum: 1 } as const;
/** Rows that a new factor is made of at a time. */
const BLOCK_ROWS = 128;

/**
 * Everything a lazy Gaussian process remembers: points X, targets y, the factor L of R = κ(X, X) + diag(λ), and
 * z = L⁻¹(y − y₀), u = L⁻¹1, from which mean and variance follow in O(n). The reference y₀ keeps large common parts of
 * the targets out of the sums.
 */
export class GpState {
  kernel: Kernel;
  /** λ: variance of the noise in units of the variance of the process. */
  noise: number;
  size = 0;
  readonly factor: GrowingCholesky;
  /** `[n, d]` */
  readonly points: Column;
  readonly targets: Column;
  /** Number of evaluations that each row is the average of. */
  readonly replicates: Column;
  /** What was added to the diagonal so that a row could be factored. */
  readonly jitters: Column;
  readonly z: Column;
  readonly u: Column;
  reference = 0;
  readonly observers = new Set<RowObserver>();
  private readonly meanRule: MeanRule;
  private readonly amplitudeRule: AmplitudeRule;
  private scratch = new Float64Array(64);
  private momentsKnown = false;
  private shiftedMean = 0;
  private variance = 1;
  private onesProduct = 0;

  constructor(kernel: Kernel, noise: number, mean: MeanRule, amplitude: AmplitudeRule, capacity: number) {
    this.kernel = kernel;
    this.noise = noise;
    this.meanRule = mean;
    this.amplitudeRule = amplitude;
    this.factor = new GrowingCholesky({ capacity });
    this.points = new Column(kernel.lengthScales.length, capacity);
    this.targets = new Column(1, capacity);
    this.replicates = new Column(1, capacity);
    this.jitters = new Column(1, capacity);
    this.z = new Column(1, capacity);
    this.u = new Column(1, capacity);
  }

  /** Constant mean minus the reference y₀. */
  get meanShift(): number {
    this.findMoments();
    return this.shiftedMean;
  }

  /** ŝ², the variance of the process; 1 where the targets say nothing about it (fewer than two, or all equal). */
  get amplitude(): number {
    this.findMoments();
    return this.variance;
  }

  /** 1 / uᵀu, the variance of the profiled mean over ŝ²; 0 unless the rule is `kriging`. */
  get meanUncertainty(): number {
    this.findMoments();
    return this.meanRule === 'kriging' && this.onesProduct > 0 ? 1 / this.onesProduct : 0;
  }

  /** Mean by generalised least squares and variance by maximum likelihood, O(n). */
  private findMoments(): void {
    if (this.momentsKnown) return;
    const { size, meanRule, amplitudeRule } = this;
    const z = this.z.data;
    const u = this.u.data;
    this.onesProduct = dot(u, 0, u, 0, size);
    let mean = 0;
    if (meanRule === 'profiled' || meanRule === 'kriging') {
      mean = size > 0 ? dot(u, 0, z, 0, size) / this.onesProduct : 0;
    } else if (meanRule === 'average') {
      for (let i = 0; i < size; i++) mean += (this.targets.data[i]! - this.reference) / size;
    } else {
      mean = meanRule - this.reference;
    }
    let squares = 0;
    let largest = 0;
    for (let i = 0; i < size; i++) {
      const residual = z[i]! - mean * u[i]!;
      squares += residual * residual;
      largest = Math.max(largest, Math.abs(this.targets.data[i]!));
    }
    this.shiftedMean = mean;
    const variance = squares / size;
    // Differences below the rounding of the targets are none.
    const resolvable = Math.sqrt(variance) > 1e-14 * largest && variance < Infinity;
    this.variance = typeof amplitudeRule === 'number' ? amplitudeRule : resolvable ? variance : 1;
    this.momentsKnown = true;
  }

  /** Profile log marginal likelihood, with the constants. */
  logLikelihood(): number {
    const { size, amplitude } = this;
    const mean = this.meanShift;
    let squares = 0;
    for (let i = 0; i < size; i++) squares += (this.z.data[i]! - mean * this.u.data[i]!) ** 2;
    const logScale = size * Math.log(2 * Math.PI * amplitude);
    return -0.5 * (squares / amplitude + logScale + this.factor.logDeterminant());
  }

  /** Diagonal entry of row i without its jitter. */
  diagonal(index: number): number {
    return 1 + this.noise / this.replicates.data[index]!;
  }

  /** Adds a row; returns what had to be added to its diagonal. O(n²). */
  append(x: ArrayLike<number>, target: number): number {
    const n = this.size;
    this.place(x, 0, target);
    const row = this.buffer(n);
    this.kernel.row(this.points.data, n, x, 0, row);
    const exact = row.subarray(0, n);
    const diagonal = this.diagonal(n);
    let { jitter } = this.factor.append(exact, diagonal, { jitter: JITTER });
    const pivot = this.factor.row(n, this.buffer(n + 1))[n]! ** 2;
    if (pivot < LEAST_PIVOT) {
      // Numerically in the span of the others: with a nugget it cannot blow z up.
      this.factor.truncate(n);
      this.kernel.row(this.points.data, n, x, 0, row);
      jitter += LEAST_PIVOT;
      this.factor.append(exact, diagonal + jitter);
    }
    this.jitters.data[n] = jitter;
    this.size = n + 1;
    this.solveRows(n);
    return jitter;
  }

  /** Adds t rows, `[t, d]`; O(t n²). */
  appendBlock(points: ArrayLike<number>, targets: ArrayLike<number>): void {
    const first = this.size;
    const { width } = this.points;
    for (let k = 0; k < targets.length; k++) {
      this.place(points, k * width, targets[k]!);
      this.size++;
    }
    this.size = first;
    this.factorUpTo(first + targets.length);
    this.solveRows(first);
  }

  private place(points: ArrayLike<number>, at: number, target: number): void {
    const n = this.size;
    for (const column of [this.points, this.targets, this.replicates, this.jitters, this.z, this.u]) {
      column.reserve(n + 1);
    }
    const { width, data } = this.points;
    for (let j = 0; j < width; j++) data[n * width + j] = points[at + j]!;
    this.targets.data[n] = target;
    this.replicates.data[n] = 1;
    this.jitters.data[n] = 0;
    if (n === 0) this.reference = target;
  }

  /** Extends the factor to the first `count` points, block by block. */
  private factorUpTo(count: number): void {
    while (this.size < count) {
      const first = this.size;
      const rows = Math.min(BLOCK_ROWS, count - first);
      const cross: DenseMatrix = { rows, columns: first, data: new Float64Array(rows * first) };
      const block: DenseMatrix = { rows, columns: rows, data: new Float64Array(rows * rows) };
      const row = this.buffer(first + rows);
      for (let k = 0; k < rows; k++) {
        this.kernel.row(this.points.data, first + k, this.points.data, (first + k) * this.points.width, row);
        for (let i = 0; i < first; i++) cross.data[k * first + i] = row[i]!;
        for (let i = 0; i < k; i++) block.data[k * rows + i] = row[first + i]!;
        block.data[k * rows + k] = this.diagonal(first + k);
      }
      const { status, jitter, advice } = this.factor.appendBlock(cross, block, { jitter: JITTER });
      if (status === 'notPositiveDefinite') throw new NumericalError(`LazyGaussianProcess: ${advice}`);
      this.jitters.data.fill(jitter, first, first + rows);
      this.size += rows;
    }
  }

  /** Takes other hyper-parameters and factors anew. O(n³ / 3). */
  refactor(kernel: Kernel, noise: number): void {
    const count = this.size;
    this.kernel = kernel;
    this.noise = noise;
    this.size = 0;
    this.factor.truncate(0);
    this.factorUpTo(count);
    for (const observer of this.observers) observer.rowsChanged(0);
    this.solveRows(0);
  }

  /** Removes a row. O((n − index) n). */
  remove(index: number): void {
    this.factor.delete(index);
    for (const column of [this.points, this.targets, this.replicates, this.jitters, this.z, this.u]) {
      column.remove(index, this.size);
    }
    this.size--;
    for (const observer of this.observers) observer.rowsChanged(index);
    this.solveRows(index);
  }

  /** Makes a row the average of one more evaluation: its noise shrinks. Says whether rounding allowed that. O(n²). */
  replicate(index: number, target: number): boolean {
    const count = this.replicates.data[index]!;
    const change = new Float64Array(this.size);
    change[index] = Math.sqrt(this.noise / (count * (count + 1)));
    if (this.factor.downdate(change).status !== 'ok') return false;
    this.targets.data[index] = (this.targets.data[index]! * count + target) / (count + 1);
    this.replicates.data[index] = count + 1;
    for (const observer of this.observers) observer.rowsChanged(index);
    this.solveRows(index);
    return true;
  }

  /** After targets from row `first` on were changed: z follows. O((n − first) n). */
  retarget(first: number): void {
    this.solveRows(first);
    for (const observer of this.observers) observer.targetsChanged();
  }

  /** z and u from row `first` on. */
  private solveRows(first: number): void {
    const { size, factor, reference } = this;
    const z = this.z.data;
    const u = this.u.data;
    this.momentsKnown = false;
    if (size - first > 16 && 3 * (size - first) > size) {
      for (let i = 0; i < size; i++) {
        z[i] = this.targets.data[i]! - reference;
        u[i] = 1;
      }
      factor.solveLower(z.subarray(0, size), z.subarray(0, size));
      factor.solveLower(u.subarray(0, size), u.subarray(0, size));
      return;
    }
    const row = this.buffer(size);
    for (let i = first; i < size; i++) {
      factor.row(i, row);
      z[i] = (this.targets.data[i]! - reference - dot(row, 0, z, 0, i)) / row[i]!;
      u[i] = (1 - dot(row, 0, u, 0, i)) / row[i]!;
    }
  }

  /** Working space of at least so many numbers; the next call may give the same. */
  private buffer(length: number): Float64Array {
    if (this.scratch.length < length) this.scratch = new Float64Array(2 * length);
    return this.scratch;
  }
}
