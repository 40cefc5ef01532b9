/**
 * Shortest augmenting paths for the dense linear assignment problem.
 *
 * Start: column reduction, reduction transfer and augmenting row reduction of Jonker & Volgenant, "A shortest
 * augmenting path algorithm for dense and sparse linear assignment problems", Computing 38 (1987) 325-340. Then one
 * Dijkstra search per row that is still free (`search.ts`), rectangular as in Crouse, "On implementing 2D rectangular
 * assignment algorithms", IEEE TAES 52 (2016) 1679-1696, doi:10.1109/TAES.2016.140952.
 *
 * Every row has one private dummy column, at the cost of leaving it unmatched. It is never stored: only its own row
 * is adjacent to it, so a path that reaches it ends there and its row is never reached again. The cost of leaving a
 * column unmatched is where its dual starts: duals of columns only fall, and only after the column is matched.
 */
import { openScans, type RowScans } from './rowScans.js';
import { search } from './search.js';
import { reduceRows, startCold, startWarm } from './starting.js';

/** A minimisation in which every row takes one column or its own dummy. */
export interface DenseProblem {
  readonly rows: number;
  readonly columns: number;
  /** `[rows, columns]` row-major, possibly longer; `Infinity` forbids a pair. Only read. */
  readonly cost: Float64Array | Float32Array;
  /** `[rows]`, cost of leaving a row unmatched; `Infinity` if it must be matched. */
  readonly unmatchedRow: Float64Array;
  /** `[columns]`, cost of leaving a column unmatched, finite; not read if `perfect`. */
  readonly unmatchedColumn: Float64Array;
  /** As many rows as columns and all must be matched, so that no dual has a sign to keep. */
  readonly perfect: boolean;
  /** `[columns]`, duals to start from; finite. */
  readonly startDuals?: Float64Array | undefined;
  /** `[rows]`, columns that go with `startDuals`; others than columns are passed over. */
  readonly startMatching?: ArrayLike<number> | undefined;
  /** Writes the costs of rows from `from` up to and without `to`; `undefined` if they are all there already. */
  readonly loadRows?: ((from: number, to: number) => void) | undefined;
}

/** Matching and working memory. Arrays may be longer than the problem. */
export interface DenseState {
  /** Holds the costs, the columns' duals and the columns' rows. */
  readonly scans: RowScans;
  /** `[rows]`, -1 if unmatched. */
  readonly rowToColumn: Int32Array;
  /** `[rows]`, rows still to be assigned. */
  readonly free: Int32Array;
  /** `[rows]`, how much further a row's second choice is than its first. */
  readonly slack: Float64Array;
  /** `[1]`, the largest of the rows' smallest reduced costs; see `limitOf`. */
  readonly scale: Float64Array;
  /** `[rows]`, rows in the order in which the search scanned them. */
  readonly scanned: Int32Array;
  /** `[rows]`, length of the path to each of `scanned`. */
  readonly scannedAt: Float64Array;
  /** `[rows]`, dual of each of `scanned`. */
  readonly scannedDual: Float64Array;
  /** `[columns]`, columns in the order in which the search settled them. */
  readonly settled: Int32Array;
  /** `[columns]`, length of the path to each of `settled`. */
  readonly settledAt: Float64Array;
  /** `[columns]`, dual of each of `settled` before the search. */
  readonly settledDual: Float64Array;
}

/** Why there is no assignment: these rows (at least one more than columns) have no allowed column but these. */
export interface Blocked {
  readonly rows: number[];
  readonly columns: number[];
}

/** Working memory around `scans`, for so many rows and columns. */
export function createState(scans: RowScans, rows: number, columns: number): DenseState {
  return {
    scans,
    rowToColumn: new Int32Array(rows),
    free: new Int32Array(rows),
    slack: new Float64Array(rows),
    scale: new Float64Array(1),
    scanned: new Int32Array(rows),
    scannedAt: new Float64Array(rows),
    scannedDual: new Float64Array(rows),
    settled: new Int32Array(columns),
    settledAt: new Float64Array(columns),
    settledDual: new Float64Array(columns),
  };
}

/**
 * Solves `problem` into `state`.
 *
 * @returns `true`; `false` if an entry of the costs is no cost; or what stands in the way if some row can neither be
 * matched nor stay unmatched
 */
export function solveShortestAugmentingPath(problem: DenseProblem, state: DenseState): boolean | Blocked {
  const { rows, columns, startDuals } = problem;
  const { scans, rowToColumn, free } = state;
  openScans(scans, columns);
  for (let i = 0; i < rows; i++) rowToColumn[i] = -1;
  const start = startDuals === undefined ? startCold(problem, state) : startWarm(problem, state, startDuals);
  if (start === undefined) return false;
  let { count } = start;
  // The second pass picks up much of what the first one displaced; a third hardly ever pays.
  if (count > 0) count = reduceRows(problem, state, start.limit, count);
  if (count > 0) count = reduceRows(problem, state, start.limit, count);
  for (let k = 0; k < count; k++) {
    const blocked = search(problem, state, free[k]!);
    if (blocked !== undefined) return blocked;
  }
  return true;
}

/** Row duals that make matched pairs tight: `c - v`, or the price of staying unmatched. */
export function writeRowDuals(
  problem: DenseProblem,
  { scans, rowToColumn }: DenseState,
  out: Float64Array,
): void {
  const { rows, columns, cost, unmatchedRow } = problem;
  const { columnDuals } = scans;
  for (let i = 0; i < rows; i++) {
    const j = rowToColumn[i]!;
    out[i] = j < 0 ? unmatchedRow[i]! : cost[i * columns + j]! - columnDuals[j]!;
  }
}
