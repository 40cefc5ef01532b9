import type { KernelName } from '../../src/kernels/radial.js';

/** Correlations by the distance. */
export const FORMULAS: Readonly<Record<KernelName, (r: number) => number>> = {
  matern12: (r) => Math.exp(-r),
  matern32: (r) => (1 + Math.sqrt(3) * r) * Math.exp(-Math.sqrt(3) * r),
  matern52: (r) => (1 + Math.sqrt(5) * r + (5 / 3) * r * r) * Math.exp(-Math.sqrt(5) * r),
  rbf: (r) => Math.exp(-0.5 * r * r),
};

/** A Gaussian process by the textbook: dense matrices, Gauss-Jordan inverse, nothing shared with the package's algebra. */
export interface OracleData {
  readonly points: readonly (readonly number[])[];
  readonly targets: readonly number[];
  readonly kernel: KernelName;
  readonly scales: readonly number[];
  /** Diagonal of the noise, in units of the process' variance. */
  readonly noise: readonly number[];
  readonly categorical?: readonly boolean[];
  /** Share and scale of a sum of functions of one coordinate each. */
  readonly additive?: readonly [share: number, scale: number];
}

function correlation(data: OracleData, a: readonly number[], b: readonly number[]): number {
  const [share, scale] = data.additive ?? [0, 1];
  const squares = data.scales.map((length, j) => {
    const difference = data.categorical?.[j] === true ? Number(a[j] !== b[j]) : a[j]! - b[j]!;
    return (difference / length) ** 2;
  });
  const formula = FORMULAS[data.kernel];
  const joint = formula(Math.sqrt(squares.reduce((sum, square) => sum + square, 0)));
  const single = squares.reduce((sum, square) => sum + formula(Math.sqrt(square) / scale), 0);
  return (1 - share) * joint + (share * single) / squares.length;
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
