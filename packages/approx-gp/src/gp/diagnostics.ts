import type { DenseMatrix } from '@pct/core';
import { dot } from './dot.js';
import type { GpState } from './GpState.js';

/** Mean and covariance of several points at once. */
export interface JointPosterior {
  /** `[t]` */
  readonly mean: Float64Array;
  /** `[t, t]`, symmetric. */
  readonly covariance: DenseMatrix;
}

/** Predictions of each row from all the others. */
export interface LeaveOneOut {
  /** `[n]`, in the unit of the targets. */
  readonly means: Float64Array;
  /** Variances of a noisy evaluation, `[n]`. */
  readonly variances: Float64Array;
  /** (target − mean) / standard deviation, `[n]`: of variance near 1 if the process is calibrated. */
  readonly scores: Float64Array;
}

export function jointPosterior(state: GpState, points: ArrayLike<number>): JointPosterior {
  const n = state.size;
  const { width } = state.points;
  const t = points.length / width;
  const flat = Float64Array.from(points);
  const columns = new Float64Array(t * n);
  for (let c = 0; c < t; c++) {
    state.kernel.row(state.points.data, n, flat, c * width, columns.subarray(c * n, (c + 1) * n));
  }
  if (n > 0) state.factor.solveLower(columns, columns);
  const mean = new Float64Array(t);
  const ones = new Float64Array(t);
  for (let c = 0; c < t; c++) {
    ones[c] = dot(columns, c * n, state.u.data, 0, n);
    const shift = dot(columns, c * n, state.z.data, 0, n) + state.meanShift * (1 - ones[c]!);
    mean[c] = state.reference + shift;
  }
  const data = new Float64Array(t * t);
  const prior = new Float64Array(t);
  for (let a = 0; a < t; a++) {
    state.kernel.row(flat, t, flat, a * width, prior);
    for (let b = 0; b <= a; b++) {
      const doubt = (1 - ones[a]!) * (1 - ones[b]!) * state.meanUncertainty;
      const value = state.amplitude * (prior[b]! - dot(columns, a * n, columns, b * n, n) + doubt);
      data[a * t + b] = value;
      data[b * t + a] = value;
    }
  }
  return { mean, covariance: { rows: t, columns: t, data } };
}

/**
 * With g the diagonal of R⁻¹ and α = R⁻¹(y − m): mean y − α / g and variance ŝ² / g.
 *
 * @see Rasmussen & Williams 2006, eq. 5.12
 */
export function leaveOneOut(state: GpState): LeaveOneOut {
  const n = state.size;
  const alpha = new Float64Array(n);
  for (let i = 0; i < n; i++) alpha[i] = state.z.data[i]! - state.meanShift * state.u.data[i]!;
  state.factor.solveUpper(alpha, alpha);
  const means = new Float64Array(n);
  const variances = new Float64Array(n);
  const scores = new Float64Array(n);
  const unit = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    unit.fill(0);
    unit[i] = 1;
    state.factor.solveLower(unit, unit);
    const precision = dot(unit, i, unit, i, n - i);
    means[i] = state.targets.data[i]! - alpha[i]! / precision;
    variances[i] = state.amplitude / precision;
    scores[i] = alpha[i]! / Math.sqrt(precision * state.amplitude);
  }
  return { means, variances, scores };
}

export function innovationsOf(state: GpState): Float64Array {
  const deviation = Math.sqrt(state.amplitude);
  const mean = state.meanShift;
  return Float64Array.from(
    { length: state.size },
    (_, i) => (state.z.data[i]! - mean * state.u.data[i]!) / deviation,
  );
}
