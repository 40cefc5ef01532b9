import type { Rng } from '@pct/core';
import { InvalidArgumentError, ShapeError } from '@pct/core';
import { allocate } from '../graph/dtype.js';
import type { NdArray } from '../graph/types.js';
import { countElements } from '../reference/indexing.js';

/** Options of the initial values. */
export interface InitializeOptions {
  /**
   * Element type.
   * @defaultValue `'float32'`
   */
  readonly dtype?: 'float32' | 'float64' | undefined;
}

/**
 * Makes initial values.
 *
 * @param shape - [in, out] of a dense layer, or [out, in, height, width] of a convolution
 * @param rng - source of random numbers; only read by the random ones
 * @param options - {@link InitializeOptions}
 */
export type Initializer = (shape: readonly number[], rng: Rng, options?: InitializeOptions) => NdArray;

/** Array of zeros. */
export function zeros(shape: readonly number[], options: InitializeOptions = {}): NdArray {
  return { data: allocate(options.dtype ?? 'float32', countElements(shape)), shape: [...shape] };
}

/** Array of ones. */
export function ones(shape: readonly number[], options: InitializeOptions = {}): NdArray {
  const { data } = zeros(shape, options);
  return { data: data.fill(1), shape: [...shape] };
}

/**
 * Uniform in ±sqrt(6 / (in + out)); for layers with tanh or sigmoid.
 *
 * @see Glorot and Bengio 2010, AISTATS, eq. 16
 */
export const glorotUniform: Initializer = (shape, rng, options) =>
  uniform(shape, rng, options, ({ fanIn, fanOut }) => Math.sqrt(6 / (fanIn + fanOut)));

/** Normal with variance 2 / (in + out); see {@link glorotUniform}. */
export const glorotNormal: Initializer = (shape, rng, options) =>
  normal(shape, rng, options, ({ fanIn, fanOut }) => Math.sqrt(2 / (fanIn + fanOut)));

/**
 * Uniform in ±sqrt(6 / in); for layers with relu.
 *
 * @see He et al. 2015, arXiv:1502.01852, eq. 10
 */
export const heUniform: Initializer = (shape, rng, options) =>
  uniform(shape, rng, options, ({ fanIn }) => Math.sqrt(6 / fanIn));

/** Normal with variance 2 / in; see {@link heUniform}. */
export const heNormal: Initializer = (shape, rng, options) =>
  normal(shape, rng, options, ({ fanIn }) => Math.sqrt(2 / fanIn));

/** Uniform in ±sqrt(3 / in); see {@link lecunNormal}. */
export const lecunUniform: Initializer = (shape, rng, options) =>
  uniform(shape, rng, options, ({ fanIn }) => Math.sqrt(3 / fanIn));

/**
 * Normal with variance 1 / in.
 *
 * @see LeCun et al. 1998, Efficient BackProp, section 4.6
 */
export const lecunNormal: Initializer = (shape, rng, options) =>
  normal(shape, rng, options, ({ fanIn }) => Math.sqrt(1 / fanIn));

/**
 * Matrix with orthonormal rows or columns, whichever are fewer; axes after the first count as one. Drawn
 * uniformly: normal numbers, orthonormalised.
 *
 * @see Saxe, McClelland and Ganguli 2014, arXiv:1312.6120
 */
export const orthogonal: Initializer = (shape, rng, options = {}) => {
  if (shape.length < 2)
    throw new ShapeError(`orthogonal: needs a shape with at least two axes, got [${shape.join(', ')}]`);
  const rows = shape[0]!;
  const columns = countElements(shape.slice(1));
  const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
  const vectors = Array.from({ length: count }, () => rng.fillNormal(new Float64Array(length)));
  orthonormalizeInPlace(vectors);
  const { data } = zeros(shape, options);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      data[row * columns + column] = rows <= columns ? vectors[row]![column]! : vectors[column]![row]!;
  return { data, shape: [...shape] };
};

/** Gram-Schmidt, twice, which is enough for orthogonality to rounding. */
function orthonormalizeInPlace(vectors: readonly Float64Array[]): void {
  vectors.forEach((vector, i) => {
    for (let pass = 0; pass < 2; pass++)
      for (const other of vectors.slice(0, i)) {
        const along = dot(vector, other);
        for (let k = 0; k < vector.length; k++) vector[k]! -= along * other[k]!;
      }
    const norm = Math.sqrt(dot(vector, vector));
    for (let k = 0; k < vector.length; k++) vector[k]! /= norm;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

function fansOf(shape: readonly number[]): Fans {
  if (shape.length === 2) return { fanIn: shape[0]!, fanOut: shape[1]! };
  if (shape.length !== 4)
    throw new InvalidArgumentError(
      `initial values: shape must be [in, out] or [out, in, height, width], got [${shape.join(', ')}]`,
    );
  const [fanOut, fanIn, height, width] = shape as [number, number, number, number];
  return { fanIn: fanIn * height * width, fanOut: fanOut * height * width };
}

function uniform(
  shape: readonly number[],
  rng: Rng,
  options: InitializeOptions | undefined,
  limitOf: (fans: Fans) => number,
): NdArray {
  const limit = limitOf(fansOf(shape));
  const { data } = zeros(shape, options);
  return { data: data.map(() => rng.uniform(-limit, limit)), shape: [...shape] };
}

function normal(
  shape: readonly number[],
  rng: Rng,
  options: InitializeOptions | undefined,
  deviationOf: (fans: Fans) => number,
): NdArray {
  const deviation = deviationOf(fansOf(shape));
  const { data } = zeros(shape, options);
  return { data: data.map(() => rng.normal(0, deviation)), shape: [...shape] };
}
