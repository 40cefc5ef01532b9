import { describeValue, InvalidArgumentError, ShapeError } from '@pct/core';
import type { CostMatrix, DenseCostMatrix, ReadableMatrix, UnmatchedCosts } from './types.js';

/** Largest finite cost: sums along a path through thousands of such costs still do not overflow. */
const LARGEST = 1e300;

/** Costs as the kernel wants them: checked, flat, to be minimised. */
export interface CheckedCosts {
  /** Shape of the caller's matrix. */
  readonly rows: number;
  readonly columns: number;
  /** `data` is `[columns, rows]` instead of `[rows, columns]`. */
  readonly transposed: boolean;
  /** Costs to minimise: the caller's own array where it already fits, to be read only. */
  readonly data: Float64Array;
}

/** Prices of staying unmatched, to be minimised. */
export interface CheckedUnmatched {
  /** `[rows]` */
  readonly rows: Float64Array;
  /** `[columns]` */
  readonly columns: Float64Array;
}

/** A caller's matrix of which the shape is known: row by row through `read`, or flat in `data`. */
interface OpenedMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly data?: ArrayLike<number>;
  readonly read: (row: number, column: number) => unknown;
}

/**
 * Checks a cost matrix and lays it out with the shorter side as rows.
 *
 * @throws {@link ShapeError} if rows are ragged or `data` does not fit
 * @throws {@link InvalidArgumentError} if it is no matrix or holds NaN, an infinity of the wrong sign or no number
 */
export function checkCosts(name: string, cost: CostMatrix, maximize: boolean): CheckedCosts {
  const opened = openMatrix(name, cost);
  const { rows, columns, data, read } = opened;
  const transposed = rows > columns;
  if (data instanceof Float64Array && !maximize && !transposed) {
    for (let at = 0; at < data.length; at++) {
      if (!isCost(data[at]!)) throw badCost(name, opened, Math.floor(at / columns), at % columns, maximize);
    }
    return { rows, columns, transposed, data };
  }
  const sign = maximize ? -1 : 1;
  const rowStep = transposed ? 1 : columns;
  const columnStep = transposed ? rows : 1;
  const flat = new Float64Array(rows * columns);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) {
      const value = data === undefined ? read(i, j) : data[at];
      if (typeof value !== 'number' || !isCost(sign * value)) throw badCost(name, opened, i, j, maximize);
      flat[i * rowStep + j * columnStep] = sign * value;
    }
  }
  return { rows, columns, transposed, data: flat };
}

/**
 * Checks the prices of staying unmatched and writes them out per row and column.
 *
 * @throws {@link ShapeError} if there are not as many as rows or columns
 * @throws {@link InvalidArgumentError} if one is not a finite number
 */
export function checkUnmatched(
  name: string,
  unmatched: number | UnmatchedCosts,
  { rows, columns }: CheckedCosts,
  maximize: boolean,
): CheckedUnmatched {
  if (typeof unmatched !== 'number' && (typeof unmatched !== 'object' || unmatched === null)) {
    throw new InvalidArgumentError(
      `${name}: unmatchedCost must be a number or { rows, columns }, got ${describeValue(unmatched)}`,
    );
  }
  const sides = typeof unmatched === 'number' ? { rows: unmatched, columns: unmatched } : unmatched;
  const label = (side: string): string =>
    typeof unmatched === 'number' ? 'unmatchedCost' : `unmatchedCost.${side}`;
  return {
    rows: checkPrices(name, label('rows'), sides.rows, rows, maximize),
    columns: checkPrices(name, label('columns'), sides.columns, columns, maximize),
  };
}

function checkPrices(
  name: string,
  label: string,
  prices: number | ArrayLike<number>,
  length: number,
  maximize: boolean,
): Float64Array {
  const checked = new Float64Array(length);
  const single = typeof prices === 'number';
  if (!single && !isArrayLike(prices)) {
    throw new InvalidArgumentError(
      `${name}: ${label} must be a number or an array of ${length} numbers, got ${describeValue(prices)}`,
    );
  }
  if (!single && prices.length !== length) {
    throw new ShapeError(`${name}: ${label} must hold ${length} numbers, got ${prices.length}`);
  }
  if (single && !isPrice(prices)) throw badPrice(name, label, prices);
  for (let i = 0; i < length; i++) {
    const price = single ? prices : prices[i];
    if (!isPrice(price)) throw badPrice(name, `${label}[${i}]`, price);
    checked[i] = maximize ? -price : price;
  }
  return checked;
}

/** Finds out which kind of matrix `cost` is, and its shape. */
function openMatrix(name: string, cost: CostMatrix): OpenedMatrix {
  if (Array.isArray(cost)) return openNested(name, cost as readonly ArrayLike<number>[]);
  if (typeof cost !== 'object' || cost === null) throw noMatrix(name, cost);
  const { rows, columns } = cost as { rows?: unknown; columns?: unknown };
  if (!isLength(rows) || !isLength(columns)) {
    if (rows === undefined && columns === undefined) throw noMatrix(name, cost);
    throw new InvalidArgumentError(
      `${name}: cost.rows and cost.columns must be integers from 0, got ${describeValue(rows)} and ${describeValue(columns)}`,
    );
  }
  // First `get`: an ml-matrix Matrix has rows of its own under `data`.
  if (typeof (cost as Partial<ReadableMatrix>).get === 'function') {
    return { rows, columns, read: (row, column) => (cost as ReadableMatrix).get(row, column) };
  }
  const { data } = cost as Partial<DenseCostMatrix>;
  if (!isArrayLike(data)) throw noMatrix(name, cost);
  if (data.length !== rows * columns) {
    throw new ShapeError(
      `${name}: cost.data must hold rows * columns = ${rows} * ${columns} numbers, got ${data.length}`,
    );
  }
  return { rows, columns, data, read: (row, column) => data[row * columns + column] };
}

function openNested(name: string, nested: readonly ArrayLike<number>[]): OpenedMatrix {
  const columns = isArrayLike(nested[0]) ? nested[0].length : 0;
  for (let i = 0; i < nested.length; i++) {
    const row: unknown = nested[i];
    if (!isArrayLike(row)) {
      throw new InvalidArgumentError(
        `${name}: row ${i} of cost must be an array of numbers, got ${describeValue(row)}; ` +
          'pass a flat array as { rows, columns, data }',
      );
    }
    if (row.length !== columns) {
      throw new ShapeError(
        `${name}: all rows of cost must have as many columns as row 0 (${columns}), row ${i} has ${row.length}`,
      );
    }
  }
  return { rows: nested.length, columns, read: (row, column) => nested[row]![column] };
}

function noMatrix(name: string, cost: unknown): InvalidArgumentError {
  return new InvalidArgumentError(
    `${name}: cost must be { rows, columns, data }, an array of rows or a Matrix of ml-matrix, got ${describeValue(cost)}`,
  );
}

function badCost(name: string, matrix: OpenedMatrix, row: number, column: number, maximize: boolean): Error {
  const value = matrix.read(row, column);
  const forbidden = maximize ? '-Infinity' : 'Infinity';
  const advice =
    typeof value === 'number' && Math.abs(value) > LARGEST && value !== -Infinity && value !== Infinity
      ? `costs beyond ${LARGEST} in size would overflow: rescale, or use ${forbidden} to forbid the pair`
      : `${forbidden} forbids a pair`;
  return new InvalidArgumentError(
    `${name}: cost at row ${row}, column ${column} must be a finite number or ${forbidden}, ` +
      `got ${describeValue(value)}; ${advice}`,
  );
}

function badPrice(name: string, label: string, price: unknown): InvalidArgumentError {
  return new InvalidArgumentError(
    `${name}: ${label} must be a finite number of at most ${LARGEST} in size, got ${describeValue(price)}`,
  );
}

/** Finite and of reasonable size, or `Infinity`; false for NaN. */
function isCost(value: number): boolean {
  return value >= -LARGEST && (value <= LARGEST || value === Infinity);
}

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= LARGEST;
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isArrayLike(value: unknown): value is ArrayLike<number> {
  return typeof value === 'object' && value !== null && 'length' in value && isLength(value.length);
}
