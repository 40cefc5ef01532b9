import type { Assignment, AssignmentSolver, CostMatrix, LinearSumAssignmentOptions } from '../types.js';

/**
 * Costs of the allowed pairs row by row (compressed sparse rows); pairs that are not listed are forbidden.
 *
 * The pairs of row `i` are the entries `rowOffsets[i]` to `rowOffsets[i + 1]`, exclusive, in any order. A cost of 0 is
 * a cost like any other.
 */
export interface CsrCostMatrix {
  /** Number of rows, 0 or more. */
  readonly rows: number;
  /** Number of columns, 0 or more. */
  readonly columns: number;
  /** Where each row begins; `[rows + 1]`, ascending from 0 to the number of entries. */
  readonly rowOffsets: ArrayLike<number>;
  /** Column of each entry, from 0; `[entries]`. */
  readonly columnIndices: ArrayLike<number>;
  /** Cost of each entry; `[entries]`. */
  readonly values: ArrayLike<number>;
}

/** Costs of the allowed pairs in any order (coordinates); pairs that are not listed are forbidden. */
export interface CooCostMatrix {
  /** Number of rows, 0 or more. */
  readonly rows: number;
  /** Number of columns, 0 or more. */
  readonly columns: number;
  /** Row of each entry, from 0; `[entries]`. */
  readonly rowIndices: ArrayLike<number>;
  /** Column of each entry, from 0; `[entries]`. */
  readonly columnIndices: ArrayLike<number>;
  /** Cost of each entry; `[entries]`. */
  readonly values: ArrayLike<number>;
}

/** Costs of the allowed pairs only, shape `[rows, columns]`. */
export type SparseCostMatrix = CsrCostMatrix | CooCostMatrix;

/** Options of `sparseAssignment`. */
export interface SparseAssignmentOptions extends Pick<
  LinearSumAssignmentOptions,
  'maximize' | 'unmatchedCost'
> {
  /**
   * What a pair that is listed several times means: an error, or the sum of its costs.
   *
   * @defaultValue `'refuse'`
   */
  readonly duplicates?: 'refuse' | 'sum' | undefined;
}

/** An {@link AssignmentSolver} that also takes sparse costs, and never makes them dense. */
export interface SparseAssignmentSolver extends AssignmentSolver {
  /** Tells it from solvers of dense costs. */
  readonly acceptsSparse: true;
  /**
   * Finds a best assignment for `cost`.
   *
   * @param cost - costs, `[rows, columns]`
   */
  solve(cost: CostMatrix | SparseCostMatrix): Assignment;
}
