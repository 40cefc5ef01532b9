/** How a solve starts: duals, and a first choice of every row. See `shortestAugmentingPath.ts`. */
import { closeRows } from './rowScans.js';
import type { DenseProblem, DenseState } from './shortestAugmentingPath.js';

/** How far the start may push a dual beyond the scale of the costs that matter. */
const LOWERING_RANGE = 2 ** 16;

/** Row scans that augmenting row reduction may spend in each pass, per row. */
const SCANS_PER_ROW = 4;

/** Costs that are read, checked and used for a first time before the next ones are: 64 kB stay in the cache. */
const BLOCK_ENTRIES = 8192;

/** Where a start leaves off. */
export interface Started {
  /** How many rows are left in `state.free`. */
  readonly count: number;
  /** How far a dual may be lowered at once. */
  readonly limit: number;
}

/**
 * Starts from the costs alone: column reduction if all columns must be matched, else their prices; then every row
 * takes its best column if this is free, and lowers its dual until the row's second choice is as good.
 *
 * The slacks are found before any dual falls. They may be a little small then, which keeps the duals feasible.
 *
 * @returns `undefined` if an entry is no cost
 */
export function startCold(problem: DenseProblem, state: DenseState): Started | undefined {
  const { columns, perfect, unmatchedColumn } = problem;
  const { columnDuals, distance: smallest } = state.scans;
  if (perfect) {
    if (!readAll(problem, state)) return undefined;
    // A column where nothing is allowed keeps a finite dual: the searches will find that a row is left over.
    for (let j = 0; j < columns; j++) columnDuals[j] = smallest[j]! < Infinity ? smallest[j]! : 0;
  } else {
    for (let j = 0; j < columns; j++) columnDuals[j] = unmatchedColumn[j]!;
  }
  return lowerChosen(problem, state, chooseAll(problem, state, !perfect));
}

/** Lowers the dual of each column that a row chose by what separates it from the row's second choice. */
function lowerChosen(problem: DenseProblem, state: DenseState, count: number): Started | undefined {
  if (count < 0) return undefined;
  const { columnDuals } = state.scans;
  let scale = state.scale[0]!;
  for (let j = 0; j < problem.columns; j++) scale = Math.max(scale, Math.abs(columnDuals[j]!));
  const limit = limitOf(problem, state, scale);
  for (let i = 0; i < problem.rows; i++) {
    const j = state.rowToColumn[i]!;
    if (j >= 0) columnDuals[j] = columnDuals[j]! - Math.min(state.slack[i]!, limit);
  }
  return { count, limit };
}

/**
 * Starts from given duals. Rows take columns at their smallest reduced cost; no dual falls.
 *
 * Duals far outside the range of the costs would cost digits: then it is a cold start after all.
 *
 * @returns `undefined` if an entry is no cost
 */
export function startWarm(
  problem: DenseProblem,
  state: DenseState,
  startDuals: Float64Array,
): Started | undefined {
  const { rows, columns, perfect, unmatchedColumn } = problem;
  const { columnDuals, columnToRow, distance: smallest } = state.scans;
  let largest = 0;
  for (let j = 0; j < columns; j++) {
    largest = Math.max(largest, Math.abs(startDuals[j]!));
    columnDuals[j] = perfect ? startDuals[j]! : Math.min(startDuals[j]!, unmatchedColumn[j]!);
  }
  const count = chooseAll(problem, state, true);
  if (count < 0) return undefined;
  let scale = 0;
  for (let j = 0; j < columns; j++) {
    if (smallest[j]! < Infinity) scale = Math.max(scale, Math.abs(smallest[j]!));
    if (!perfect) scale = Math.max(scale, Math.abs(unmatchedColumn[j]!));
  }
  const limit = limitOf(problem, state, scale);
  if (largest > limit) {
    state.rowToColumn.fill(-1, 0, rows);
    columnToRow.fill(-1, 0, columns);
    for (let j = 0; j < columns; j++) {
      columnDuals[j] = !perfect ? unmatchedColumn[j]! : smallest[j]! < Infinity ? smallest[j]! : 0;
    }
    return lowerChosen(problem, state, chooseAll(problem, state, false));
  }
  return { count: perfect ? count : raiseUnmatched(problem, state), limit };
}

/** Reads and checks all costs; false if one is none. */
function readAll(problem: DenseProblem, state: DenseState): boolean {
  const block = blockOf(problem.columns);
  for (let from = 0; from < problem.rows; from += block) {
    if (!readBlock(problem, state, from, Math.min(problem.rows, from + block))) return false;
  }
  return true;
}

function readBlock(problem: DenseProblem, { scans }: DenseState, from: number, to: number): boolean {
  problem.loadRows?.(from, to);
  // Scans read on behind a row: there must be numbers, which the next block may overwrite.
  if (to === problem.rows || problem.loadRows !== undefined) closeRows(scans, to, problem.columns);
  return scans.readCosts(from, to, problem.columns);
}

function blockOf(columns: number): number {
  return Math.max(1, Math.floor(BLOCK_ENTRIES / Math.max(1, columns)));
}

/**
 * How much a dual may be lowered at once by the start.
 *
 * Any smaller step than the one in the paper keeps the duals feasible. Where a row has one ordinary cost and else
 * only enormous ones (1e12 meaning "rather not"), the full step would send its column's dual to -1e12, and with it
 * the digits of the ordinary cost. The scale is the largest of the rows' and columns' smallest costs, or, if these
 * are all 0, the smallest cost that is not.
 */
function limitOf({ rows, columns }: DenseProblem, { scans }: DenseState, scale: number): number {
  if (scale > 0) return LOWERING_RANGE * scale;
  const smallest = scans.smallestPositive(rows, columns);
  return smallest === Infinity ? 0 : LOWERING_RANGE * smallest;
}

/**
 * Every row takes its best column if this is free, or stays unmatched if this is better; the others are `free`. If
 * `reads`, costs are read and checked just before.
 *
 * @returns how many rows are in `state.free`, or -1 if an entry is no cost; with the scale of the choices in
 * `state.scale`
 */
function chooseAll(problem: DenseProblem, state: DenseState, reads: boolean): number {
  const { rows, columns, cost, unmatchedRow, startMatching } = problem;
  const { scans, rowToColumn, free, slack } = state;
  const { columnToRow, columnDuals, lowest } = scans;
  const block = reads ? blockOf(columns) : rows;
  let count = 0;
  let scale = 0;
  for (let from = 0; from < rows; from += block) {
    const to = Math.min(rows, from + block);
    if (reads && !readBlock(problem, state, from, to)) return -1;
    for (let i = from; i < to; i++) {
      let j = scans.chooseColumn(i, columns);
      const first = lowest[0]!;
      const alone = unmatchedRow[i]!;
      const least = Math.min(first, alone);
      if (least < Infinity) scale = Math.max(scale, Math.abs(least));
      if (alone < first) continue;
      if (startMatching !== undefined) {
        const former = startMatching[i]!;
        if (former >= 0 && former < columns && columnToRow[former]! < 0) {
          if (cost[i * columns + former]! - columnDuals[former]! <= first) j = former;
        }
      }
      if (j < 0 || columnToRow[j]! >= 0) {
        free[count++] = i;
        continue;
      }
      rowToColumn[i] = j;
      columnToRow[j] = i;
      slack[i] = Math.min(lowest[1]!, alone) - first;
    }
  }
  state.scale[0] = scale;
  return count;
}

/**
 * Raises the duals of unmatched columns to the price of leaving them, and frees the rows that this makes discontent.
 * Their columns become unmatched in turn, so it goes on until nothing changes; at most every row is free then.
 *
 * @returns how many rows are in `state.free`
 */
function raiseUnmatched(problem: DenseProblem, state: DenseState): number {
  const { rows, columns, cost, unmatchedColumn } = problem;
  const { scans, rowToColumn, settled: raised, free } = state;
  const { columnToRow, columnDuals } = scans;
  for (;;) {
    let raisedCount = 0;
    for (let j = 0; j < columns; j++) {
      if (columnToRow[j]! >= 0 || columnDuals[j]! >= unmatchedColumn[j]!) continue;
      columnDuals[j] = unmatchedColumn[j]!;
      raised[raisedCount++] = j;
    }
    if (raisedCount === 0) break;
    for (let i = 0; i < rows; i++) {
      const own = rowToColumn[i]!;
      if (own < 0) continue;
      const held = cost[i * columns + own]! - columnDuals[own]!;
      for (let k = 0; k < raisedCount; k++) {
        const j = raised[k]!;
        if (cost[i * columns + j]! - columnDuals[j]! >= held) continue;
        rowToColumn[i] = -1;
        columnToRow[own] = -1;
        break;
      }
    }
  }
  let count = 0;
  for (let i = 0; i < rows; i++) if (rowToColumn[i]! < 0) free[count++] = i;
  return count;
}

/**
 * Augmenting row reduction: every free row takes its best column, whose dual falls until the row's second choice is
 * as good; the row that held the column goes on searching.
 *
 * @returns how many rows are left in `state.free`
 */
export function reduceRows(problem: DenseProblem, state: DenseState, limit: number, count: number): number {
  const { columns, unmatchedRow } = problem;
  const { scans, rowToColumn, free } = state;
  const { columnToRow, columnDuals, lowest } = scans;
  // Rounding and unlucky costs can make two rows outbid each other for long: bounded, the searches do the rest.
  let allowed = SCANS_PER_ROW * count;
  let left = 0;
  let next = 0;
  while (next < count) {
    const i = free[next++]!;
    if (allowed-- <= 0) {
      free[left++] = i;
      continue;
    }
    const column = scans.chooseColumn(i, columns);
    const first = lowest[0]!;
    const alone = unmatchedRow[i]!;
    if (alone < first) continue; // stays unmatched, for good
    if (column < 0) {
      free[left++] = i;
      continue;
    }
    const holder = columnToRow[column]!;
    const before = columnDuals[column]!;
    const lowered = before - Math.min(Math.min(lowest[1]!, alone) - first, limit);
    if (lowered < before) {
      columnDuals[column] = lowered;
      if (holder >= 0) free[--next] = holder;
    } else if (holder >= 0) {
      // Nothing to gain from taking the column: leave it where it is, a search decides.
      free[left++] = i;
      continue;
    }
    if (holder >= 0) rowToColumn[holder] = -1;
    rowToColumn[i] = column;
    columnToRow[column] = i;
  }
  return left;
}
