import type { AssignmentWorkspace } from './workspace.js';

/**
 * A dense cost matrix as one flat array.
 *
 * `data` is row-major: the cost of pairing row `i` with column `j` is `data[i * columns + j]`.
 */
export interface DenseCostMatrix {
  /** Number of rows, 0 or more. */
  readonly rows: number;
  /** Number of columns, 0 or more. */
  readonly columns: number;
  /** Costs, `[rows, columns]` row-major. A `Float64Array` or `Float32Array` is fastest. */
  readonly data: Float64Array | Float32Array | ArrayLike<number>;
}

/**
 * Any matrix object that can be read entry by entry.
 *
 * A `Matrix` of `ml-matrix`, and each of its views (`MatrixTransposeView`, `MatrixSubView`, ...), is one as it is.
 */
export interface ReadableMatrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly columns: number;
  /** Entry at `row`, `column`, both from 0. */
  get(row: number, column: number): number;
}

/** Costs of pairing row `i` with column `j`, shape `[rows, columns]`: flat, nested, or an `ml-matrix` `Matrix`. */
export type CostMatrix = DenseCostMatrix | readonly ArrayLike<number>[] | ReadableMatrix;

/** What leaving rows and columns unmatched adds to the total; one number each, or one number for all of a side. */
export interface UnmatchedCosts {
  /** For every row, or per row `[rows]`. Finite. */
  readonly rows: number | ArrayLike<number>;
  /** For every column, or per column `[columns]`. Finite. */
  readonly columns: number | ArrayLike<number>;
}

/**
 * Dual variables of a similar problem, one side of which is enough, and the matching that went with them. An
 * `Assignment` is one.
 */
export interface StartDuals {
  /** Per row `[rows]`, finite. Read if there are more rows than columns, or if `columnDuals` is missing. */
  readonly rowDuals?: ArrayLike<number> | undefined;
  /** Per column `[columns]`, finite. Read if there are as many columns as rows or more, or if `rowDuals` is missing. */
  readonly columnDuals?: ArrayLike<number> | undefined;
  /** Column of each row `[rows]`: among equally good columns a row tries this one first. Other values count as none. */
  readonly rowToColumn?: ArrayLike<number> | undefined;
  /** Row of each column `[columns]`; read instead of `rowToColumn` if there are more rows than columns. */
  readonly columnToRow?: ArrayLike<number> | undefined;
}

/** Options of `linearSumAssignment`. */
export interface LinearSumAssignmentOptions {
  /**
   * Find the largest total instead of the smallest. `-Infinity` then forbids a pair, and `unmatchedCost` is
   * what an unmatched row or column adds to the total that is made large.
   *
   * @defaultValue `false`
   */
  readonly maximize?: boolean | undefined;
  /**
   * Lets every row and every column stay unmatched, at this price, in the unit of the costs. A single number is
   * charged for each unmatched row and for each unmatched column, so leaving both ends of a pair costs it twice.
   *
   * @defaultValue `undefined`: every row or every column, whichever are fewer, must be matched
   */
  readonly unmatchedCost?: number | UnmatchedCosts | undefined;
  /**
   * Duals to start from, for instance the whole `Assignment` of slightly different costs. Any finite duals give an optimal assignment, good ones sooner; where several assignments
   * are equally good it may be another one than without.
   *
   * @defaultValue `undefined`: start from the costs alone
   */
  readonly startDuals?: StartDuals | undefined;
  /**
   * Memory to use instead of allocating any, from `createAssignmentWorkspace`. The arrays of the result then belong
   * to the workspace: the next call with it overwrites them.
   *
   * @defaultValue `undefined`: the result is the caller's
   */
  readonly workspace?: AssignmentWorkspace | undefined;
}

/**
 * An optimal assignment and the dual variables that prove that it is optimal.
 *
 * With `u = rowDuals`, `v = columnDuals` and costs `c`, to rounding (reverse every inequality for `maximize`):
 * - `u[i] + v[j] <= c[i][j]` for every pair, with equality where row `i` is matched with column `j`;
 * - the duals sum to `cost`;
 * - without `unmatchedCost`: `v[j] <= 0`, and `v[j] = 0` where column `j` is unmatched, if there are fewer rows than
 *   columns; the same for `u` if there are fewer columns; no sign is fixed if there are as many of both;
 * - with `unmatchedCost`: `u[i] <= unmatchedCost.rows[i]`, equal where row `i` is unmatched, and
 *   `v[j] <= unmatchedCost.columns[j]`, equal where column `j` is unmatched.
 *
 * Whoever satisfies these cannot be beaten: each feasible assignment costs at least the sum of the duals.
 */
export interface Assignment {
  /** Column matched with each row, or -1; `[rows]`. */
  readonly rowToColumn: Int32Array;
  /** Row matched with each column, or -1; `[columns]`. */
  readonly columnToRow: Int32Array;
  /** Total: costs of the matched pairs, plus, with `unmatchedCost`, of the rows and columns left. */
  readonly cost: number;
  /** Dual variable of each row, in the unit of the costs; `[rows]`. */
  readonly rowDuals: Float64Array;
  /** Dual variable of each column, in the unit of the costs; `[columns]`. */
  readonly columnDuals: Float64Array;
}

/**
 * Anything that solves min ⟨C, Y⟩ over assignments Y. `{ solve: linearSumAssignment }` is one.
 */
export interface AssignmentSolver {
  /**
   * Finds a best assignment for `cost`.
   *
   * @param cost - costs, `[rows, columns]`
   */
  solve(cost: CostMatrix): Assignment;
}
