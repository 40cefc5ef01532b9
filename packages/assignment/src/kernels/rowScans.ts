/** What a solver keeps in one block of memory, and the passes over one row that nearly all its time goes into. */

/** How costs are stored; all arithmetic is float64. */
export type CostStorage = 'float64' | 'float32';

/** The most that an entry may be; see `validation.ts`. */
export const LARGEST_COST = 1e300;

/** Columns that one round of a scan takes: arrays over columns are padded to multiples of it. */
const ROUND = 8;

/** The arrays of one block of memory. */
export interface ScanArrays {
  readonly storage: CostStorage;
  /** `[rows, columns]` row-major. */
  readonly cost: Float64Array | Float32Array;
  /** `[columns]` */
  readonly columnDuals: Float64Array;
  /** `[columns]` */
  readonly distance: Float64Array;
  /** `[columns]`, -1 where free. */
  readonly columnToRow: Int32Array;
  /** The columns that `columnsAt` found. */
  readonly found: Int32Array;
  /** The two smallest reduced costs that `chooseColumn` found. */
  readonly lowest: Float64Array;
}

/**
 * Memory of one size and the scans over it, in one of several implementations with equal results.
 *
 * Arrays over columns hold more entries than there are columns. A column with the dual `-Infinity` is out of the
 * game: no scan will choose it or lower its distance. `openScans` closes all of the padding in this way.
 */
export interface RowScans extends ScanArrays {
  /**
   * Checks the rows from `from` up to and without `to`, and lowers `distance` to their smallest cost per column.
   *
   * @returns false if an entry is no cost
   */
  readCosts(from: number, to: number, columns: number): boolean;
  /** The smallest cost above 0, `Infinity` if there is none. */
  smallestPositive(rows: number, columns: number): number;
  /**
   * Finds the two smallest reduced costs of a row, for `lowest`.
   *
   * @returns the first column that has the smallest, a free one if there is one; -1 if all are `Infinity`
   */
  chooseColumn(row: number, columns: number): number;
  /**
   * Sets all distances to the reduced costs of a row, less the smallest of these and `alone`.
   *
   * @returns this smallest one; if it is `Infinity`, distances mean nothing
   */
  startSearch(row: number, columns: number, alone: number): number;
  /**
   * Lowers distances to `reached + (cost - dual of the column - rowDual)` where this is less.
   *
   * @returns the smallest distance after that
   */
  relaxRow(row: number, columns: number, reached: number, rowDual: number): number;
  /**
   * Finds the columns at a distance, not `Infinity`.
   *
   * @returns how many, listed in `found`; or, if one of them is free, -1 minus the first such column
   */
  columnsAt(columns: number, distance: number): number;
}

/** Where in a block of memory the arrays are; in bytes. */
export interface ScanLayout {
  readonly lowest: number;
  readonly columnDuals: number;
  readonly distance: number;
  readonly columnToRow: number;
  readonly found: number;
  readonly cost: number;
  readonly size: number;
}

/** Number of columns with padding. */
function paddedColumns(columns: number): number {
  return Math.max(ROUND, (columns + ROUND - 1) & -ROUND);
}

/** Lays out memory for `entries` costs, each of so many bytes, and as many columns. */
export function layOut(entries: number, columns: number, bytes: number): ScanLayout {
  const padded = paddedColumns(columns);
  const columnDuals = 64;
  const distance = columnDuals + 8 * padded;
  const columnToRow = distance + 8 * padded;
  const found = columnToRow + 4 * padded;
  const cost = found + 4 * padded;
  // Scans of the last row read on for up to a round.
  return {
    lowest: 0,
    columnDuals,
    distance,
    columnToRow,
    found,
    cost,
    size: cost + bytes * (entries + ROUND),
  };
}

/** The arrays of a layout. */
export function viewsOf(buffer: ArrayBuffer, layout: ScanLayout, storage: CostStorage): ScanArrays {
  const columns = (layout.distance - layout.columnDuals) / 8;
  const entries = (layout.size - layout.cost) / (storage === 'float64' ? 8 : 4);
  return {
    storage,
    cost:
      storage === 'float64'
        ? new Float64Array(buffer, layout.cost, entries)
        : new Float32Array(buffer, layout.cost, entries),
    columnDuals: new Float64Array(buffer, layout.columnDuals, columns),
    distance: new Float64Array(buffer, layout.distance, columns),
    columnToRow: new Int32Array(buffer, layout.columnToRow, columns),
    found: new Int32Array(buffer, layout.found, columns),
    lowest: new Float64Array(buffer, layout.lowest, 2),
  };
}

/** Prepares for a problem: columns free, padding of all arrays such that no scan takes notice of it. */
export function openScans({ columnToRow, distance, columnDuals }: RowScans, columns: number): void {
  const padded = paddedColumns(columns);
  for (let j = 0; j < padded; j++) {
    columnToRow[j] = -1;
    distance[j] = Infinity;
  }
  for (let j = columns; j < padded; j++) columnDuals[j] = -Infinity;
}

/** To be called when some rows have been written, before they are scanned. */
export function closeRows({ cost }: RowScans, rows: number, columns: number): void {
  const end = rows * columns;
  for (let at = end; at < end + ROUND; at++) cost[at] = 0;
}
