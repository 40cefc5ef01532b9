import { GrowingCholesky } from '@pct/core';
import { Kernel, type CoordinateKind } from '../kernels/Kernel.js';
import type { KernelName } from '../kernels/radial.js';
import { dot } from './dot.js';
import { fromTheta } from './theta.js';

/**
 * Log marginal likelihood of some rows as a function of θ, see `toTheta`, with mean and variance of the process at their
 * best for each θ. An evaluation costs O(n³); working space is made once.
 *
 * @see Rasmussen & Williams 2006, eq. 5.9
 */
export class MarginalLikelihood {
  private readonly kernelName: KernelName;
  private readonly kinds: readonly CoordinateKind[];
  private readonly points: Float64Array;
  private readonly targets: Float64Array;
  private readonly factor: GrowingCholesky;
  /** Correlations, `[n, n]`, below the diagonal. */
  private readonly matrix: Float64Array;
  private readonly identity: Float64Array;
  private readonly inverse: Float64Array;
  /** What the likelihood gains by the correlations of one row, `[n]`. */
  private readonly weights: Float64Array;
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
    this.weights = new Float64Array(n);
    this.residual = new Float64Array(n);
    this.ones = new Float64Array(n);
  }

  /**
   * Value at θ, NaN if the matrix cannot be factored; adds the gradient if an array for it is given.
   *
   * @param theta - `[d + 1]` or `[d + 3]`
   * @param gradient - is added to, as long as theta
   */
  evaluate(theta: Float64Array, gradient?: Float64Array): number {
    const { matrix, points, targets, factor, residual, ones } = this;
    const n = targets.length;
    const d = this.kinds.length;
    const parameters = fromTheta(theta, d);
    const { noise } = parameters;
    const kernel = new Kernel(this.kernelName, this.kinds, parameters);
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
  private addGradient(kernel: Kernel, noise: number, variance: number, gradient: Float64Array): void {
    const { points, matrix, inverse, weights, residual: alpha } = this;
    const n = alpha.length;
    const d = this.kinds.length;
    this.factor.solve(this.identity, inverse);
    const byKernel = new Float64Array(d + 2);
    let diagonal = 0;
    for (let i = 0; i < n; i++) {
      const scaled = alpha[i]! / variance;
      for (let k = 0; k < i; k++) weights[k] = scaled * alpha[k]! - inverse[i * n + k]!;
      const row = matrix.subarray(i * n, i * n + i);
      kernel.addParameterGradient(points, i, points, i * d, row, weights, byKernel);
      diagonal += scaled * alpha[i]! - inverse[i * n + i]!;
    }
    for (let j = 0; j < d; j++) gradient[j]! += byKernel[j]!;
    gradient[d]! += 0.5 * noise * diagonal;
    const { additiveShare: share } = kernel;
    if (share === 0) return;
    gradient[d + 1]! += share * (1 - share) * byKernel[d]!;
    gradient[d + 2]! += byKernel[d + 1]!;
  }
}
