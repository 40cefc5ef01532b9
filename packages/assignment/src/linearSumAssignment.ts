import { checkOneOf, InfeasibleAssignmentError } from '@pct/core';
import {
  createState,
  rowDualsOf,
  solveShortestAugmentingPath,
  type Blocked,
  type DenseProblem,
} from './kernels/shortestAugmentingPath.js';
import type { Assignment, CostMatrix, LinearSumAssignmentOptions } from './types.js';
import { checkCosts, checkUnmatched, type CheckedCosts, type CheckedUnmatched } from './validation.js';

const NAME = 'linearSumAssignment';

/**
 * Pairs rows with columns, each at most once, at the smallest total cost.
 *
 * Minimises Σ c[i][j] over the matched pairs (i, j), where every row or every column, whichever are fewer, is matched.
 * With `unmatchedCost` any of them may stay unmatched, and the total
 * Σ c[i][j] over pairs + Σ `unmatchedCost.rows[i]` over rows left + Σ `unmatchedCost.columns[j]` over columns left
 * is minimised instead: a pair is made where it costs less than leaving both of its ends.
 *
 * Exact, by shortest augmenting paths, O(min(rows, columns)² · max(rows, columns)). The same input always gives the
 * same assignment; a constant matrix gives the identity. Inputs are neither changed nor kept.
 *
 * @param cost - costs, `[rows, columns]`, any size including 0; `Infinity` forbids a pair (`-Infinity` when maximizing)
 * @param options - {@link LinearSumAssignmentOptions}
 * @returns the matching both ways, its cost, and the dual variables that prove it optimal, see {@link Assignment}
 * @throws {@link InfeasibleAssignmentError} if forbidden pairs leave no assignment; never with `unmatchedCost`
 * @throws {@link InvalidArgumentError} if a cost is NaN, an infinity of the other sign or beyond 1e300 in size, or
 * `unmatchedCost` is not finite
 * @throws {@link ShapeError} if rows are ragged, or `data` or `unmatchedCost` has the wrong length
 * @see Jonker & Volgenant 1987, Computing 38, 325-340, doi:10.1007/BF02278710
 * @see Crouse 2016, IEEE TAES 52(4), 1679-1696, doi:10.1109/TAES.2016.140952
 * @example
 * ```ts
 * linearSumAssignment([[4, 1, 3], [2, 0, 5]]).rowToColumn; // Int32Array [1, 0]
 * ```
 */
export function linearSumAssignment(
  cost: CostMatrix,
  { maximize = false, unmatchedCost }: LinearSumAssignmentOptions = {},
): Assignment {
  checkOneOf(NAME, 'maximize', maximize, [true, false]);
  const costs = checkCosts(NAME, cost, maximize);
  const unmatched =
    unmatchedCost === undefined ? undefined : checkUnmatched(NAME, unmatchedCost, costs, maximize);
  const problem = problemOf(costs, unmatched);
  const state = createState(problem);
  const blocked = solveShortestAugmentingPath(problem, state);
  if (blocked !== undefined) throw infeasible(costs, problem, blocked);

  const kernelRowDuals = rowDualsOf(problem, state);
  const total = totalCost(problem, state.rowToColumn, state.columnToRow, unmatched !== undefined);
  if (maximize) {
    negate(kernelRowDuals);
    negate(state.columnDuals);
  }
  const byRow = { match: state.rowToColumn, duals: kernelRowDuals };
  const byColumn = { match: state.columnToRow, duals: state.columnDuals };
  const [rows, columns] = costs.transposed ? [byColumn, byRow] : [byRow, byColumn];
  return {
    rowToColumn: rows.match,
    columnToRow: columns.match,
    cost: maximize ? 0 - total : total,
    rowDuals: rows.duals,
    columnDuals: columns.duals,
  };
}

/** The problem in the kernel's orientation, where rows are the shorter side. */
function problemOf(costs: CheckedCosts, unmatched: CheckedUnmatched | undefined): DenseProblem {
  const [rows, columns] = costs.transposed ? [costs.columns, costs.rows] : [costs.rows, costs.columns];
  const shape = { rows, columns, cost: costs.data };
  if (unmatched === undefined) {
    return {
      ...shape,
      unmatchedRow: new Float64Array(rows).fill(Infinity),
      unmatchedColumn: new Float64Array(columns),
      perfect: rows === columns,
    };
  }
  const [unmatchedRow, unmatchedColumn] = costs.transposed
    ? [unmatched.columns, unmatched.rows]
    : [unmatched.rows, unmatched.columns];
  return { ...shape, unmatchedRow, unmatchedColumn, perfect: false };
}

/** Sums with the rounding error carried along (Neumaier), so that large costs that cancel leave the small ones. */
function totalCost(
  { columns, cost, unmatchedRow, unmatchedColumn }: DenseProblem,
  rowToColumn: Int32Array,
  columnToRow: Int32Array,
  withUnmatched: boolean,
): number {
  let sum = 0;
  let lost = 0;
  const add = (term: number): void => {
    const next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  };
  rowToColumn.forEach((j, i) => {
    if (j >= 0) add(cost[i * columns + j]!);
    else if (withUnmatched) add(unmatchedRow[i]!);
  });
  if (withUnmatched) {
    columnToRow.forEach((i, j) => {
      if (i < 0) add(unmatchedColumn[j]!);
    });
  }
  return sum + lost;
}

/** In place; 0 stays 0, not -0. */
function negate(values: Float64Array): void {
  for (let i = 0; i < values.length; i++) values[i] = 0 - values[i]!;
}

/** Says which rows or columns are in each other's way. */
function infeasible(costs: CheckedCosts, problem: DenseProblem, blocked: Blocked): InfeasibleAssignmentError {
  const [row, column] = costs.transposed ? ['column', 'row'] : ['row', 'column'];
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
    `${NAME}: no assignment of the [${costs.rows}, ${costs.columns}] costs uses only allowed pairs: ${reason}; ${advice}`,
  );
}

/** First of `count` lines of which all entries are forbidden, or -1. */
function firstEmpty(count: number, length: number, step: number, inner: number, cost: Float64Array): number {
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
