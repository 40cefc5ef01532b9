import { describeValue } from '../check.js';
import { InvalidArgumentError, ShapeError } from '../errors.js';

/**
 * A dense matrix as one flat array; what functions of this package give back.
 *
 * `data` is row-major: entry (i, j) is `data[i * columns + j]`. For a `Matrix` of `ml-matrix`, call
 * `Matrix.from1DArray(rows, columns, data)`.
 */
export interface DenseMatrix {
  /** Number of rows, 0 or more. */
  readonly rows: number;
  /** Number of columns, 0 or more. */
  readonly columns: number;
  /** Entries, `[rows, columns]` row-major. */
  readonly data: Float64Array;
}

/**
 * Any matrix object that can be read entry by entry; a `Matrix` of `ml-matrix`, and each of its views, is one as
 * it is.
 */
export interface EntryMatrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly columns: number;
  /** Entry at `row`, `column`, both from 0. */
  get(row: number, column: number): number;
}

/** What is taken where a matrix comes in: flat, nested (one array per row), or an object with `get`. */
export type MatrixLike =
  | { readonly rows: number; readonly columns: number; readonly data: ArrayLike<number> }
  | readonly ArrayLike<number>[]
  | EntryMatrix;

/** A matrix whose kind and shape are known. */
export interface MatrixReader {
  readonly rows: number;
  readonly columns: number;
  /** Copies the first `count` entries of a row to `target[at...]`; throws if one is not a finite number. */
  readonly copyRow: (row: number, count: number, target: Float64Array, at: number) => void;
}

/**
 * Finds out which kind of matrix this is.
 *
 * @param name - function and argument that errors name, e.g. `factor: matrix`
 */
export function openMatrix(name: string, matrix: MatrixLike): MatrixReader {
  if (Array.isArray(matrix)) return openNested(name, matrix as readonly ArrayLike<number>[]);
  const { rows, columns, data, get } = (matrix ?? {}) as Partial<EntryMatrix & DenseMatrix>;
  if (!isLength(rows) || !isLength(columns)) throw notAMatrix(name, matrix);
  // First `get`: a Matrix of ml-matrix has an array per row under `data`.
  if (typeof get === 'function') {
    const readable = matrix as EntryMatrix;
    return reader(name, rows, columns, (row, column) => readable.get(row, column));
  }
  if (typeof data !== 'object' || typeof data.length !== 'number') throw notAMatrix(name, matrix);
  if (data.length !== rows * columns) {
    throw new ShapeError(
      `${name}.data must hold rows * columns = ${rows} * ${columns} numbers, got ${data.length}`,
    );
  }
  const entries = reader(name, rows, columns, (row, column) => data[row * columns + column]);
  return data instanceof Float64Array ? { ...entries, copyRow: flatCopy(data, entries) } : entries;
}

/** The fast way for the usual kind of matrix; the slow one finds out what is wrong with it. */
function flatCopy(data: Float64Array, { columns, copyRow }: MatrixReader): MatrixReader['copyRow'] {
  return (row, count, target, at) => {
    const from = row * columns;
    let excess = 0;
    for (let column = 0; column < count; column++) {
      const value = data[from + column]!;
      target[at + column] = value;
      // 0, but NaN for NaN and ±Infinity.
      excess += value - value;
    }
    if (excess !== 0) copyRow(row, count, target, at);
  };
}

function openNested(name: string, matrix: readonly ArrayLike<number>[]): MatrixReader {
  const columns = matrix[0]?.length ?? 0;
  for (const [index, row] of matrix.entries()) {
    if (typeof row !== 'object' || row === null || row.length !== columns) {
      throw new ShapeError(
        `${name} must have rows of one length, row 0 has ${columns} numbers, row ${index} is ${describeValue(row)}`,
      );
    }
  }
  return reader(name, matrix.length, columns, (row, column) => matrix[row]![column]);
}

function reader(
  name: string,
  rows: number,
  columns: number,
  read: (row: number, column: number) => number | undefined,
): MatrixReader {
  return {
    rows,
    columns,
    copyRow(row, count, target, at) {
      for (let column = 0; column < count; column++) {
        const value = read(row, column);
        if (!Number.isFinite(value)) {
          throw new InvalidArgumentError(
            `${name} must hold finite numbers, got ${describeValue(value)} at row ${row}, column ${column}`,
          );
        }
        target[at + column] = value!;
      }
    },
  };
}

function isLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function notAMatrix(name: string, value: unknown): InvalidArgumentError {
  return new InvalidArgumentError(
    `${name} must be { rows, columns, data }, an array of rows, or an object with rows, columns and get(row, column), got ${describeValue(value)}`,
  );
}

/** Checks the length of a vector and that it holds finite numbers. */
export function checkVector(
  functionName: string,
  argumentName: string,
  vector: ArrayLike<number>,
  length: number,
): void {
  if (typeof vector !== 'object' || vector === null || vector.length !== length) {
    throw new ShapeError(
      `${functionName}: ${argumentName} must hold ${length} numbers, got ${describeValue(vector)}`,
    );
  }
  for (let i = 0; i < length; i++) {
    if (!Number.isFinite(vector[i])) {
      throw new InvalidArgumentError(
        `${functionName}: ${argumentName}[${i}] must be a finite number, got ${describeValue(vector[i])}`,
      );
    }
  }
}
