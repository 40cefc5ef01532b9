import { describeValue, InvalidArgumentError, ShapeError } from '@pct/core';
import { solveAssignment } from './linearSumAssignment.js';
import type { Assignment, CostMatrix, LinearSumAssignmentOptions, StartDuals } from './types.js';

const NAME = 'linearSumAssignments';

/** Several cost matrices of one shape in one flat array. */
export interface BatchedCostMatrix {
  /** Number of problems, 0 or more. */
  readonly batch: number;
  /** Rows of each. */
  readonly rows: number;
  /** Columns of each. */
  readonly columns: number;
  /** Costs, `[batch, rows, columns]` row-major. */
  readonly data: Float64Array | Float32Array | readonly number[];
}

/** Many problems: of one shape in one array, or a list of matrices of any shapes. */
export type BatchedCosts = BatchedCostMatrix | readonly CostMatrix[];

/** Options of `linearSumAssignments`: those of `linearSumAssignment`, for all problems. */
export interface LinearSumAssignmentsOptions extends Omit<
  LinearSumAssignmentOptions,
  'startDuals' | 'workspace'
> {
  /**
   * Duals to start each problem from; one entry per problem, `undefined` where there are none.
   *
   * @defaultValue `undefined`: start from the costs alone
   */
  readonly startDuals?: readonly (StartDuals | undefined)[] | undefined;
}

/**
 * Solves many assignment problems, one after the other in the same memory.
 *
 * Each result is that of `linearSumAssignment` for the same costs and options.
 *
 * @param costs - `[batch, rows, columns]` flat, or a list of matrices `[rows, columns]` that may differ in shape
 * @param options - {@link LinearSumAssignmentsOptions}
 * @returns one assignment per problem, in order
 * @throws as `linearSumAssignment`, for the first problem that is bad or infeasible; the message has its index
 * @throws {@link ShapeError} if `data` does not hold `batch * rows * columns` numbers, or `startDuals` not one entry
 * per problem
 * @example
 * ```ts
 * const data = Float64Array.of(1, 2, 3, 1, 5, 1, 1, 5);
 * linearSumAssignments({ batch: 2, rows: 2, columns: 2, data }).map(({ cost }) => cost); // [2, 2]
 * ```
 */
export function linearSumAssignments(
  costs: BatchedCosts,
  options: LinearSumAssignmentsOptions = {},
): Assignment[] {
  return solveList(NAME, checkBatch(NAME, costs), options, 0);
}

/** Solves matrices of which the first has the index `first` for messages. */
export function solveList(
  name: string,
  matrices: readonly CostMatrix[],
  { maximize, unmatchedCost, startDuals }: LinearSumAssignmentsOptions,
  first: number,
): Assignment[] {
  checkStarts(name, startDuals, matrices.length);
  return matrices.map((matrix, k) =>
    solveAssignment(`${name}, problem ${first + k}`, matrix, {
      maximize,
      unmatchedCost,
      startDuals: startDuals?.[k],
    }),
  );
}

/** The matrices of a batch, as views where the data is a typed array. */
export function checkBatch(name: string, costs: BatchedCosts): readonly CostMatrix[] {
  if (Array.isArray(costs)) return costs as readonly CostMatrix[];
  if (typeof costs !== 'object' || costs === null) throw noBatch(name, costs);
  const { batch, rows, columns, data } = costs as BatchedCostMatrix;
  for (const length of [batch, rows, columns]) {
    if (!Number.isSafeInteger(length) || length < 0) throw noBatch(name, costs);
  }
  if (!(Array.isArray(data) || data instanceof Float64Array || data instanceof Float32Array)) {
    throw noBatch(name, costs);
  }
  const size = rows * columns;
  if (data.length !== batch * size) {
    throw new ShapeError(
      `${name}: costs.data must hold batch * rows * columns = ${batch} * ${rows} * ${columns} numbers, got ${data.length}`,
    );
  }
  return Array.from({ length: batch }, (_, k) => ({
    rows,
    columns,
    data: Array.isArray(data)
      ? data.slice(k * size, (k + 1) * size)
      : (data as Float64Array).subarray(k * size, (k + 1) * size),
  }));
}

/** @throws {@link ShapeError} and {@link InvalidArgumentError} unless there is one entry per problem */
export function checkStarts(name: string, startDuals: unknown, count: number): void {
  if (startDuals === undefined) return;
  if (!Array.isArray(startDuals)) {
    throw new InvalidArgumentError(
      `${name}: startDuals must be an array with an entry per problem, got ${describeValue(startDuals)}`,
    );
  }
  if (startDuals.length !== count) {
    throw new ShapeError(
      `${name}: startDuals must hold ${count} entries, one per problem, got ${startDuals.length}`,
    );
  }
}

function noBatch(name: string, costs: unknown): InvalidArgumentError {
  return new InvalidArgumentError(
    `${name}: costs must be { batch, rows, columns, data } with a flat array, or an array of matrices, ` +
      `got ${describeValue(costs)}`,
  );
}
