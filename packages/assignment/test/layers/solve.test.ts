import { certificate, linearSumAssignment, sparseSolver } from '@pct/assignment';
import { solveBatch } from '@pct/assignment/layers';
import { InfeasibleAssignmentError, InvalidArgumentError, ShapeError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomArray } from './support.js';

const shapes = fc.record({
  batch: fc.integer({ min: 0, max: 4 }),
  rows: fc.integer({ min: 0, max: 5 }),
  columns: fc.integer({ min: 0, max: 5 }),
});

describe('solveBatch', () => {
  it('gives what linearSumAssignment gives, problem by problem, warm and cold', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.nat(),
        fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
        (shape, seed, unmatchedCost) => {
          const { batch, rows, columns } = shape;
          const size = rows * columns;
          const cost = randomArray(seed, [batch, rows, columns]).data as Float64Array;
          const found = solveBatch(cost, shape, { unmatchedCost });
          const nearby = cost.map((c, at) => c + 0.2 * ((at * 7) % 3));
          const warm = solveBatch(nearby, shape, { unmatchedCost, start: found });
          for (let k = 0; k < batch; k++) {
            for (const [costs, solution] of [
              [cost, found],
              [nearby, warm],
            ] as const) {
              const matrix = { rows, columns, data: costs.slice(k * size, (k + 1) * size) };
              const single = linearSumAssignment(matrix, { unmatchedCost });
              expect(solution.values[k]).toBeCloseTo(single.cost, 10);
              const rowToColumn = solution.rowToColumn.slice(k * rows, (k + 1) * rows);
              const columnToRow = new Int32Array(columns).fill(-1);
              rowToColumn.forEach((j, i) => {
                if (j >= 0) columnToRow[j] = i;
              });
              const proof = certificate(
                matrix,
                {
                  rowToColumn,
                  columnToRow,
                  cost: solution.values[k]!,
                  rowDuals: solution.rowDuals.slice(k * rows, (k + 1) * rows),
                  columnDuals: solution.columnDuals.slice(k * columns, (k + 1) * columns),
                },
                { unmatchedCost },
              );
              expect(proof.status).toBe('optimal');
              const y = solution.y.slice(k * size, (k + 1) * size);
              expect(Array.from(y)).toEqual(
                Array.from({ length: size }, (_, at) =>
                  Number(rowToColumn[Math.floor(at / columns)] === at % columns),
                ),
              );
            }
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it('takes float32 costs, plain lists to start from, and another solver', () => {
    const shape = { batch: 1, rows: 2, columns: 3 };
    const cost = Float32Array.of(4, 1, 3, 2, Infinity, 5);
    const found = solveBatch(cost, shape);
    expect(Array.from(found.y)).toEqual([0, 1, 0, 1, 0, 0]);
    expect(found.values[0]).toBe(3);
    const start = { rowDuals: [0, 0], columnDuals: [0, 0, 0], rowToColumn: [2, 0] };
    expect(solveBatch(cost, shape, { start }).y).toEqual(found.y);
    expect(solveBatch(cost, shape, { solver: sparseSolver() }).y).toEqual(found.y);
  });

  it('says what is wrong, and with which problem', () => {
    const shape = { batch: 2, rows: 1, columns: 2 };
    const bad = Float64Array.of(1, 2, Infinity, Infinity);
    expect(() => solveBatch(bad, shape)).toThrow(InfeasibleAssignmentError);
    expect(() => solveBatch(bad, shape)).toThrow('solveBatch, problem 1: no assignment');
    expect(() => solveBatch(bad.subarray(1), shape)).toThrow(ShapeError);
    expect(() => solveBatch(bad.subarray(1), shape)).toThrow('cost must hold 2 * 1 * 2 numbers, got 3');
    const nan = Float64Array.of(1, 2, 3, NaN);
    expect(() => solveBatch(nan, shape, { name: 'mine' })).toThrow(
      'mine, problem 1: cost at row 0, column 1 must be a finite number or Infinity, got NaN',
    );
    expect(() => solveBatch(nan, shape, { solver: sparseSolver(), unmatchedCost: 1 })).toThrow(
      InvalidArgumentError,
    );
  });
});
