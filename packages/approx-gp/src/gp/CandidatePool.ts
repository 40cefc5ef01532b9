import type { LazyGaussianProcess } from './LazyGaussianProcess.js';
import { dot } from './dot.js';
import type { GpState, RowObserver } from './GpState.js';
import type { PosteriorPool } from './mixture.js';

/** Columns solved together where many rows are missing. */
const BLOCK = 64;
/** More missing rows than this are found by solving anew. */
const FEW_ROWS = 16;

/**
 * The posterior at M points that stay: each keeps its column w = L⁻¹k(X, c), so that a new row of the process costs
 * O(n) per point instead of O(n²), with the same result.
 */
export class CandidatePool implements RowObserver, PosteriorPool {
  /** Number of points M. */
  readonly size: number;
  private readonly state: GpState;
  /** `[M, d]` */
  private readonly points: Float64Array;
  private columns = new Float64Array(0);
  private stride = 0;
  /** Rows of the process that each column has, `[M]`. */
  private readonly known: Int32Array;
  private readonly squares: Float64Array;
  private readonly targetProducts: Float64Array;
  private readonly onesProducts: Float64Array;
  private row = new Float64Array(0);

  /**
   * @param process - whose posterior is wanted
   * @param points - `[M, d]`; copied
   */
  constructor(process: LazyGaussianProcess, points: Float64Array) {
    this.state = process.state;
    this.points = points.slice();
    this.size = points.length / this.state.points.width;
    this.known = new Int32Array(this.size);
    this.squares = new Float64Array(this.size);
    this.targetProducts = new Float64Array(this.size);
    this.onesProducts = new Float64Array(this.size);
    this.state.observers.add(this);
  }

  /** Forgets the process, which then forgets the pool. */
  dispose(): void {
    this.state.observers.delete(this);
  }

  /** Coordinates of a point, `[d]`: a view, not to be written to. */
  point(index: number): Float64Array {
    const d = this.state.points.width;
    return this.points.subarray(index * d, (index + 1) * d);
  }

  /** Puts another point in the place of one. */
  replace(index: number, x: ArrayLike<number>): void {
    this.points.set(x, index * this.state.points.width);
    this.known[index] = 0;
    this.squares[index] = 0;
    this.targetProducts[index] = 0;
    this.onesProducts[index] = 0;
  }

  rowsChanged(first: number): void {
    for (let c = 0; c < this.size; c++) this.known[c] = Math.min(this.known[c]!, first);
    this.sumAgain();
  }

  targetsChanged(): void {
    this.sumAgain();
  }

  private sumAgain(): void {
    const { columns, stride, state } = this;
    for (let c = 0; c < this.size; c++) {
      const rows = this.known[c]!;
      const at = c * stride;
      this.squares[c] = dot(columns, at, columns, at, rows);
      this.targetProducts[c] = dot(columns, at, state.z.data, 0, rows);
      this.onesProducts[c] = dot(columns, at, state.u.data, 0, rows);
    }
  }

  /** Posterior mean of a point; right after {@link update}. */
  mean(index: number): number {
    const { meanShift, reference } = this.state;
    return reference + meanShift + this.targetProducts[index]! - meanShift * this.onesProducts[index]!;
  }

  /** Posterior variance of a point, without noise; right after {@link update}. */
  variance(index: number): number {
    const { amplitude, meanUncertainty } = this.state;
    const doubt = (1 - this.onesProducts[index]!) ** 2 * meanUncertainty;
    return amplitude * Math.max(0, 1 - this.squares[index]! + doubt);
  }

  /** w = L⁻¹k(X, c) of a point, `[n]`: a view, right after {@link update}. */
  column(index: number): Float64Array {
    return this.columns.subarray(index * this.stride, index * this.stride + this.state.size);
  }

  /** Takes in the rows that are new to the points. O(M n) per row; O(n²) for a point that is new. */
  update(): void {
    this.makeRoom();
    const { size: n } = this.state;
    const behind: number[] = [];
    let least = n;
    for (let c = 0; c < this.size; c++) {
      if (n - this.known[c]! > FEW_ROWS) behind.push(c);
      else least = Math.min(least, this.known[c]!);
    }
    for (let from = 0; from < behind.length; from += BLOCK) this.solve(behind.slice(from, from + BLOCK));
    for (let i = least; i < n; i++) this.addRow(i);
  }

  private makeRoom(): void {
    const { size: n } = this.state;
    if (n <= this.stride) return;
    const stride = Math.max(n, 2 * this.stride, 64);
    const columns = new Float64Array(this.size * stride);
    for (let c = 0; c < this.size; c++) {
      const at = c * this.stride;
      columns.set(this.columns.subarray(at, at + this.known[c]!), c * stride);
    }
    this.columns = columns;
    this.stride = stride;
    this.row = new Float64Array(stride);
  }

  /** One row more for the points that have all before it: w_i = (κ(x_i, c) − Σ_k L_ik w_k) / L_ii. */
  private addRow(i: number): void {
    const { state, columns, stride, row, known } = this;
    const { kernel, points } = state;
    const d = points.width;
    state.factor.row(i, row);
    const correlations = new Float64Array(this.size);
    kernel.row(this.points, this.size, points.data, i * d, correlations);
    const z = state.z.data[i]!;
    const u = state.u.data[i]!;
    for (let c = 0; c < this.size; c++) {
      if (known[c] !== i) continue;
      const at = c * stride;
      const w = (correlations[c]! - dot(row, 0, columns, at, i)) / row[i]!;
      columns[at + i] = w;
      this.squares[c]! += w * w;
      this.targetProducts[c]! += w * z;
      this.onesProducts[c]! += w * u;
      known[c] = i + 1;
    }
  }

  private solve(indices: readonly number[]): void {
    const { state, columns, stride } = this;
    const n = state.size;
    const d = state.points.width;
    const block = new Float64Array(indices.length * n);
    indices.forEach((c, k) => {
      state.kernel.row(state.points.data, n, this.points, c * d, block.subarray(k * n, (k + 1) * n));
    });
    state.factor.solveLower(block, block);
    indices.forEach((c, k) => {
      columns.set(block.subarray(k * n, (k + 1) * n), c * stride);
      this.known[c] = n;
      this.squares[c] = dot(block, k * n, block, k * n, n);
      this.targetProducts[c] = dot(block, k * n, state.z.data, 0, n);
      this.onesProducts[c] = dot(block, k * n, state.u.data, 0, n);
    });
  }
}
