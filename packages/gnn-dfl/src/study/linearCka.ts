import { checkInteger, InvalidArgumentError, NumericalError, ShapeError, toRng, type Rng } from '@pct/core';
import type { NdArray } from '@pct/tensor';

/** Options of {@link linearCka} and {@link linearCkaMatrix}. */
export interface LinearCkaOptions {
  /**
   * Rows of a mini-batch, >= 4; rows that do not fill the last one are left out of a shuffle.
   * @defaultValue `1024`, or all rows if there are fewer
   */
  readonly batchSize?: number | undefined;
  /**
   * How often the rows are shuffled and cut into mini-batches, >= 1.
   * @defaultValue `5`
   */
  readonly shuffles?: number | undefined;
  /**
   * Shuffles the rows.
   * @defaultValue `0`
   */
  readonly rng?: Rng | number | undefined;
}

/**
 * Similarity of two representations of the same rows by centred kernel alignment with linear kernels: 1 if one is
 * a rotation and scaling of the other, about 0 if they are independent.
 *
 * Over mini-batches b, Σ_b HSIC₁(X Xᵀ, Y Yᵀ) / √(Σ_b HSIC₁(X Xᵀ, X Xᵀ) · Σ_b HSIC₁(Y Yᵀ, Y Yᵀ)) with the unbiased estimator
 * HSIC₁. It is computed from features, without matrices of rows by rows, and can be a little below 0.
 *
 * @param x - [rows, channels], such as a layer's activations
 * @param y - [rows, other channels], of the same rows
 * @param options - {@link LinearCkaOptions}
 * @throws ShapeError if they are no matrices with the same number of rows, 4 or more; InvalidArgumentError if
 * an option is out of range; NumericalError if an entry is not finite or a representation does not vary
 * @see Kornblith et al. 2019, arXiv:1905.00414; Nguyen, Raghu and Kornblith 2021, arXiv:2010.15327, eqs. 2 and 3;
 * Song et al. 2012, eq. 5, for HSIC₁
 */
export function linearCka(x: NdArray, y: NdArray, options: LinearCkaOptions = {}): number {
  return linearCkaMatrix([x], [y], options)[0]!;
}

/**
 * {@link linearCka} between all representations of two lists, on the same mini-batches.
 *
 * @param xs - matrices [rows, channels] of one network's layers
 * @param ys - those of another one, of the same rows
 * @returns [xs, ys], row-major
 * @throws as {@link linearCka}
 */
export function linearCkaMatrix(
  xs: readonly NdArray[],
  ys: readonly NdArray[],
  options: LinearCkaOptions = {},
): Float64Array {
  const rows = checkRows([...xs, ...ys]);
  const { batchSize = Math.min(1024, rows), shuffles = 5, rng = 0 } = options;
  checkInteger('linearCka', 'batchSize', batchSize, { min: 4, max: rows });
  checkInteger('linearCka', 'shuffles', shuffles, { min: 1 });
  const stream = toRng(rng, 'linearCka');
  const left = xs.map(centred);
  const right = ys.map(centred);
  const cross = new Float64Array(left.length * right.length);
  const selves = [left, right].map((list) => new Float64Array(list.length));
  for (let shuffle = 0; shuffle < shuffles; shuffle++) {
    const order = stream.permutation(rows);
    for (let from = 0; from + batchSize <= rows; from += batchSize) {
      const [a, b] = [left, right].map((list) =>
        list.map((features) => batchOf(features, order.subarray(from, from + batchSize))),
      );
      a!.forEach((x, i) => {
        selves[0]![i]! += unbiasedHsic(x, x);
        b!.forEach((y, j) => (cross[i * right.length + j]! += unbiasedHsic(x, y)));
      });
      b!.forEach((y, j) => (selves[1]![j]! += unbiasedHsic(y, y)));
    }
  }
  return cross.map((value, at) => {
    const [i, j] = [Math.floor(at / right.length), at % right.length];
    const norm = Math.sqrt(selves[0]![i]! * selves[1]![j]!);
    if (!(norm > 0))
      throw new NumericalError('linearCka: a representation is the same in all rows; leave such layers out');
    return value / norm;
  });
}

/** Rows of a matrix with what HSIC needs of its kernel. */
interface Features {
  readonly data: Float64Array;
  readonly rows: number;
  readonly channels: number;
}

interface Batch extends Features {
  /** |x_i|², [rows]. */
  readonly norms: Float64Array;
  /** Sums of the rows of the kernel matrix with a zero diagonal, [rows]. */
  readonly kernelSums: Float64Array;
}

function checkRows(matrices: readonly NdArray[]): number {
  const rows = matrices[0]?.shape[0] ?? 0;
  for (const { data, shape } of matrices) {
    if (shape.length !== 2 || shape[0] !== rows || rows < 4)
      throw new ShapeError(
        `linearCka: representations must be [rows, channels] with the same rows, 4 or more, got ` +
          matrices.map((matrix) => `[${matrix.shape.join(', ')}]`).join(' and '),
      );
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new NumericalError(`linearCka: entries must be finite, got ${data[bad]} at ${bad}`);
  }
  if (matrices.length === 0)
    throw new InvalidArgumentError('linearCka: there must be representations, got none');
  return rows;
}

/** Columns without their means, which do not matter to HSIC₁ but to its rounding, and scaled to a unit size. */
function centred({ data, shape }: NdArray): Features {
  const [rows, channels] = shape as [number, number];
  const out = Float64Array.from(data);
  let squares = 0;
  for (let c = 0; c < channels; c++) {
    let mean = 0;
    for (let r = 0; r < rows; r++) mean += out[r * channels + c]! / rows;
    for (let r = 0; r < rows; r++) {
      out[r * channels + c]! -= mean;
      squares += out[r * channels + c]! ** 2;
    }
  }
  const scale = squares > 0 ? Math.sqrt(rows / squares) : 0;
  return { data: out.map((value) => value * scale), rows, channels };
}

function batchOf({ data, channels }: Features, order: Int32Array): Batch {
  const rows = order.length;
  const picked = new Float64Array(rows * channels);
  const norms = new Float64Array(rows);
  const sums = new Float64Array(channels);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < channels; c++) {
      const value = data[order[r]! * channels + c]!;
      picked[r * channels + c] = value;
      norms[r]! += value * value;
      sums[c]! += value;
    }
  const kernelSums = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < channels; c++) kernelSums[r]! += picked[r * channels + c]! * sums[c]!;
    kernelSums[r]! -= norms[r]!;
  }
  return { data: picked, rows, channels, norms, kernelSums };
}

/** HSIC₁ times n (n − 3): Song et al. 2012, eq. 5. */
function unbiasedHsic(x: Batch, y: Batch): number {
  const { rows: n } = x;
  // tr(K̃ L̃) = ‖Xᵀ Y‖² without the diagonal terms.
  let trace = squaredProduct(x, y);
  let sumX = 0;
  let sumY = 0;
  let both = 0;
  for (let r = 0; r < n; r++) {
    trace -= x.norms[r]! * y.norms[r]!;
    sumX += x.kernelSums[r]!;
    sumY += y.kernelSums[r]!;
    both += x.kernelSums[r]! * y.kernelSums[r]!;
  }
  return trace + (sumX * sumY) / ((n - 1) * (n - 2)) - (2 / (n - 2)) * both;
}

/** ‖Xᵀ Y‖², the sum of squares. */
function squaredProduct(x: Batch, y: Batch): number {
  const product = new Float64Array(x.channels * y.channels);
  for (let r = 0; r < x.rows; r++)
    for (let i = 0; i < x.channels; i++) {
      const value = x.data[r * x.channels + i]!;
      const [into, from] = [i * y.channels, r * y.channels];
      for (let j = 0; j < y.channels; j++) product[into + j]! += value * y.data[from + j]!;
    }
  return product.reduce((sum, value) => sum + value * value, 0);
}
