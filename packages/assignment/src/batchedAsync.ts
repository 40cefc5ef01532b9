import {
  checkInteger,
  collect,
  defineTask,
  describeValue,
  InvalidArgumentError,
  TaskError,
  throwIfAborted,
  type Executor,
  type Progress,
} from '@pct/core';
import {
  checkBatch,
  checkStarts,
  solveList,
  type BatchedCosts,
  type LinearSumAssignmentsOptions,
} from './batched.js';
import type { Assignment, CostMatrix, DenseCostMatrix } from './types.js';
import { badCosts, openCosts } from './validation.js';

const NAME = 'linearSumAssignmentsAsync';

/** Options of `linearSumAssignmentsAsync`. */
export interface LinearSumAssignmentsAsyncOptions extends LinearSumAssignmentsOptions {
  /** Runs the problems, for instance `threadExecutor()` of `@pct/core/node`; it is not closed. */
  readonly executor: Executor;
  /**
   * Problems are sent together until they have so many entries; a batch with fewer than twice as many in all is
   * solved here, without the executor. At least 1.
   *
   * @defaultValue 65536: some hundred microseconds of work, against tens for a message
   */
  readonly entriesPerTask?: number | undefined;
  /** Stops the work; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Receives the number of finished groups of problems. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A group of problems as it is sent. */
export interface AssignmentGroup {
  /** Index of the first one. */
  readonly first: number;
  readonly matrices: readonly DenseCostMatrix[];
  readonly options: LinearSumAssignmentsOptions;
}

/** The task that executors run for `linearSumAssignmentsAsync`; it is exported so that they find it. */
export const linearSumAssignmentsTask = defineTask<AssignmentGroup, Assignment[]>({
  module: import.meta.url,
  name: 'linearSumAssignmentsTask',
  run: ({ first, matrices, options }) => solveList(NAME, matrices, options, first),
  transferInput: ({ matrices }) => matrices.map(({ data }) => (data as Float64Array<ArrayBuffer>).buffer),
  transferOutput: (assignments) =>
    assignments.flatMap(({ rowToColumn, columnToRow, rowDuals, columnDuals }) =>
      [rowToColumn, columnToRow, rowDuals, columnDuals].map(({ buffer }) => buffer as ArrayBuffer),
    ),
});

/**
 * `linearSumAssignments` on an executor: the same results, from several threads or machines.
 *
 * @param costs - as for `linearSumAssignments`; copied before they are sent
 * @param options - {@link LinearSumAssignmentsAsyncOptions}
 * @returns one assignment per problem, in order
 * @throws as `linearSumAssignments`, and the signal's reason if it aborts
 * @example
 * ```ts
 * await using executor = threadExecutor();
 * const assignments = await linearSumAssignmentsAsync(costs, { executor });
 * ```
 */
export async function linearSumAssignmentsAsync(
  costs: BatchedCosts,
  options: LinearSumAssignmentsAsyncOptions,
): Promise<Assignment[]> {
  const { executor, entriesPerTask = 2 ** 16, signal, onProgress } = options;
  const { maximize, unmatchedCost, startDuals } = options;
  if (typeof executor?.map !== 'function') {
    throw new InvalidArgumentError(`${NAME}: executor must be an Executor, got ${describeValue(executor)}`);
  }
  checkInteger(NAME, 'entriesPerTask', entriesPerTask, { min: 1 });
  throwIfAborted(signal);
  const matrices = checkBatch(NAME, costs);
  const solver = { maximize, unmatchedCost, startDuals };
  const groups = groupsOf(matrices, solver, entriesPerTask);
  if (groups.length < 3) return solveList(NAME, matrices, solver, 0);
  try {
    const parts = executor.map(linearSumAssignmentsTask, inputsOf(groups), {
      signal,
      onProgress,
      total: groups.length,
    });
    return (await collect(parts)).flat();
  } catch (error) {
    // An error from another thread has lost its class: the same problems fail in the same way here.
    const group = error instanceof TaskError ? groups[error.index] : undefined;
    if (group !== undefined) solveList(NAME, group.matrices, group.options, group.first);
    throw error;
  }
}

interface Group {
  readonly first: number;
  readonly matrices: readonly CostMatrix[];
  readonly options: LinearSumAssignmentsOptions;
}

/** Neighbouring problems together, at least `entriesPerTask` entries each but for the last. */
function groupsOf(
  matrices: readonly CostMatrix[],
  options: LinearSumAssignmentsOptions,
  entriesPerTask: number,
): Group[] {
  checkStarts(NAME, options.startDuals, matrices.length);
  const groups: Group[] = [];
  let first = 0;
  let entries = 0;
  matrices.forEach((matrix, k) => {
    const { rows, columns } = openCosts(`${NAME}, problem ${k}`, matrix);
    entries += rows * columns;
    if (entries < entriesPerTask && k < matrices.length - 1) return;
    const startDuals = options.startDuals?.slice(first, k + 1);
    groups.push({ first, matrices: matrices.slice(first, k + 1), options: { ...options, startDuals } });
    first = k + 1;
    entries = 0;
  });
  return groups;
}

/** Copies one group after the other, when its turn comes. */
function* inputsOf(groups: readonly Group[]): Generator<AssignmentGroup> {
  for (const { first, matrices, options } of groups) {
    yield {
      first,
      matrices: matrices.map((matrix, k) => copyOf(matrix, first + k, options.maximize ?? false)),
      options,
    };
  }
}

/** A flat copy in an array of its own, which can be transferred. */
function copyOf(matrix: CostMatrix, index: number, maximize: boolean): DenseCostMatrix {
  const opened = openCosts(`${NAME}, problem ${index}`, matrix);
  const { rows, columns, data, read } = opened;
  if (data instanceof Float64Array || data instanceof Float32Array)
    return { rows, columns, data: data.slice() };
  const copy = new Float64Array(rows * columns);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) {
      const value = read(i, j);
      if (typeof value !== 'number') throw badCosts(`${NAME}, problem ${index}`, opened, maximize);
      copy[at] = value;
    }
  }
  return { rows, columns, data: copy };
}
