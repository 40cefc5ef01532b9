import type { Assignment, CostMatrix } from '../types.js';
import { infeasible } from './infeasible.js';
import { matchingOf, openProblem, totalOf } from './openProblem.js';
import { rowDualsFor, solveSparse } from './shortestAugmentingPath.js';
import type { SparseAssignmentOptions, SparseCostMatrix } from './types.js';

const NAME = 'sparseAssignment';

/**
 * Pairs rows with columns, each at most once, at the smallest total cost, where only few pairs are allowed.
 *
 * The problem, the options and the result are those of {@link linearSumAssignment}; only the listed pairs are allowed.
 * Memory follows the number of allowed pairs, rows and columns; nothing is ever made dense.
 *
 * Exact, by shortest augmenting paths: O(r (p + c) log c) at worst for p allowed pairs and r = min(rows, columns),
 * c = max(rows, columns), but a search touches only a small part of a typical problem. The same pairs in whatever order
 * give the same assignment. Inputs are neither changed nor kept.
 *
 * @param cost - allowed pairs by row or as coordinates, `[rows, columns]`, any size including 0, see
 * {@link SparseCostMatrix}; of dense costs those that are not forbidden. `Infinity` forbids a listed pair (`-Infinity`
 * when maximizing)
 * @param options - {@link SparseAssignmentOptions}
 * @returns the matching both ways, its cost, and the dual variables that prove it optimal, see {@link Assignment}
 * @throws {@link InfeasibleAssignmentError} if the allowed pairs leave no assignment; never with `unmatchedCost`
 * @throws {@link InvalidArgumentError} if an index is outside the shape, a cost is NaN, an infinity of the other sign or
 * beyond 1e300 in size, a pair is listed twice (see `duplicates`), or `unmatchedCost` is not finite
 * @throws {@link ShapeError} if arrays do not fit each other or the shape
 * @see Jonker & Volgenant 1987, Computing 38, 325-340, doi:10.1007/BF02278710
 * @example
 * ```ts
 * sparseAssignment({
 *   rows: 2,
 *   columns: 3,
 *   rowOffsets: [0, 2, 4],
 *   columnIndices: [0, 1, 1, 2],
 *   values: [4, 1, 0, 5],
 * }).rowToColumn; // Int32Array [0, 1]
 * ```
 */
export function sparseAssignment(
  cost: CostMatrix | SparseCostMatrix,
  options: SparseAssignmentOptions = {},
): Assignment {
  const opened = openProblem(NAME, cost, options);
  const { problem, transposed, maximize } = opened;
  const solved = solveSparse(problem);
  if (!('rowToEntry' in solved)) throw infeasible(NAME, opened, solved);
  const { rowToEntry, columnDuals } = solved;
  const rowDuals = rowDualsFor(problem, rowToEntry, columnDuals);
  const total = totalOf(problem, rowToEntry);
  if (maximize) {
    negate(rowDuals);
    negate(columnDuals);
  }
  return {
    ...matchingOf(opened, rowToEntry),
    cost: maximize ? 0 - total : total,
    rowDuals: transposed ? columnDuals : rowDuals,
    columnDuals: transposed ? rowDuals : columnDuals,
  };
}

/** In place; 0 stays 0, not -0. */
function negate(values: Float64Array): void {
  for (let i = 0; i < values.length; i++) values[i] = 0 - values[i]!;
}
