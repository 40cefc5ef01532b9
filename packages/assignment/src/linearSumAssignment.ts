import { checkOneOf, describeValue, InfeasibleAssignmentError, InvalidArgumentError } from '@pct/core';
import {
  solveShortestAugmentingPath,
  writeRowDuals,
  type Blocked,
  type DenseProblem,
  type DenseState,
} from './kernels/shortestAugmentingPath.js';
import type { Assignment, CostMatrix, LinearSumAssignmentOptions } from './types.js';
import {
  badCosts,
  checkStartDuals,
  checkUnmatched,
  loadCosts,
  openCosts,
  rowLoader,
  type OpenedMatrix,
} from './validation.js';
import {
  AssignmentWorkspace,
  createResults,
  sharedWorkspace,
  type ResultArrays,
  type SolverMemory,
} from './workspace.js';

const NAME = 'linearSumAssignment';
const BOOLEANS = [true, false];

/**
 * Pairs rows with columns, each at most once, at the smallest total cost.
 *
 * Minimises Σ c[i][j] over the matched pairs (i, j), where every row or every column, whichever are fewer, is matched.
 * With `unmatchedCost` any of them may stay unmatched, and the total
 * Σ c[i][j] over pairs + Σ `unmatchedCost.rows[i]` over rows left + Σ `unmatchedCost.columns[j]` over columns left
 * is minimised instead: a pair is made where it costs less than leaving both of its ends.
 *
 * Exact, by shortest augmenting paths, O(min(rows, columns)² · max(rows, columns)). The same input always gives the
 * same assignment; a constant matrix gives the identity. Inputs are neither changed nor kept, but for a
 * `workspace`, which owns the arrays of the result.
 *
 * @param cost - costs, `[rows, columns]`, any size including 0; `Infinity` forbids a pair (`-Infinity` when maximizing)
 * @param options - {@link LinearSumAssignmentOptions}
 * @returns the matching both ways, its cost, and the dual variables that prove it optimal, see {@link Assignment}
 * @throws {@link InfeasibleAssignmentError} if forbidden pairs leave no assignment; never with `unmatchedCost`
 * @throws {@link InvalidArgumentError} if a cost is NaN, an infinity of the other sign or beyond 1e300 in size, or
 * `unmatchedCost` or `startDuals` is not finite, or `workspace` is in use or not one
 * @throws {@link ShapeError} if rows are ragged, or `data`, `unmatchedCost` or `startDuals` has the wrong length
 * @see Jonker & Volgenant 1987, Computing 38, 325-340, doi:10.1007/BF02278710
 * @see Crouse 2016, IEEE TAES 52(4), 1679-1696, doi:10.1109/TAES.2016.140952
 * @example
 * ```ts
 * linearSumAssignment([[4, 1, 3], [2, 0, 5]]).rowToColumn; // Int32Array [1, 0]
 * ```
 */
export function linearSumAssignment(cost: CostMatrix, options: LinearSumAssignmentOptions = {}): Assignment {
  return solveAssignment(NAME, cost, options);
}

/** `linearSumAssignment` under the name that its caller's errors should open with. */
export function solveAssignment(
  name: string,
  cost: CostMatrix,
  { maximize = false, unmatchedCost, startDuals, workspace }: LinearSumAssignmentOptions,
): Assignment {
  checkOneOf(name, 'maximize', maximize, BOOLEANS);
  if (workspace !== undefined) checkWorkspace(name, workspace);
  const opened = openCosts(name, cost);
  const { rows, columns } = opened;
  const used = workspace ?? sharedWorkspace(rows * columns);
  used.busy = true;
  try {
    const results = workspace?.resultsFor(rows, columns) ?? createResults(rows, columns);
    const total = solveIn(name, opened, { maximize, unmatchedCost, startDuals }, used, results);
    return {
      rowToColumn: results.rowToColumn,
      columnToRow: results.columnToRow,
      cost: total,
      rowDuals: results.rowDuals,
      columnDuals: results.columnDuals,
    };
  } finally {
    used.busy = false;
  }
}

function checkWorkspace(name: string, workspace: AssignmentWorkspace): void {
  if (!(workspace instanceof AssignmentWorkspace)) {
    throw new InvalidArgumentError(
      `${name}: workspace must come from createAssignmentWorkspace, got ${describeValue(workspace)}`,
    );
  }
  if (workspace.busy) {
    throw new InvalidArgumentError(
      `${name}: workspace is in use by the call that reads this matrix; give each of them its own`,
    );
  }
}

/** Solves into `results`; the total. */
function solveIn(
  name: string,
  opened: OpenedMatrix,
  { maximize = false, unmatchedCost, startDuals }: LinearSumAssignmentOptions,
  workspace: AssignmentWorkspace,
  results: ResultArrays,
): number {
  const transposed = opened.rows > opened.columns;
  const [rows, columns] = transposed ? [opened.columns, opened.rows] : [opened.rows, opened.columns];
  const storage = opened.data instanceof Float32Array ? 'float32' : 'float64';
  const memory = workspace.memoryFor(rows, columns, storage);
  const { state, unmatchedRow, unmatchedColumn } = memory;
  if (unmatchedCost === undefined) {
    for (let i = 0; i < rows; i++) unmatchedRow[i] = Infinity;
    for (let j = 0; j < columns; j++) unmatchedColumn[j] = 0;
  } else {
    const into = transposed
      ? { rows: unmatchedColumn, columns: unmatchedRow }
      : { rows: unmatchedRow, columns: unmatchedColumn };
    checkUnmatched(name, unmatchedCost, opened, maximize, into);
  }
  if (startDuals !== undefined) checkStartDuals(name, startDuals, opened);
  const { cost, columnDuals, columnToRow } = state.scans;
  const loadRows =
    startDuals !== undefined && (transposed ? startDuals.rowDuals : startDuals.columnDuals) === undefined
      ? undefined // the duals to start from will be made of the costs
      : rowLoader(opened, maximize, cost);
  if (loadRows === undefined) loadCosts(name, opened, maximize, cost);
  const problem: DenseProblem = {
    rows,
    columns,
    cost,
    unmatchedRow,
    unmatchedColumn,
    perfect: unmatchedCost === undefined && rows === columns,
    startMatching: transposed ? startDuals?.columnToRow : startDuals?.rowToColumn,
    loadRows,
    startDuals:
      startDuals === undefined
        ? undefined
        : startFrom(
            transposed ? startDuals.columnDuals : startDuals.rowDuals,
            transposed ? startDuals.rowDuals : startDuals.columnDuals,
            { rows, columns, sign: maximize ? -1 : 1 },
            memory,
          ),
  };
  const solved = solveShortestAugmentingPath(problem, state);
  if (solved === false) throw badCosts(name, opened, maximize);
  if (solved !== true) throw infeasible(name, opened, problem, solved);

  const [rowDuals, columnResult] = transposed
    ? [results.columnDuals, results.rowDuals]
    : [results.rowDuals, results.columnDuals];
  writeRowDuals(problem, state, rowDuals);
  copyTo(columnResult, columnDuals);
  copyTo(transposed ? results.columnToRow : results.rowToColumn, state.rowToColumn);
  copyTo(transposed ? results.rowToColumn : results.columnToRow, columnToRow);
  if (maximize) {
    negate(rowDuals);
    negate(columnResult);
  }
  const total = totalCost(problem, state, unmatchedCost !== undefined);
  return maximize ? 0 - total : total;
}

/** All of `target` from the beginning of `source`. */
function copyTo<T extends Float64Array | Int32Array>(target: T, source: T): void {
  for (let k = 0; k < target.length; k++) target[k] = source[k]!;
}

/**
 * The kernel's duals to start from, in `memory.startDuals`: those of its columns if they are given, else the
 * largest that go with those of its rows.
 */
function startFrom(
  ofRows: ArrayLike<number> | undefined,
  ofColumns: ArrayLike<number> | undefined,
  { rows, columns, sign }: { rows: number; columns: number; sign: number },
  { state, startDuals }: SolverMemory,
): Float64Array {
  if (ofColumns !== undefined) {
    for (let j = 0; j < columns; j++) startDuals[j] = sign * ofColumns[j]!;
    return startDuals;
  }
  const { cost } = state.scans;
  startDuals.fill(Infinity, 0, columns);
  for (let i = 0, at = 0; i < rows; i++) {
    const dual = sign * ofRows![i]!;
    for (let j = 0; j < columns; j++, at++) startDuals[j] = Math.min(startDuals[j]!, cost[at]! - dual);
  }
  for (let j = 0; j < columns; j++) if (startDuals[j] === Infinity) startDuals[j] = 0;
  return startDuals;
}

/** Sums with the rounding error carried along (Neumaier), so that large costs that cancel leave the small ones. */
function totalCost(
  { rows, columns, cost, unmatchedRow, unmatchedColumn }: DenseProblem,
  { rowToColumn, scans }: DenseState,
  withUnmatched: boolean,
): number {
  const { columnToRow } = scans;
  let sum = 0;
  let lost = 0;
  for (let k = 0; k < rows + columns; k++) {
    let term = 0;
    if (k < rows) {
      const j = rowToColumn[k]!;
      if (j >= 0) term = cost[k * columns + j]!;
      else if (withUnmatched) term = unmatchedRow[k]!;
    } else if (withUnmatched && columnToRow[k - rows]! < 0) term = unmatchedColumn[k - rows]!;
    const next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  }
  return sum + lost;
}

/** In place; 0 stays 0, not -0. */
function negate(values: Float64Array): void {
  for (let i = 0; i < values.length; i++) values[i] = 0 - values[i]!;
}

/** Says which rows or columns are in each other's way. */
function infeasible(
  name: string,
  costs: OpenedMatrix,
  problem: DenseProblem,
  blocked: Blocked,
): InfeasibleAssignmentError {
  const [row, column] = costs.rows > costs.columns ? ['column', 'row'] : ['row', 'column'];
  const advice = 'allow more pairs, or pass unmatchedCost to leave some unmatched';
  const emptyRow = firstEmpty(problem.rows, problem.columns, problem.columns, 1, problem.cost);
  const emptyColumn = problem.perfect
    ? firstEmpty(problem.columns, problem.rows, 1, problem.columns, problem.cost)
    : -1;
  let reason: string;
  if (emptyRow >= 0) reason = `${row} ${emptyRow} has no allowed pair`;
  else if (emptyColumn >= 0) reason = `${column} ${emptyColumn} has no allowed pair`;
  else {
    reason =
      `${blocked.rows.length} ${row}s (${list(blocked.rows)}) have only ${blocked.columns.length} ` +
      `${column}${blocked.columns.length === 1 ? '' : 's'} (${list(blocked.columns)}) between them`;
  }
  return new InfeasibleAssignmentError(
    `${name}: no assignment of the [${costs.rows}, ${costs.columns}] costs uses only allowed pairs: ${reason}; ${advice}`,
  );
}

/** First of `count` lines of which all entries are forbidden, or -1. */
function firstEmpty(
  count: number,
  length: number,
  step: number,
  inner: number,
  cost: Float64Array | Float32Array,
): number {
  for (let line = 0; line < count; line++) {
    let k = 0;
    while (k < length && cost[line * step + k * inner] === Infinity) k++;
    if (k === length) return line;
  }
  return -1;
}

function list(indices: readonly number[]): string {
  const shown = indices.slice(0, 8).join(', ');
  return indices.length > 8 ? `${shown}, ...` : shown;
}
