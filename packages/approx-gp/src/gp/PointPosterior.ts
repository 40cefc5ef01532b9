import { dot } from './dot.js';
import type { GpState } from './GpState.js';
import type { PosteriorEvaluator } from './mixture.js';

/**
 * The posterior at one point after another, with derivatives of anything that depends on it: `at` does the O(n²)
 * forward substitution, `gradient` one backward substitution, whatever it is that is differentiated.
 */
export class PointPosterior implements PosteriorEvaluator {
  /** Mean at the point. */
  mean = 0;
  /** Variance at the point, without noise, at least 0. */
  variance = 0;
  /** w = L⁻¹ k(X, x), `[n]` or longer. */
  columns = new Float64Array(0);
  private readonly state: GpState;
  private readonly x: Float64Array;
  private weights = new Float64Array(0);
  private onesColumn = 0;

  /** @internal */
  constructor(state: GpState) {
    this.state = state;
    this.x = new Float64Array(state.points.width);
  }

  /**
   * Goes to a point: sets {@link mean}, {@link variance} and {@link columns}. O(n²).
   *
   * @param x - `[d]`
   */
  at(x: ArrayLike<number>): this {
    const { state } = this;
    const n = state.size;
    this.makeRoom(n);
    this.x.set(x);
    const w = this.columns.subarray(0, n);
    state.kernel.row(state.points.data, n, this.x, 0, w);
    state.factor.solveLower(w, w);
    const mean = state.meanShift;
    this.onesColumn = dot(w, 0, state.u.data, 0, n);
    this.mean = state.reference + mean + dot(w, 0, state.z.data, 0, n) - mean * this.onesColumn;
    const doubt = (1 - this.onesColumn) ** 2 * state.meanUncertainty;
    this.variance = state.amplitude * Math.max(0, 1 - dot(w, 0, w, 0, n) + doubt);
    return this;
  }

  /**
   * Gradient with respect to the point of F(mean, variance, w), given its partial derivatives; 0 along categorical
   * dimensions. O(n²).
   *
   * @param byMean - ∂F/∂mean
   * @param byVariance - ∂F/∂variance
   * @param out - receives the gradient, `[d]`
   * @param byColumns - ∂F/∂w, `[n]` or longer, for what depends on w otherwise
   * @returns out
   */
  gradient(byMean: number, byVariance: number, out: Float64Array, byColumns?: Float64Array): Float64Array {
    const { state, columns: w, weights: c } = this;
    const n = state.size;
    const z = state.z.data;
    const u = state.u.data;
    const mean = state.meanShift;
    const varianceScale = -2 * byVariance * state.amplitude;
    const doubt = (1 - this.onesColumn) * state.meanUncertainty;
    for (let i = 0; i < n; i++) {
      c[i] = byMean * (z[i]! - mean * u[i]!) + varianceScale * (w[i]! + doubt * u[i]!);
    }
    if (byColumns !== undefined) for (let i = 0; i < n; i++) c[i]! += byColumns[i]!;
    const weights = c.subarray(0, n);
    state.factor.solveUpper(weights, weights);
    state.kernel.inputGradient(state.points.data, n, this.x, c, out);
    return out;
  }

  private makeRoom(rows: number): void {
    if (this.columns.length >= rows) return;
    const length = Math.max(rows, 2 * this.columns.length);
    this.columns = new Float64Array(length);
    this.weights = new Float64Array(length);
  }
}
