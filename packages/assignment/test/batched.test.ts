import {
  linearSumAssignment,
  linearSumAssignments,
  linearSumAssignmentsAsync,
  linearSumAssignmentsTask,
  type BatchedCosts,
} from '@pct/assignment';
import {
  inlineExecutor,
  InfeasibleAssignmentError,
  InvalidArgumentError,
  mapConcurrently,
  ShapeError,
  type Executor,
} from '@pct/core';
import fc from 'fast-check';
import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { makeCosts } from '../bench/costs.js';
import { costs, flat } from './helpers/arbitraries.js';

const BATCH = 6;
const ROWS = 7;
const COLUMNS = 9;

function batch(): { batch: number; rows: number; columns: number; data: Float64Array } {
  return { batch: BATCH, rows: ROWS, columns: COLUMNS, data: makeCosts('uniform', BATCH * ROWS, COLUMNS, 1) };
}

/** The problems of a batch one by one. */
function singles(): { rows: number; columns: number; data: Float64Array }[] {
  const size = ROWS * COLUMNS;
  return Array.from({ length: BATCH }, (_, k) => ({
    rows: ROWS,
    columns: COLUMNS,
    data: batch().data.slice(k * size, (k + 1) * size),
  }));
}

/** Copies inputs and outputs as a worker thread would, with everything that is to be transferred. */
function copyingExecutor(): Executor {
  return {
    map: (task, inputs, options) =>
      mapConcurrently(
        {
          functionName: 'copyingExecutor.map',
          concurrency: 2,
          closed: new AbortController().signal,
          start: async (input, index, signal) => {
            const received = structuredClone(input, { transfer: [...(task.transferInput?.(input) ?? [])] });
            const output = await task.run(received, { index, signal });
            return structuredClone(output, { transfer: [...(task.transferOutput?.(output) ?? [])] });
          },
        },
        task,
        inputs,
        options,
      ),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

describe('linearSumAssignments', () => {
  it('gives what the problems give one by one', () => {
    fc.assert(
      fc.property(fc.array(costs(8), { maxLength: 5 }), fc.boolean(), (matrices, maximize) => {
        const list = matrices.map(flat);
        const options = { maximize, unmatchedCost: 1 };
        expect(linearSumAssignments(list, options)).toEqual(
          list.map((matrix) => linearSumAssignment(matrix, options)),
        );
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it('reads flat batches of every kind', () => {
    const costs = batch();
    const expected = singles().map((matrix) => linearSumAssignment(matrix));
    expect(linearSumAssignments(costs)).toEqual(expected);
    expect(linearSumAssignments({ ...costs, data: [...costs.data] })).toEqual(expected);
    const single = Float32Array.from(costs.data);
    expect(linearSumAssignments({ ...costs, data: single })).toEqual(
      linearSumAssignments({ ...costs, data: Float64Array.from(single) }),
    );
    expect(linearSumAssignments({ batch: 2, rows: 0, columns: 3, data: [] })).toHaveLength(2);
    expect(linearSumAssignments([])).toEqual([]);
  });

  it('starts each problem from its own duals', () => {
    const startDuals = linearSumAssignments(batch()).map((found, k) => (k === 1 ? undefined : found));
    const again = linearSumAssignments(batch(), { startDuals });
    expect(again.map(({ rowToColumn }) => rowToColumn)).toEqual(
      singles().map((matrix) => linearSumAssignment(matrix).rowToColumn),
    );
  });

  it('says which problem is bad', () => {
    const list = [[[1]], [[NaN]]];
    expect(() => linearSumAssignments(list)).toThrow(InvalidArgumentError);
    expect(() => linearSumAssignments(list)).toThrow(
      'linearSumAssignments, problem 1: cost at row 0, column 0',
    );
    expect(() => linearSumAssignments([[[1]], [[1]], [[Infinity]]])).toThrow(InfeasibleAssignmentError);
    expect(() => linearSumAssignments([[[Infinity]]])).toThrow(
      'linearSumAssignments, problem 0: no assignment',
    );
  });

  it.each([
    [undefined, 'got undefined'],
    [3, 'got 3'],
    [{ rows: 1, columns: 1, data: [1] }, 'got an object'],
    [{ batch: 1.5, rows: 1, columns: 1, data: [1] }, 'got an object'],
    [{ batch: 1, rows: 1, columns: 1, data: 'x' }, 'got an object'],
  ])('rejects %j', (costs, got) => {
    const attempt = (): unknown => linearSumAssignments(costs as unknown as BatchedCosts);
    expect(attempt).toThrow(InvalidArgumentError);
    expect(attempt).toThrow('linearSumAssignments: costs must be { batch, rows, columns, data }');
    expect(attempt).toThrow(got);
  });

  it('rejects what does not fit together', () => {
    const attempt = (): unknown => linearSumAssignments({ ...batch(), batch: BATCH + 1 });
    expect(attempt).toThrow(ShapeError);
    expect(attempt).toThrow('costs.data must hold batch * rows * columns = 7 * 7 * 9 numbers, got 378');
    const starts = (startDuals: never): unknown => linearSumAssignments(batch(), { startDuals });
    expect(() => starts([] as never)).toThrow('startDuals must hold 6 entries, one per problem, got 0');
    expect(() => starts({} as never)).toThrow('startDuals must be an array with an entry per problem');
  });
});

describe.each([
  ['inlineExecutor', () => inlineExecutor()],
  ['an executor that copies', copyingExecutor],
])('linearSumAssignmentsAsync on %s', (_, makeExecutor) => {
  it('gives what linearSumAssignments gives', async () => {
    const executor = makeExecutor();
    const expected = linearSumAssignments(batch());
    for (const entriesPerTask of [1, 2 * ROWS * COLUMNS, undefined]) {
      expect(await linearSumAssignmentsAsync(batch(), { executor, entriesPerTask })).toEqual(expected);
    }
    const list = singles().map(({ data }, k) =>
      k % 2 === 0
        ? Array.from({ length: ROWS }, (__, i) => [...data.subarray(i * COLUMNS, (i + 1) * COLUMNS)])
        : new Matrix(
            Array.from({ length: ROWS }, (__, i) => [...data.subarray(i * COLUMNS, (i + 1) * COLUMNS)]),
          ),
    );
    const options = { executor, entriesPerTask: 1, startDuals: expected };
    const found = await linearSumAssignmentsAsync(list, options);
    expect(found.map(({ rowToColumn }) => rowToColumn)).toEqual(
      expected.map(({ rowToColumn }) => rowToColumn),
    );
  });

  it('leaves the costs as they are and reports progress', async () => {
    const costs = batch();
    const done: number[] = [];
    await linearSumAssignmentsAsync(costs, {
      executor: makeExecutor(),
      entriesPerTask: 1,
      onProgress: (progress) => done.push(progress.done),
    });
    expect(costs).toEqual(batch());
    expect(done.at(-1)).toBe(BATCH);
  });

  it('throws the errors of linearSumAssignments, with the index in the whole batch', async () => {
    for (const [bad, type, message] of [
      [NaN, InvalidArgumentError, 'linearSumAssignmentsAsync, problem 4: cost at row 0, column 1'],
      [Infinity, InfeasibleAssignmentError, 'linearSumAssignmentsAsync, problem 4: no assignment'],
    ] as const) {
      const list: number[][][] = Array.from({ length: 6 }, () => [[1, 2]]);
      list[4] = [[Infinity, bad]];
      const attempt = linearSumAssignmentsAsync(list, { executor: makeExecutor(), entriesPerTask: 1 });
      await expect(attempt).rejects.toThrow(type);
      await expect(attempt).rejects.toThrow(message);
    }
    const odd = [[[1]], [['x' as unknown as number]], [[1]], [[1]]];
    await expect(
      linearSumAssignmentsAsync(odd, { executor: makeExecutor(), entriesPerTask: 1 }),
    ).rejects.toThrow('linearSumAssignmentsAsync, problem 1: cost at row 0, column 0');
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const attempt = linearSumAssignmentsAsync(batch(), {
      executor: makeExecutor(),
      entriesPerTask: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(attempt).rejects.toThrow('enough');
  });
});

describe('linearSumAssignmentsAsync', () => {
  it('rejects what is no executor, and groups of nothing', async () => {
    await expect(linearSumAssignmentsAsync([], { executor: {} as Executor })).rejects.toThrow(
      'linearSumAssignmentsAsync: executor must be an Executor, got an object',
    );
    await expect(
      linearSumAssignmentsAsync([], { executor: inlineExecutor(), entriesPerTask: 0 }),
    ).rejects.toThrow(InvalidArgumentError);
  });

  it('runs a task that other threads find under its name', async () => {
    const { module, name } = linearSumAssignmentsTask;
    const exports = (await import(/* @vite-ignore */ module)) as Record<string, { name: string } | undefined>;
    expect(exports[name]?.name).toBe(name);
  });
});
