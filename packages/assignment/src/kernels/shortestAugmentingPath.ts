/**
 * Shortest augmenting paths for the dense linear assignment problem.
 *
 * Start: column reduction, reduction transfer and augmenting row reduction of Jonker & Volgenant, "A shortest
 * augmenting path algorithm for dense and sparse linear assignment problems", Computing 38 (1987) 325-340. Then one
 * Dijkstra search per row that is still free, rectangular as in Crouse, "On implementing 2D rectangular assignment
 * algorithms", IEEE TAES 52 (2016) 1679-1696, doi:10.1109/TAES.2016.140952.
 *
 * Every row has one private dummy column, at the cost of leaving it unmatched. It is never stored: only its own row
 * is adjacent to it, so a path that reaches it ends there and its row is never reached again. The cost of leaving a
 * column unmatched is where its dual starts: duals of columns only fall, and only after the column is matched.
 */

/** A minimisation in which every row takes one column or its own dummy. */
export interface DenseProblem {
  readonly rows: number;
  readonly columns: number;
  /** `[rows, columns]` row-major; `Infinity` forbids a pair. Only read. */
  readonly cost: Float64Array;
  /** `[rows]`, cost of leaving a row unmatched; `Infinity` if it must be matched. */
  readonly unmatchedRow: Float64Array;
  /** `[columns]`, cost of leaving a column unmatched, finite; not read if `perfect`. */
  readonly unmatchedColumn: Float64Array;
  /** As many rows as columns and all must be matched, so that no dual has a sign to keep. */
  readonly perfect: boolean;
}

/** Matching, duals and working memory of one solve. */
export interface DenseState {
  /** `[rows]`, -1 if unmatched. */
  readonly rowToColumn: Int32Array;
  /** `[columns]`, -1 if unmatched. */
  readonly columnToRow: Int32Array;
  /** `[columns]`. */
  readonly columnDuals: Float64Array;
  /** `[columns]`, length of the shortest path found to each column. */
  readonly distance: Float64Array;
  /** `[columns]`, row from which that path enters the column. */
  readonly previous: Int32Array;
  /** `[columns]`, a permutation: columns that the search has settled, then the others. */
  readonly order: Int32Array;
  /** How many columns of `order` the last search settled. */
  settled: number;
  /** `[rows]`, rows still to be assigned. */
  readonly free: Int32Array;
}

/** Why there is no assignment: these rows (at least one more than columns) have no allowed column but these. */
export interface Blocked {
  readonly rows: number[];
  readonly columns: number[];
}

/** Row scans that augmenting row reduction may spend in each of its two passes, per row. */
const SCANS_PER_ROW = 4;

/** How far the start may push a dual beyond the scale of the costs that matter; see `loweringLimit`. */
const LOWERING_RANGE = 2 ** 16;

/** Memory for one problem, everything unmatched. */
export function createState({ rows, columns }: DenseProblem): DenseState {
  return {
    rowToColumn: new Int32Array(rows).fill(-1),
    columnToRow: new Int32Array(columns).fill(-1),
    columnDuals: new Float64Array(columns),
    distance: new Float64Array(columns),
    previous: new Int32Array(columns),
    order: new Int32Array(columns),
    settled: 0,
    free: new Int32Array(rows),
  };
}

/**
 * Solves `problem` into `state` (fresh from `createState`).
 *
 * @returns `undefined`, or what stands in the way if some row can neither be matched nor stay unmatched
 */
export function solveShortestAugmentingPath(problem: DenseProblem, state: DenseState): Blocked | undefined {
  const { rows, perfect } = problem;
  const { rowToColumn, free } = state;
  if (perfect) reduceColumns(problem, state);
  else state.columnDuals.set(problem.unmatchedColumn);
  const limit = loweringLimit(problem, state.columnDuals);
  if (perfect) transferReductions(problem, state, limit);
  let count = 0;
  for (let i = 0; i < rows; i++) if (rowToColumn[i]! < 0) free[count++] = i;
  // The second pass picks up much of what the first one displaced; a third hardly ever pays.
  count = reduceRows(problem, state, limit, count);
  count = reduceRows(problem, state, limit, count);
  for (let k = 0; k < count; k++) {
    if (!augment(problem, state, free[k]!)) return blockedBy(state, free[k]!);
  }
  return undefined;
}

/** Row duals that make matched pairs tight: `c - v`, or the price of staying unmatched. */
export function rowDualsOf(problem: DenseProblem, state: DenseState): Float64Array {
  const { rows, columns, cost, unmatchedRow } = problem;
  const { rowToColumn, columnDuals } = state;
  const duals = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const j = rowToColumn[i]!;
    duals[i] = j < 0 ? unmatchedRow[i]! : cost[i * columns + j]! - columnDuals[j]!;
  }
  return duals;
}

/** Column reduction: each column's dual is its smallest cost; each row takes a free column where it has this cost. */
function reduceColumns(problem: DenseProblem, state: DenseState): void {
  const { rows, columns, cost } = problem;
  const { rowToColumn, columnToRow, columnDuals } = state;
  columnDuals.fill(Infinity);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) if (cost[at]! < columnDuals[j]!) columnDuals[j] = cost[at]!;
  }
  // A column where nothing is allowed keeps a finite dual: the searches will find that a row is left over.
  for (let j = 0; j < columns; j++) if (columnDuals[j] === Infinity) columnDuals[j] = 0;
  // Row by row, the first free column among equals: a constant matrix gives the identity.
  for (let i = 0, offset = 0; i < rows; i++, offset += columns) {
    for (let j = 0; j < columns; j++) {
      if (cost[offset + j] === columnDuals[j] && columnToRow[j]! < 0) {
        rowToColumn[i] = j;
        columnToRow[j] = i;
        break;
      }
    }
  }
}

/**
 * How much a dual may be lowered at once by the start.
 *
 * Any smaller step than the one in the paper keeps the duals feasible. Where a row has one ordinary cost and else
 * only enormous ones (1e12 meaning "rather not"), the full step would send its column's dual to -1e12, and with it
 * the digits of the ordinary cost. The scale is the largest of the rows' and columns' smallest costs, or, if these
 * are all 0, the smallest cost that is not.
 */
function loweringLimit(problem: DenseProblem, columnDuals: Float64Array): number {
  const { rows, columns, cost, unmatchedRow } = problem;
  let scale = 0;
  for (let j = 0; j < columns; j++) scale = Math.max(scale, Math.abs(columnDuals[j]!));
  for (let i = 0, at = 0; i < rows; i++) {
    let lowest = unmatchedRow[i]!;
    for (let j = 0; j < columns; j++, at++) {
      const reduced = cost[at]! - columnDuals[j]!;
      if (reduced < lowest) lowest = reduced;
    }
    if (lowest < Infinity) scale = Math.max(scale, Math.abs(lowest));
  }
  if (scale === 0) {
    scale = Infinity;
    for (let at = 0; at < cost.length; at++) if (cost[at]! > 0 && cost[at]! < scale) scale = cost[at]!;
    if (scale === Infinity) return 0;
  }
  return LOWERING_RANGE * scale;
}

/** Reduction transfer: an assigned row passes the slack of its second best column on to its column's dual. */
function transferReductions(problem: DenseProblem, state: DenseState, limit: number): void {
  const { rows, columns, cost } = problem;
  const { rowToColumn, columnDuals } = state;
  for (let i = 0; i < rows; i++) {
    const own = rowToColumn[i]!;
    if (own < 0) continue;
    const offset = i * columns;
    let slack = limit;
    for (let j = 0; j < columns; j++) {
      const reduced = cost[offset + j]! - columnDuals[j]!;
      if (reduced < slack && j !== own) slack = reduced;
    }
    if (slack > 0) columnDuals[own]! -= slack;
  }
}

/**
 * Augmenting row reduction: every free row takes its best column, whose dual falls until the row's second choice is
 * as good; the row that held the column goes on searching.
 *
 * @returns how many rows are left in `state.free`
 */
function reduceRows(problem: DenseProblem, state: DenseState, limit: number, count: number): number {
  const { columns, cost, unmatchedRow } = problem;
  const { rowToColumn, columnToRow, columnDuals, free } = state;
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
    const offset = i * columns;
    let first = Infinity;
    let second = Infinity;
    let firstColumn = -1;
    for (let j = 0; j < columns; j++) {
      const reduced = cost[offset + j]! - columnDuals[j]!;
      if (reduced > second) continue;
      if (reduced < first) {
        second = first;
        first = reduced;
        firstColumn = j;
      } else if (reduced < second) {
        second = reduced;
        // Among equals a free column is better than one to fight for.
        if (reduced === first && columnToRow[firstColumn]! >= 0 && columnToRow[j]! < 0) firstColumn = j;
      } else if (
        reduced === first &&
        first < Infinity &&
        columnToRow[firstColumn]! >= 0 &&
        columnToRow[j]! < 0
      ) {
        firstColumn = j;
      }
    }
    const alone = unmatchedRow[i]!;
    if (alone < first) continue; // stays unmatched, for good
    if (firstColumn < 0) {
      free[left++] = i;
      continue;
    }
    const holder = columnToRow[firstColumn]!;
    const before = columnDuals[firstColumn]!;
    const lowered = before - Math.min(Math.min(second, alone) - first, limit);
    if (lowered < before) {
      columnDuals[firstColumn] = lowered;
      if (holder >= 0) free[--next] = holder;
    } else if (holder >= 0) {
      // Nothing to gain from taking the column: leave it where it is, a search decides.
      free[left++] = i;
      continue;
    }
    if (holder >= 0) rowToColumn[holder] = -1;
    rowToColumn[i] = firstColumn;
    columnToRow[firstColumn] = i;
  }
  return left;
}

/**
 * Assigns row `start` along the shortest alternating path to a free column or to a dummy, and updates the duals.
 *
 * @returns false if there is no such path; `state.order` then begins with the columns that were reached
 */
function augment(problem: DenseProblem, state: DenseState, start: number): boolean {
  const { columns, cost, unmatchedRow } = problem;
  const { rowToColumn, columnToRow, columnDuals, distance, previous, order } = state;
  // Distances are counted from the row's smallest reduced cost, so that a large offset of one row stays its own.
  let dual = unmatchedRow[start]!;
  for (let j = 0, at = start * columns; j < columns; j++, at++) {
    const reduced = cost[at]! - columnDuals[j]!;
    if (reduced < dual) dual = reduced;
  }
  distance.fill(Infinity);
  for (let j = 0; j < columns; j++) order[j] = j;
  let settled = 0;
  let row = start;
  let reached = 0; // length of the path to `row`
  let dummyDistance = Infinity;
  let dummyRow = -1;
  let column = -1;
  for (;;) {
    const toDummy = reached + (unmatchedRow[row]! - dual);
    if (toDummy < dummyDistance) {
      dummyDistance = toDummy;
      dummyRow = row;
    }
    const offset = row * columns;
    let lowest = Infinity;
    let lowestAt = -1;
    let lowestFree = false;
    for (let k = settled; k < columns; k++) {
      const j = order[k]!;
      const through = reached + (cost[offset + j]! - columnDuals[j]! - dual);
      let best = distance[j]!;
      if (through < best) {
        distance[j] = best = through;
        previous[j] = row;
      }
      if (best < lowest || (best === lowest && !lowestFree && columnToRow[j]! < 0)) {
        lowest = best;
        lowestAt = k;
        lowestFree = columnToRow[j]! < 0;
        if (lowestFree && best <= reached) break; // nothing can be nearer
      }
    }
    if (dummyDistance < lowest) {
      reached = dummyDistance;
      break;
    }
    if (lowest === Infinity) {
      state.settled = settled;
      return false;
    }
    column = order[lowestAt]!;
    if (lowest > reached) reached = lowest;
    row = columnToRow[column]!;
    if (row < 0) {
      dummyRow = -1;
      break;
    }
    order[lowestAt] = order[settled]!;
    order[settled++] = column;
    dual = cost[row * columns + column]! - columnDuals[column]!;
  }
  state.settled = settled;
  for (let k = 0; k < settled; k++) {
    const j = order[k]!;
    const fall = reached - distance[j]!;
    if (fall > 0) columnDuals[j]! -= fall;
  }
  if (dummyRow >= 0) {
    column = rowToColumn[dummyRow]!;
    rowToColumn[dummyRow] = -1;
    if (dummyRow === start) return true;
  }
  for (;;) {
    const i = previous[column]!;
    const passedOn = rowToColumn[i]!;
    rowToColumn[i] = column;
    columnToRow[column] = i;
    if (i === start) return true;
    column = passedOn;
  }
}

/** The rows and columns that a failed search from `start` reached. */
function blockedBy({ order, columnToRow, settled }: DenseState, start: number): Blocked {
  const columns = [...order.subarray(0, settled)].sort((a, b) => a - b);
  return { rows: [start, ...columns.map((j) => columnToRow[j]!)].sort((a, b) => a - b), columns };
}
