import { RADIALS, type KernelName } from '../../src/kernels/radial.js';

/** A Gaussian process by the textbook: dense matrices, Gauss-Jordan inverse, nothing shared with the package's algebra. */
export interface OracleData {
  readonly points: readonly (readonly number[])[];
  readonly targets: readonly number[];
  readonly kernel: KernelName;
  readonly scales: readonly number[];
  /** Diagonal of the noise, in units of the process' variance. */
  readonly noise: readonly number[];
  readonly categorical?: readonly boolean[];
}

function correlation(data: OracleData, a: readonly number[], b: readonly number[]): number {
  let squared = 0;
  for (let j = 0; j < a.length; j++) {
    const difference = data.categorical?.[j] === true ? Number(a[j] !== b[j]) : a[j]! - b[j]!;
    squared += (difference / data.scales[j]!) ** 2;
  }
  const value = Float64Array.of(squared);
  RADIALS[data.kernel].values(value, 1);
  return value[0]!;
}

function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => Number(i === j))]);
  for (let column = 0; column < n; column++) {
    let best = column;
    for (let i = column; i < n; i++) {
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[best]![column]!)) best = i;
    }
    [rows[column], rows[best]] = [rows[best]!, rows[column]!];
    const pivotRow = rows[column]!;
    const pivot = pivotRow[column]!;
    for (let j = 0; j < 2 * n; j++) pivotRow[j]! /= pivot;
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const factor = rows[i]![column]!;
      if (factor !== 0) for (let j = 0; j < 2 * n; j++) rows[i]![j]! -= factor * pivotRow[j]!;
    }
  }
  return rows.map((row) => row.slice(n));
}

const product = (a: readonly number[], m: readonly (readonly number[])[], b: readonly number[]): number =>
  a.reduce((sum, ai, i) => sum + ai * m[i]!.reduce((inner, mij, j) => inner + mij * b[j]!, 0), 0);

/** Universal kriging with a constant mean: its predictions and its profiled mean and variance. */
export class DenseOracle {
  readonly mean: number;
  readonly amplitude: number;
  private readonly data: OracleData;
  private readonly precision: number[][];
  private readonly ones: number[];

  constructor(data: OracleData) {
    this.data = data;
    const { points, targets, noise } = data;
    const n = points.length;
    this.precision = inverse(
      points.map((a, i) => points.map((b, j) => correlation(data, a, b) + (i === j ? noise[i]! : 0))),
    );
    this.ones = points.map(() => 1);
    this.mean = product(this.ones, this.precision, targets) / product(this.ones, this.precision, this.ones);
    const residual = targets.map((y) => y - this.mean);
    this.amplitude = product(residual, this.precision, residual) / n;
  }

  predict(x: readonly number[]): { mean: number; variance: number } {
    const { data, precision, ones } = this;
    const k = data.points.map((point) => correlation(data, x, point));
    const residual = data.targets.map((y) => y - this.mean);
    const unexplained = 1 - product(k, precision, ones);
    return {
      mean: this.mean + product(k, precision, residual),
      variance:
        this.amplitude * (1 - product(k, precision, k) + unexplained ** 2 / product(ones, precision, ones)),
    };
  }
}
