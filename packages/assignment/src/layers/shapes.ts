/** Shapes and masks of batches of cost matrices: `[n, m]` is a batch of one, `[b, n, m]` has one problem per entry. */
import { InvalidArgumentError, ShapeError } from '@pct/core';
import { describeType, type Dim, type TensorType } from '@pct/tensor';
import { LARGEST_COST } from '../kernels/rowScans.js';

/** Sizes of a batch of problems once all sizes are numbers. */
export interface BatchShape {
  /** Number of problems, b. */
  readonly batch: number;
  /** Rows of each, n. */
  readonly rows: number;
  /** Columns of each, m. */
  readonly columns: number;
}

/** Sizes of a batch of problems while tracing, where each may be a number or a name. */
export interface BatchDims {
  readonly batch: Dim;
  readonly rows: Dim;
  readonly columns: Dim;
}

/**
 * The axes of a shape as those of a batch.
 *
 * @param shape - `[n, m]` or `[b, n, m]`
 * @returns b (1 for `[n, m]`), n and m
 * @throws {@link ShapeError} for any other number of axes, opening with `name`
 */
export function batchShape(name: string, argument: string, shape: readonly number[]): BatchShape {
  const { batch, rows, columns } = axesOf(name, argument, shape);
  return { batch, rows, columns };
}

/**
 * {@link batchShape} of a tensor, the sizes of which may be named; checks that its elements are floating point.
 *
 * @param type - float32 or float64, `[n, m]` or `[b, n, m]`
 * @throws {@link InvalidArgumentError} for other elements, {@link ShapeError} for other numbers of axes
 */
export function batchDims(name: string, argument: string, type: TensorType): BatchDims {
  if (type.dtype !== 'float32' && type.dtype !== 'float64') {
    throw new InvalidArgumentError(
      `${name}: ${argument} must be float32 or float64, got ${describeType(type)}`,
    );
  }
  return axesOf(name, argument, type.shape);
}

/**
 * Checks that a tensor has the shape of the costs, or is one matrix for all problems of a batch.
 *
 * @param type - of the tensor, `[n, m]` or `[b, n, m]`
 * @param cost - type of the costs
 * @throws {@link ShapeError} naming both shapes
 */
export function checkLikeCost(name: string, argument: string, type: TensorType, cost: TensorType): void {
  const { shape } = type;
  const offset = cost.shape.length - shape.length;
  const fits =
    (offset === 0 || (offset === 1 && shape.length === 2)) &&
    shape.every((size, axis) => size === cost.shape[axis + offset]);
  if (!fits) {
    throw new ShapeError(
      `${name}: ${argument} must have the shape of the costs, ${describeType(cost)}, or that of one of its problems, ` +
        `got ${describeType(type)}`,
    );
  }
}

/** What is done to costs while they are read. */
export interface ReadCostsOptions {
  /**
   * Pairs that may be matched, `[b, n, m]`, or `[n, m]` for all problems; 0 forbids the pair.
   *
   * @defaultValue `undefined`: all of them
   */
  readonly mask?: ArrayLike<number> | undefined;
  /**
   * Whether `cost` holds scores: they are negated, and `-Infinity` forbids.
   *
   * @defaultValue `false`
   */
  readonly maximize?: boolean | undefined;
}

/**
 * Copies costs, with `Infinity` for every forbidden pair.
 *
 * @param cost - `[b, n, m]`; `Infinity` forbids a pair
 * @returns `[b, n, m]`: no NaN, no `-Infinity`, nothing finite beyond 1e300 in size
 * @throws {@link InvalidArgumentError} naming problem, row and column of an allowed pair without such a cost
 */
export function readCosts(
  name: string,
  cost: ArrayLike<number>,
  shape: BatchShape,
  { mask, maximize = false }: ReadCostsOptions = {},
): Float64Array {
  const read = new Float64Array(cost.length);
  const size = shape.rows * shape.columns;
  const masked = mask?.length ?? 0;
  const sign = maximize ? -1 : 1;
  for (let at = 0; at < read.length; at++) {
    if (mask !== undefined && mask[masked === size ? at % size : at] === 0) {
      read[at] = Infinity;
      continue;
    }
    const value = sign * cost[at]!;
    if (!(value >= -LARGEST_COST && (value <= LARGEST_COST || value === Infinity))) {
      const forbidden = maximize ? '-Infinity' : 'Infinity';
      throw new InvalidArgumentError(
        `${name}: cost at ${placeOf(at, shape)} must be a finite number of at most ${LARGEST_COST} in size, or ` +
          `${forbidden} to forbid the pair, got ${cost[at]}`,
      );
    }
    read[at] = value;
  }
  return read;
}

/** Where an element of a `[b, n, m]` array is, in words: `problem 0, row 1, column 2`. */
export function placeOf(at: number, { rows, columns }: BatchShape): string {
  const size = rows * columns;
  const rest = at % size;
  return `problem ${Math.floor(at / size)}, row ${Math.floor(rest / columns)}, column ${rest % columns}`;
}

function axesOf<D extends Dim>(
  name: string,
  argument: string,
  shape: readonly D[],
): { readonly batch: D | 1; readonly rows: D; readonly columns: D } {
  const [first, second, third] = shape;
  if (shape.length === 3) return { batch: first!, rows: second!, columns: third! };
  if (shape.length === 2) return { batch: 1, rows: first!, columns: second! };
  throw new ShapeError(
    `${name}: ${argument} must be [rows, columns] or [batch, rows, columns], got [${shape.join(', ')}]`,
  );
}
