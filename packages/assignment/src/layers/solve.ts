/** Batches of assignment problems in flat arrays, solved one after the other in the same memory. */
import { describeValue, InvalidArgumentError, ShapeError } from '@pct/core';
import { solveAssignment } from '../linearSumAssignment.js';
import type { Assignment, AssignmentSolver, StartDuals, UnmatchedCosts } from '../types.js';
import { sharedWorkspace } from '../workspace.js';
import type { BatchShape } from './shapes.js';

/** Duals and matchings of a batch of similar problems, such as the {@link BatchSolution} of another batch. */
export interface BatchStart {
  /** `[b, n]` */
  readonly rowDuals: ArrayLike<number>;
  /** `[b, m]` */
  readonly columnDuals: ArrayLike<number>;
  /** `[b, n]`, column of each row or -1. */
  readonly rowToColumn: ArrayLike<number>;
}

/** Options of {@link solveBatch}. */
export interface SolveBatchOptions {
  /**
   * Solves each problem instead of {@link linearSumAssignment}; it alone decides then what staying unmatched costs.
   *
   * @defaultValue `undefined`
   */
  readonly solver?: AssignmentSolver | undefined;
  /**
   * Lets rows and columns stay unmatched, see {@link LinearSumAssignmentOptions.unmatchedCost}.
   *
   * @defaultValue `undefined`: every row or every column, whichever are fewer, must be matched
   */
  readonly unmatchedCost?: number | UnmatchedCosts | undefined;
  /**
   * Where to start, if no `solver` is given; good duals save time and never change the total.
   *
   * @defaultValue `undefined`
   */
  readonly start?: BatchStart | undefined;
  /**
   * What messages of errors open with.
   *
   * @defaultValue `'solveBatch'`
   */
  readonly name?: string | undefined;
}

/** Best assignments of a batch of problems; all arrays are the caller's. */
export interface BatchSolution {
  /** 1 for matched pairs, else 0, `[b, n, m]`. */
  readonly y: Float64Array;
  /** Total of each problem, with what staying unmatched costs, `[b]`. */
  readonly values: Float64Array;
  /** `[b, n]`, see {@link Assignment}. */
  readonly rowDuals: Float64Array;
  /** `[b, m]` */
  readonly columnDuals: Float64Array;
  /** Column of each row, -1 if unmatched, `[b, n]`. */
  readonly rowToColumn: Int32Array;
}

/**
 * Solves a batch of assignment problems.
 *
 * @param cost - `[b, n, m]` row-major; `Infinity` forbids a pair. Neither changed nor kept
 * @param shape - b, n and m
 * @param options - {@link SolveBatchOptions}
 * @throws {@link ShapeError} if `cost` does not hold b n m numbers, or an answer of `solver` is not of the problem's shape
 * @throws {@link InfeasibleAssignmentError} for the first problem that has no assignment, with its index
 * @throws {@link InvalidArgumentError} if a cost is NaN or `-Infinity`, or both `solver` and `unmatchedCost` are given
 */
export function solveBatch(
  cost: Float64Array | Float32Array,
  shape: BatchShape,
  options: SolveBatchOptions = {},
): BatchSolution {
  const { solver, unmatchedCost, start, name = 'solveBatch' } = options;
  const { batch, rows, columns } = shape;
  checkSolver(name, solver, unmatchedCost);
  const size = rows * columns;
  if (cost.length !== batch * size) {
    throw new ShapeError(
      `${name}: cost must hold ${batch} * ${rows} * ${columns} numbers, got ${cost.length}`,
    );
  }
  const solution: BatchSolution = {
    y: new Float64Array(batch * size),
    values: new Float64Array(batch),
    rowDuals: new Float64Array(batch * rows),
    columnDuals: new Float64Array(batch * columns),
    rowToColumn: new Int32Array(batch * rows),
  };
  const workspace = sharedWorkspace(size);
  for (let k = 0; k < batch; k++) {
    const label = `${name}, problem ${k}`;
    const matrix = { rows, columns, data: cost.subarray(k * size, (k + 1) * size) };
    const found =
      solver === undefined
        ? solveAssignment(label, matrix, { unmatchedCost, workspace, startDuals: startOf(start, k, shape) })
        : checkAnswer(label, solver.solve(matrix), shape);
    write(solution, found, k, shape);
  }
  return solution;
}

/** @throws {@link InvalidArgumentError} if it is no solver, or comes with `unmatchedCost` */
export function checkSolver(name: string, solver: unknown, unmatchedCost: unknown): void {
  if (solver === undefined) return;
  if (
    typeof solver !== 'object' ||
    solver === null ||
    !('solve' in solver) ||
    typeof solver.solve !== 'function'
  ) {
    throw new InvalidArgumentError(
      `${name}: solver must be an object with a function solve(cost), got ${describeValue(solver)}`,
    );
  }
  if (unmatchedCost !== undefined) {
    throw new InvalidArgumentError(
      `${name}: unmatchedCost goes to the solver where there is one of your own: ` +
        'give it there, such as denseSolver({ unmatchedCost }), and leave it out here',
    );
  }
}

function startOf(
  start: BatchStart | undefined,
  k: number,
  { rows, columns }: BatchShape,
): StartDuals | undefined {
  if (start === undefined) return undefined;
  const part = (values: ArrayLike<number>, length: number): ArrayLike<number> =>
    ArrayBuffer.isView(values)
      ? (values as Float64Array).subarray(k * length, (k + 1) * length)
      : Array.prototype.slice.call(values, k * length, (k + 1) * length);
  const rowToColumn = part(start.rowToColumn, rows);
  const duals = { rowDuals: part(start.rowDuals, rows), columnDuals: part(start.columnDuals, columns) };
  if (rows <= columns) return { ...duals, rowToColumn };
  const columnToRow = new Int32Array(columns).fill(-1);
  for (let i = 0; i < rows; i++) if (rowToColumn[i]! >= 0) columnToRow[rowToColumn[i]!] = i;
  return { ...duals, columnToRow };
}

function write(solution: BatchSolution, found: Assignment, k: number, { rows, columns }: BatchShape): void {
  const { y, values, rowDuals, columnDuals, rowToColumn } = solution;
  values[k] = found.cost;
  rowDuals.set(found.rowDuals, k * rows);
  columnDuals.set(found.columnDuals, k * columns);
  rowToColumn.set(found.rowToColumn, k * rows);
  for (let i = 0; i < rows; i++) {
    const j = found.rowToColumn[i]!;
    if (j >= 0) y[(k * rows + i) * columns + j] = 1;
  }
}

/** A solver of the user's may answer anything. */
function checkAnswer(label: string, found: Assignment, { rows, columns }: BatchShape): Assignment {
  const lengths = [found.rowToColumn.length, found.rowDuals.length, found.columnDuals.length];
  if (lengths[0] !== rows || lengths[1] !== rows || lengths[2] !== columns) {
    throw new ShapeError(
      `${label}: solver must answer with rowToColumn [${rows}], rowDuals [${rows}] and columnDuals [${columns}], ` +
        `got lengths ${lengths.join(', ')}`,
    );
  }
  for (let i = 0; i < rows; i++) {
    const j = found.rowToColumn[i]!;
    if (!(j >= -1 && j < columns)) {
      throw new InvalidArgumentError(
        `${label}: solver must answer with columns from 0 to ${columns - 1} or -1, got ${j} for row ${i}`,
      );
    }
  }
  return found;
}
