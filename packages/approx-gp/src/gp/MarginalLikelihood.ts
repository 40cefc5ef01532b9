import { GrowingCholesky } from '@pct/core';
import { ArdKernel, type CoordinateKind } from '../kernels/ArdKernel.js';
import type { KernelName } from '../kernels/radial.js';
import { dot } from './dot.js';

/**
 * Log marginal likelihood of some rows as a function of θ = (log ℓ_1 … log ℓ_d, log λ), with mean and variance of the
 * process at their best for each θ. An evaluation costs O(n³); working space is made once.
 *
 * @see Rasmussen & Williams 2006, eq. 5.9
 */
export class MarginalLikelihood {
  private readonly kernelName: KernelName;
  private readonly kinds: readonly CoordinateKind[];
  private readonly points: Float64Array;
  private readonly targets: Float64Array;
  private readonly factor: GrowingCholesky;
  /** Correlations, then their slopes; `[n, n]` below the diagonal. */
  private readonly matrix: Float64Array;
  private readonly identity: Float64Array;
  private readonly inverse: Float64Array;
  private readonly slopes: Float64Array;
  private readonly residual: Float64Array;
  private readonly ones: Float64Array;

  /**
   * @param points - `[n, d]`
   * @param targets - `[n]`
   */
  constructor(
    kernelName: KernelName,
    kinds: readonly CoordinateKind[],
    points: Float64Array,
    targets: Float64Array,
  ) {
    const n = targets.length;
    this.kernelName = kernelName;
    this.kinds = kinds;
    this.points = points;
    this.targets = targets;
    this.factor = new GrowingCholesky({ capacity: n });
    this.matrix = new Float64Array(n * n);
    this.identity = new Float64Array(n * n);
    for (let i = 0; i < n; i++) this.identity[i * n + i] = 1;
    this.inverse = new Float64Array(n * n);
    this.slopes = new Float64Array(n);
    this.residual = new Float64Array(n);
    this.ones = new Float64Array(n);
  }

  /**
   * Value at θ, NaN if the matrix cannot be factored; adds the gradient if an array for it is given.
   *
   * @param theta - `[d + 1]`
   * @param gradient - is added to, `[d + 1]`
   */
  evaluate(theta: Float64Array, gradient?: Float64Array): number {
    const { matrix, points, targets, factor, residual, ones } = this;
    const n = targets.length;
    const d = this.kinds.length;
    const noise = Math.exp(theta[d]!);
    const kernel = new ArdKernel(this.kernelName, this.kinds, theta.subarray(0, d).map(Math.exp));
    for (let i = 0; i < n; i++) {
      kernel.row(points, i, points, i * d, matrix.subarray(i * n, i * n + i));
      matrix[i * n + i] = 1 + noise;
    }
    if (factor.factor({ rows: n, columns: n, data: matrix }).status !== 'ok') return NaN;
    ones.fill(1);
    factor.solveLower(ones, ones);
    factor.solveLower(targets, residual);
    const mean = dot(ones, 0, residual, 0, n) / dot(ones, 0, ones, 0, n);
    for (let i = 0; i < n; i++) residual[i]! -= mean * ones[i]!;
    const variance = dot(residual, 0, residual, 0, n) / n;
    if (gradient !== undefined) {
      factor.solveUpper(residual, residual);
      this.addGradient(kernel, noise, variance, gradient);
    }
    return -0.5 * (n * (1 + Math.log(2 * Math.PI * variance)) + factor.logDeterminant());
  }

  /** ½ tr((α αᵀ / ŝ² − R⁻¹) ∂R/∂θ), with α in `residual`. */
  private addGradient(kernel: ArdKernel, noise: number, variance: number, gradient: Float64Array): void {
    const { points, inverse, slopes, residual: alpha } = this;
    const n = alpha.length;
    const d = this.kinds.length;
    this.factor.solve(this.identity, inverse);
    let diagonal = 0;
    for (let i = 0; i < n; i++) {
      kernel.slopes(points, i, points, i * d, slopes);
      const scaled = alpha[i]! / variance;
      for (let k = 0; k < i; k++) slopes[k]! *= scaled * alpha[k]! - inverse[i * n + k]!;
      kernel.addScaleGradient(points, i, points, i * d, slopes, gradient);
      diagonal += scaled * alpha[i]! - inverse[i * n + i]!;
    }
    gradient[d]! += 0.5 * noise * diagonal;
  }
}
