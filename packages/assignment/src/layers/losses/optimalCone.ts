/**
 * Projection of costs onto the cone of those for which a given assignment is optimal.
 *
 * By duality the cone is {u_i + v_j + s_ij} with s ≥ 0, and s = 0 on the pairs of the assignment; the duals of the
 * longer side are at most 0, and 0 where it is unmatched. For given duals the best s is known, which leaves the convex
 * function of rows + columns variables
 *   f(u, v) = ½ Σ_pairs r_ij² + ½ Σ_others max(0, r_ij)², r_ij = u_i + v_j - c_ij.
 * Its second derivative is piecewise constant, so that projected Newton steps end at the exact minimum after finitely
 * many steps. With a barrier -μ log s_ij, s is positive: the point is in the interior of the cone, after any number of
 * steps.
 *
 * @see Bertsekas 1982, "Projected Newton methods for optimization problems with simple constraints", SIAM Journal on
 * Control and Optimization 20, 221-246, doi:10.1137/0320018
 */
import type { BatchShape } from '../shapes.js';

/** Settings of {@link projectOntoCone}. */
export interface ConeSettings {
  /** Whether a barrier keeps the point inside of the cone. */
  readonly interior: boolean;
  /** Most Newton steps. */
  readonly iterations: number;
}

/** Slack at which the barrier keeps a pair that would have none, relative to the root mean square of the costs. */
const INTERIOR_SLACK = 0.1;

/** Share of the largest diagonal element that is added to all: the duals have a direction that changes nothing. */
const RIDGE = 1e-10;

/**
 * Projects each problem of a batch.
 *
 * @param cost - [batch, rows, columns], finite
 * @param rowToColumn - the assignment, [batch, rows], -1 for unmatched rows
 * @param forbidden - 1 where a pair has no part in the problem, [batch, rows, columns]
 * @returns [batch, rows, columns], 0 where forbidden
 */
export function projectOntoCone(
  cost: ArrayLike<number>,
  rowToColumn: Int32Array,
  forbidden: ArrayLike<number>,
  { batch, rows, columns }: BatchShape,
  settings: ConeSettings,
): Float64Array {
  const out = new Float64Array(cost.length);
  const cone = new OptimalCone(rows, columns);
  for (let k = 0; k < batch; k++) {
    const first = k * rows * columns;
    cone.open(cost, first, rowToColumn.subarray(k * rows, (k + 1) * rows), forbidden, settings.interior);
    for (let step = 0; step < settings.iterations && cone.step(); step++);
    cone.write(out, first);
  }
  return out;
}

/** One problem and the duals so far. Lines are the rows, then the columns. */
class OptimalCone {
  readonly #rows: number;
  readonly #columns: number;
  readonly #lines: number;
  readonly #cost: Float64Array;
  /** 1 for pairs of the assignment, 2 for forbidden ones, 0 for the others. */
  readonly #kind: Uint8Array;
  /** 0 free, 1 at most 0, 2 is 0. */
  readonly #bound: Uint8Array;
  readonly #gradient: Float64Array;
  readonly #hessian: Float64Array;
  readonly #direction: Float64Array;
  #duals: Float64Array;
  #trial: Float64Array;
  #barrier = 0;
  #value = 0;

  constructor(rows: number, columns: number) {
    this.#rows = rows;
    this.#columns = columns;
    this.#lines = rows + columns;
    this.#cost = new Float64Array(rows * columns);
    this.#kind = new Uint8Array(rows * columns);
    this.#bound = new Uint8Array(this.#lines);
    this.#gradient = new Float64Array(this.#lines);
    this.#hessian = new Float64Array(this.#lines * this.#lines);
    this.#direction = new Float64Array(this.#lines);
    this.#duals = new Float64Array(this.#lines);
    this.#trial = new Float64Array(this.#lines);
  }

  open(
    cost: ArrayLike<number>,
    first: number,
    rowToColumn: Int32Array,
    forbidden: ArrayLike<number>,
    interior: boolean,
  ): void {
    const rows = this.#rows;
    const columns = this.#columns;
    let squares = 0;
    let allowed = 0;
    for (let at = 0; at < this.#cost.length; at++) {
      this.#cost[at] = cost[first + at]!;
      this.#kind[at] = forbidden[first + at] === 0 ? 0 : 2;
      if (this.#kind[at] === 2) continue;
      squares += this.#cost[at]! ** 2;
      allowed++;
    }
    this.#barrier = interior && allowed > 0 ? (INTERIOR_SLACK ** 2 * squares) / allowed : 0;
    this.#bound.fill(0);
    // Lines of the longer side are 0 until they are found to be matched.
    if (rows < columns) this.#bound.fill(2, rows);
    if (rows > columns) this.#bound.fill(2, 0, rows);
    this.#duals.fill(0);
    for (let i = 0; i < rows; i++) {
      const j = rowToColumn[i]!;
      if (j < 0) continue;
      const at = i * columns + j;
      this.#kind[at] = 1;
      const c = this.#cost[at]!;
      if (rows < columns) this.#bound[rows + j] = 1;
      if (rows > columns) this.#bound[i] = 1;
      // A feasible start, in which the pairs have no residual.
      this.#duals[i] = rows < columns ? c : rows > columns ? 0 : c / 2;
      this.#duals[rows + j] = rows < columns ? 0 : rows > columns ? c : c / 2;
    }
    this.#value = this.#evaluate(this.#duals);
  }

  /** f, with barrier terms. */
  #evaluate(duals: Float64Array): number {
    let value = 0;
    for (let i = 0, at = 0; i < this.#rows; i++) {
      for (let j = 0; j < this.#columns; j++, at++) {
        if (this.#kind[at] === 2) continue;
        const slack = this.#cost[at]! - duals[i]! - duals[this.#rows + j]!;
        const s = this.#kind[at] === 1 ? 0 : this.#bestSlack(slack);
        value += 0.5 * (s - slack) ** 2;
        if (this.#barrier > 0 && this.#kind[at] === 0) value -= this.#barrier * Math.log(s);
      }
    }
    return value;
  }

  /** The s ≥ 0 that minimises ½ (s - d)² - μ log s. */
  #bestSlack(d: number): number {
    const mu = this.#barrier;
    if (mu === 0) return Math.max(0, d);
    const root = Math.sqrt(d * d + 4 * mu);
    // The other form of the same root where this one would cancel.
    return d > 0 ? (d + root) / 2 : (2 * mu) / (root - d);
  }

  /** One projected Newton step. Returns whether it went on. */
  step(): boolean {
    this.#differentiate();
    const lines = this.#lines;
    const gradient = this.#gradient;
    const isFree = (line: number): boolean =>
      this.#bound[line] === 0 ||
      (this.#bound[line] === 1 && !(this.#duals[line] === 0 && gradient[line]! <= 0));
    let steepest = 0;
    let largest = 0;
    for (let line = 0; line < lines; line++) {
      if (!isFree(line)) {
        for (let other = 0; other < lines; other++)
          this.#hessian[line * lines + other] = this.#hessian[other * lines + line] = 0;
        this.#hessian[line * lines + line] = 1;
        gradient[line] = 0;
      }
      steepest = Math.max(steepest, Math.abs(gradient[line]!));
      largest = Math.max(largest, this.#hessian[line * lines + line]!);
    }
    if (steepest === 0) return false;
    for (let line = 0; line < lines; line++)
      this.#hessian[line * lines + line] = this.#hessian[line * lines + line]! + RIDGE * largest;
    solveSymmetric(this.#hessian, gradient, this.#direction);
    return this.#search();
  }

  /** Goes along the direction until f is lower by enough. */
  #search(): boolean {
    for (let length = 1; length > 1e-9; length /= 2) {
      let slope = 0;
      for (let line = 0; line < this.#lines; line++) {
        const moved = this.#duals[line]! - length * this.#direction[line]!;
        this.#trial[line] = this.#bound[line] === 0 ? moved : Math.min(0, moved);
        slope += this.#gradient[line]! * (this.#trial[line]! - this.#duals[line]!);
      }
      const value = this.#evaluate(this.#trial);
      if (!(value <= this.#value + 1e-4 * slope) || value === this.#value) continue;
      [this.#duals, this.#trial] = [this.#trial, this.#duals];
      this.#value = value;
      return true;
    }
    return false;
  }

  /** First and second derivatives of f with respect to the duals. */
  #differentiate(): void {
    const lines = this.#lines;
    this.#gradient.fill(0);
    this.#hessian.fill(0);
    for (let i = 0, at = 0; i < this.#rows; i++) {
      for (let j = 0; j < this.#columns; j++, at++) {
        if (this.#kind[at] === 2) continue;
        const c = this.#rows + j;
        const slack = this.#cost[at]! - this.#duals[i]! - this.#duals[c]!;
        const isPair = this.#kind[at] === 1;
        const pull = (isPair ? 0 : this.#bestSlack(slack)) - slack;
        const weight = isPair ? 1 : this.#curvature(slack);
        this.#gradient[i] = this.#gradient[i]! + pull;
        this.#gradient[c] = this.#gradient[c]! + pull;
        this.#hessian[i * lines + i] = this.#hessian[i * lines + i]! + weight;
        this.#hessian[c * lines + c] = this.#hessian[c * lines + c]! + weight;
        this.#hessian[i * lines + c] = this.#hessian[c * lines + i] = weight;
      }
    }
  }

  /** Second derivative of min_s ½ (s - d)² - μ log s. */
  #curvature(d: number): number {
    if (this.#barrier === 0) return d < 0 ? 1 : 0;
    return 0.5 * (1 - d / Math.sqrt(d * d + 4 * this.#barrier));
  }

  /** Writes u_i + v_j + s_ij. */
  write(out: Float64Array, first: number): void {
    for (let i = 0, at = 0; i < this.#rows; i++) {
      for (let j = 0; j < this.#columns; j++, at++) {
        if (this.#kind[at] === 2) continue;
        const sum = this.#duals[i]! + this.#duals[this.#rows + j]!;
        const s = this.#kind[at] === 1 ? 0 : this.#bestSlack(this.#cost[at]! - sum);
        out[first + at] = sum + s;
      }
    }
  }
}

/** Solves A x = b for a positive definite A, which its factor overwrites (Cholesky, A = L Lᵀ, row-major). */
function solveSymmetric(a: Float64Array, b: Float64Array, x: Float64Array): void {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / a[j * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= a[i * n + k]! * x[k]!;
    x[i] = sum / a[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let k = i + 1; k < n; k++) sum -= a[k * n + i]! * x[k]!;
    x[i] = sum / a[i * n + i]!;
  }
}
