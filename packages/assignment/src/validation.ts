import { describeValue, InvalidArgumentError, ShapeError } from '@pct/core';
import { LARGEST_COST as LARGEST } from './kernels/rowScans.js';
import type { CostMatrix, DenseCostMatrix, ReadableMatrix, StartDuals, UnmatchedCosts } from './types.js';

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

/** A caller's matrix of which the shape is known: entry by entry through `read`, or flat in `data`. */
export interface OpenedMatrix {
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
  const opened = openCosts(name, cost);
  const { rows, columns, data } = opened;
  const transposed = rows > columns;
  const inPlace = data instanceof Float64Array && !maximize && !transposed;
  const flat = inPlace ? data : new Float64Array(rows * columns);
  if (!inPlace) loadCosts(name, opened, maximize, flat);
  for (let at = 0; at < flat.length; at++) if (!isCost(flat[at]!)) throw badCosts(name, opened, maximize);
  return { rows, columns, transposed, data: flat };
}

/**
 * Copies costs to `target`, to be minimised, with the shorter side as rows. Whether numbers are costs is for the
 * caller to find out; see {@link badCosts}.
 *
 * @throws {@link InvalidArgumentError} if an entry is no number
 */
export function loadCosts(
  name: string,
  opened: OpenedMatrix,
  maximize: boolean,
  target: Float64Array | Float32Array,
): void {
  const { rows, columns, data, read } = opened;
  const transposed = rows > columns;
  const sign = maximize ? -1 : 1;
  if (data instanceof Float64Array || data instanceof Float32Array) {
    if (!transposed) target.set(data);
    else transpose(data, rows, columns, target);
    if (maximize) for (let at = 0; at < rows * columns; at++) target[at] = -target[at]!;
    return;
  }
  const rowStep = transposed ? 1 : columns;
  const columnStep = transposed ? rows : 1;
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) {
      const value = data === undefined ? read(i, j) : data[at];
      if (typeof value !== 'number') throw badCost(name, opened, i, j, maximize);
      target[i * rowStep + j * columnStep] = sign * value;
    }
  }
}

/**
 * Loads some rows at a time, as {@link loadCosts}, of costs that need not be rearranged; `undefined` for others.
 */
export function rowLoader(
  { rows, columns, data }: OpenedMatrix,
  maximize: boolean,
  target: Float64Array | Float32Array,
): ((from: number, to: number) => void) | undefined {
  if (rows > columns || !(data instanceof Float64Array || data instanceof Float32Array)) return undefined;
  return (from, to) => {
    const start = from * columns;
    const end = to * columns;
    target.set(start === 0 && end === data.length ? data : data.subarray(start, end), start);
    if (maximize) for (let at = start; at < end; at++) target[at] = -target[at]!;
  };
}

/** Block by block, so that what is read and what is written both stay in the cache. */
function transpose(
  data: Float64Array | Float32Array,
  rows: number,
  columns: number,
  target: Float64Array | Float32Array,
): void {
  const block = 32;
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(rows, top + block);
    for (let j = 0; j < columns; j++) {
      for (let i = top; i < bottom; i++) target[j * rows + i] = data[i * columns + j]!;
    }
  }
}

/** The error for the first entry that is no cost. */
export function badCosts(name: string, opened: OpenedMatrix, maximize: boolean): Error {
  const { rows, columns, read } = opened;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const value = read(i, j);
      if (typeof value !== 'number' || !isCost(maximize ? -value : value)) {
        return badCost(name, opened, i, j, maximize);
      }
    }
  }
  return new InvalidArgumentError(`${name}: cost changed while it was read`);
}

/**
 * Checks the prices of staying unmatched and writes them out per row and column, to `into` if it is given, the arrays
 * of which may be longer.
 *
 * @throws {@link ShapeError} if there are not as many as rows or columns
 * @throws {@link InvalidArgumentError} if one is not a finite number
 */
export function checkUnmatched(
  name: string,
  unmatched: number | UnmatchedCosts,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  maximize: boolean,
  into?: CheckedUnmatched,
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
    rows: checkPrices(name, label('rows'), sides.rows, rows, maximize, into?.rows),
    columns: checkPrices(name, label('columns'), sides.columns, columns, maximize, into?.columns),
  };
}

function checkPrices(
  name: string,
  label: string,
  prices: number | ArrayLike<number>,
  length: number,
  maximize: boolean,
  checked: Float64Array = new Float64Array(length),
): Float64Array {
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

/**
 * Checks duals to start from.
 *
 * @throws {@link ShapeError} if there are not as many as rows or columns
 * @throws {@link InvalidArgumentError} if neither side is given, or one is not finite
 */
export function checkStartDuals(
  name: string,
  startDuals: StartDuals,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): void {
  const { rowDuals, columnDuals } =
    typeof startDuals === 'object' && startDuals !== null ? startDuals : ({} as StartDuals);
  if (rowDuals === undefined && columnDuals === undefined) {
    throw new InvalidArgumentError(
      `${name}: startDuals must be { rowDuals } or { columnDuals } or both, got ${describeValue(startDuals)}`,
    );
  }
  const sides = [
    ['rowDuals', rowDuals, rows],
    ['columnDuals', columnDuals, columns],
  ] as const;
  for (const [side, duals, length] of sides) {
    if (duals === undefined) continue;
    const label = `startDuals.${side}`;
    if (!isArrayLike(duals)) {
      throw new InvalidArgumentError(
        `${name}: ${label} must be an array of ${length} numbers, got ${describeValue(duals)}`,
      );
    }
    if (duals.length !== length) {
      throw new ShapeError(`${name}: ${label} must hold ${length} numbers, got ${duals.length}`);
    }
    for (let k = 0; k < length; k++) {
      if (!isPrice(duals[k])) throw badPrice(name, `${label}[${k}]`, duals[k]);
    }
  }
  checkMatching(name, 'rowToColumn', startDuals.rowToColumn, rows);
  checkMatching(name, 'columnToRow', startDuals.columnToRow, columns);
}

function checkMatching(name: string, side: string, matching: unknown, length: number): void {
  if (matching === undefined) return;
  if (!isArrayLike(matching)) {
    throw new InvalidArgumentError(
      `${name}: startDuals.${side} must be an array of ${length} indices, got ${describeValue(matching)}`,
    );
  }
  if (matching.length !== length) {
    throw new ShapeError(`${name}: startDuals.${side} must hold ${length} indices, got ${matching.length}`);
  }
}

/** Finds out which kind of matrix `cost` is, and its shape. */
export function openCosts(name: string, cost: CostMatrix): OpenedMatrix {
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
