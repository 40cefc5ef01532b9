/**
 * Shortest augmenting paths for the sparse linear assignment problem.
 *
 * Start: column reduction, reduction transfer and augmenting row reduction, then one Dijkstra search per row that is
 * still free, as for dense costs: Jonker & Volgenant, "A shortest augmenting path algorithm for dense and sparse linear
 * assignment problems", Computing 38 (1987) 325-340. The searches differ from the dense ones: a heap holds only those
 * columns reached that are nearer than the nearest end found so far, and only what a search touched is cleared
 * afterwards. So the time of a search follows what it touched, not the size of the problem.
 */
import { augmentForest } from './forest.js';
import { IndexedHeap } from './IndexedHeap.js';
import type { SparseProblem } from './openProblem.js';

/** Matching, duals and working memory of one solve. */
export interface SparseState {
  /** `[rows]`, -1 if unmatched. */
  readonly rowToEntry: Int32Array;
  /** `[columns]`, -1 if unmatched. */
  readonly columnToRow: Int32Array;
  /** `[columns]`. */
  readonly columnDuals: Float64Array;
  /** Columns by length of the shortest path found to each. */
  readonly heap: IndexedHeap;
  /** `[columns]`, entry by which that path enters the column, and its row. */
  readonly previousEntry: Int32Array;
  readonly previousRow: Int32Array;
  /** `[columns]`, columns that the search has settled. */
  readonly settled: Int32Array;
  settledCount: number;
  /** `[rows]`, rows still to be assigned. */
  readonly free: Int32Array;
}

/** Why there is no assignment: these rows (at least one more than columns) have no allowed column but these. */
export interface BlockingSet {
  readonly rows: number[];
  readonly columns: number[];
}

/** Row scans that augmenting row reduction may spend in each of its passes, per row. */
const SCANS_PER_ROW = 8;

/** A further pass of augmenting row reduction hardly ever pays. */
const PASSES = 2;

/** A forest pays once searches for the rows left would settle this many times all columns. */
const FOREST_FROM = 4;

/** Weight of the last search in the mean length of searches. */
const RECENT = 1 / 16;

/** How far the start may push a dual beyond the scale of the costs that matter, as for dense costs. */
const LOWERING_RANGE = 2 ** 16;

/**
 * Solves `problem`.
 *
 * @returns the state with the matching and the columns' duals, or what stands in the way of one
 */
export function solveSparse(problem: SparseProblem): SparseState | BlockingSet {
  const { rows, columns, perfect } = problem;
  const state: SparseState = {
    rowToEntry: new Int32Array(rows).fill(-1),
    columnToRow: new Int32Array(columns).fill(-1),
    columnDuals: new Float64Array(columns),
    heap: new IndexedHeap(columns),
    previousEntry: new Int32Array(columns),
    previousRow: new Int32Array(columns),
    settled: new Int32Array(columns),
    settledCount: 0,
    free: new Int32Array(rows),
  };
  if (perfect) reduceColumns(problem, state);
  else state.columnDuals.set(problem.unmatchedColumn);
  const limit = loweringLimit(problem, state.columnDuals);
  if (perfect) transferReductions(problem, state, limit);
  let count = 0;
  for (let i = 0; i < rows; i++) if (state.rowToEntry[i]! < 0) state.free[count++] = i;
  for (let pass = 0; pass < PASSES; pass++) count = reduceRows(problem, state, limit, count);
  return assignRest(problem, state, limit, count);
}

/** Assigns the first `count` rows of `state.free`, by one search each or, where these become long, by forests. */
function assignRest(
  problem: SparseProblem,
  state: SparseState,
  limit: number,
  count: number,
): SparseState | BlockingSet {
  const memory = { rootOf: new Int32Array(problem.rows), endOf: new Int32Array(problem.rows) };
  let left = count;
  let typical = 0; // columns that a search settles, a running mean
  let from = FOREST_FROM * problem.columns;
  while (left > 0) {
    if (problem.perfect && typical * left > from) {
      const before = left;
      left = augmentForest(problem, state, left, limit, memory);
      // Where costs are equal, a few trees take all there is: paths are then cheaper one by one.
      if (state.settledCount > typical * (before - left)) from *= 2;
      if (left < before) continue;
    }
    const row = state.free[--left]!;
    if (!augment(problem, state, row)) return blockedBy(state, row);
    typical += RECENT * (state.settledCount - typical);
  }
  return state;
}

/** Row duals that make matched pairs tight: `c - v`, or the price of staying unmatched. */
export function rowDualsFor(
  { rows, indices, cost, unmatchedRow }: SparseProblem,
  rowToEntry: Int32Array,
  columnDuals: Float64Array,
): Float64Array {
  const duals = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const entry = rowToEntry[i]!;
    duals[i] = entry < 0 ? unmatchedRow[i]! : cost[entry]! - columnDuals[indices[entry]!]!;
  }
  return duals;
}

/** Column reduction: each column's dual is its smallest cost; each row takes a free column where it has this cost. */
function reduceColumns(problem: SparseProblem, state: SparseState): void {
  const { rows, columns, offsets, indices, cost } = problem;
  const { rowToEntry, columnToRow, columnDuals } = state;
  columnDuals.fill(Infinity);
  for (let k = 0; k < cost.length; k++) {
    const j = indices[k]!;
    if (cost[k]! < columnDuals[j]!) columnDuals[j] = cost[k]!;
  }
  // A column where nothing is allowed keeps a finite dual: the searches will find that a row is left over.
  for (let j = 0; j < columns; j++) if (columnDuals[j] === Infinity) columnDuals[j] = 0;
  for (let i = 0; i < rows; i++) {
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
      const j = indices[k]!;
      if (cost[k] !== columnDuals[j] || columnToRow[j]! >= 0) continue;
      rowToEntry[i] = k;
      columnToRow[j] = i;
      break;
    }
  }
}

/**
 * How much a dual may be lowered at once by the start: any step is allowed, and one of the size of an enormous cost
 * ("rather not") would take the digits of the ordinary costs with it. The scale is the largest of the rows' and
 * columns' smallest costs, or, if these are all 0, the smallest cost that is not.
 */
function loweringLimit(problem: SparseProblem, columnDuals: Float64Array): number {
  const { rows, columns, offsets, indices, cost, unmatchedRow } = problem;
  let scale = 0;
  for (let j = 0; j < columns; j++) scale = Math.max(scale, Math.abs(columnDuals[j]!));
  for (let i = 0; i < rows; i++) {
    let lowest = unmatchedRow[i]!;
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
      const reduced = cost[k]! - columnDuals[indices[k]!]!;
      if (reduced < lowest) lowest = reduced;
    }
    if (lowest < Infinity) scale = Math.max(scale, Math.abs(lowest));
  }
  if (scale === 0) {
    scale = Infinity;
    for (let k = 0; k < cost.length; k++) if (cost[k]! > 0 && cost[k]! < scale) scale = cost[k]!;
    if (scale === Infinity) return 0;
  }
  return LOWERING_RANGE * scale;
}

/** Reduction transfer: an assigned row passes the slack of its second best column on to its column's dual. */
function transferReductions(problem: SparseProblem, state: SparseState, limit: number): void {
  const { rows, offsets, indices, cost } = problem;
  const { rowToEntry, columnDuals } = state;
  for (let i = 0; i < rows; i++) {
    const own = rowToEntry[i]!;
    if (own < 0) continue;
    let slack = limit;
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
      const reduced = cost[k]! - columnDuals[indices[k]!]!;
      if (reduced < slack && k !== own) slack = reduced;
    }
    if (slack > 0) columnDuals[indices[own]!]! -= slack;
  }
}

/**
 * Augmenting row reduction: every free row takes its best column, whose dual falls until the row's second choice is
 * as good; the row that held the column goes on searching.
 *
 * @returns how many rows are left in `state.free`
 */
function reduceRows(problem: SparseProblem, state: SparseState, limit: number, count: number): number {
  const { offsets, indices, cost, unmatchedRow } = problem;
  const { rowToEntry, columnToRow, columnDuals, free } = state;
  // Rounding and unlucky costs can make two rows outbid each other for long: bounded, the searches do the rest.
  let scans = SCANS_PER_ROW * count;
  let left = 0;
  let next = 0;
  while (next < count) {
    const i = free[next++]!;
    if (scans-- <= 0) {
      free[left++] = i;
      continue;
    }
    let first = Infinity;
    let second = Infinity;
    let entry = -1;
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
      const reduced = cost[k]! - columnDuals[indices[k]!]!;
      if (reduced > second) continue;
      // Among equals a free column is better than one to fight for.
      const better =
        reduced < first ||
        (reduced === first && columnToRow[indices[k]!]! < 0 && columnToRow[indices[entry]!]! >= 0);
      second = reduced < first ? first : reduced;
      if (better) {
        first = reduced;
        entry = k;
      }
    }
    const alone = unmatchedRow[i]!;
    if (alone < first) continue; // stays unmatched, for good
    if (entry < 0) {
      free[left++] = i;
      continue;
    }
    const column = indices[entry]!;
    const holder = columnToRow[column]!;
    const before = columnDuals[column]!;
    const lowered = before - Math.min(Math.min(second, alone) - first, limit);
    if (lowered < before) {
      columnDuals[column] = lowered;
      if (holder >= 0) free[--next] = holder;
    } else if (holder >= 0) {
      // Nothing to gain from taking the column: leave it where it is, a search decides.
      free[left++] = i;
      continue;
    }
    if (holder >= 0) rowToEntry[holder] = -1;
    rowToEntry[i] = entry;
    columnToRow[column] = i;
  }
  return left;
}

/**
 * Assigns row `start` along the shortest alternating path to a free column or to staying unmatched, and updates the
 * duals.
 *
 * @returns false if there is no such path; `state.settled` then holds the columns that were reached
 */
function augment(problem: SparseProblem, state: SparseState, start: number): boolean {
  const { offsets, indices, cost, unmatchedRow } = problem;
  const { rowToEntry, columnToRow, columnDuals, heap, previousEntry, previousRow, settled } = state;
  // Distances are counted from the row's smallest reduced cost, so that a large offset of one row stays its own.
  let dual = unmatchedRow[start]!;
  for (let k = offsets[start]!; k < offsets[start + 1]!; k++) {
    const reduced = cost[k]! - columnDuals[indices[k]!]!;
    if (reduced < dual) dual = reduced;
  }
  heap.clear();
  let settledCount = 0;
  let row = start;
  let reached = 0; // length of the path to `row`
  let nearest = Infinity; // length of the shortest path to an end: a free column, or a row left unmatched
  let endColumn = -1;
  let endRow = -1;
  for (;;) {
    const leaving = reached + (unmatchedRow[row]! - dual);
    if (leaving < nearest) {
      nearest = leaving;
      endRow = row;
      endColumn = -1;
    }
    for (let k = offsets[row]!, to = offsets[row + 1]!; k < to; k++) {
      const j = indices[k]!;
      const through = reached + (cost[k]! - columnDuals[j]! - dual);
      if (through >= nearest) continue;
      if (columnToRow[j]! < 0) {
        nearest = through;
        endColumn = j;
        endRow = -1;
      } else if (!heap.lower(j, through)) {
        continue;
      }
      previousEntry[j] = k;
      previousRow[j] = row;
    }
    const column = heap.peek();
    if (column < 0 || heap.keys[column]! >= nearest) break;
    heap.pop();
    settled[settledCount++] = column;
    if (heap.keys[column]! > reached) reached = heap.keys[column]!;
    row = columnToRow[column]!;
    dual = cost[rowToEntry[row]!]! - columnDuals[column]!;
  }
  state.settledCount = settledCount;
  if (nearest === Infinity) return false;
  if (nearest > reached) reached = nearest;
  for (let k = 0; k < settledCount; k++) {
    const j = settled[k]!;
    const fall = reached - heap.keys[j]!;
    if (fall > 0) columnDuals[j]! -= fall;
  }
  if (endRow >= 0) {
    const entry = rowToEntry[endRow]!;
    rowToEntry[endRow] = -1;
    if (endRow === start) return true;
    endColumn = indices[entry]!;
  }
  for (let j = endColumn; ;) {
    const i = previousRow[j]!;
    const passedOn = rowToEntry[i]!;
    rowToEntry[i] = previousEntry[j]!;
    columnToRow[j] = i;
    if (i === start) return true;
    j = indices[passedOn]!;
  }
}

/** The rows and columns that a failed search from `start` reached. */
function blockedBy({ settled, settledCount, columnToRow }: SparseState, start: number): BlockingSet {
  const columns = [...settled.subarray(0, settledCount)].sort((a, b) => a - b);
  return { rows: [start, ...columns.map((j) => columnToRow[j]!)].sort((a, b) => a - b), columns };
}
