import { linearSumAssignment, type Assignment, type LinearSumAssignmentOptions } from '@pct/assignment';
import { InfeasibleAssignmentError, InvalidArgumentError, ShapeError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COST_TYPES, makeCosts } from '../bench/costs.js';
import { costs, entries, flat } from './helpers/arbitraries.js';
import { expectCertified, expectClose } from './helpers/certificate.js';

function solve(cost: Parameters<typeof linearSumAssignment>[0], options: LinearSumAssignmentOptions) {
  try {
    return linearSumAssignment(cost, options);
  } catch (error) {
    if (error instanceof InfeasibleAssignmentError) return undefined;
    throw error;
  }
}

/** Duals of any kind: useless ones, good ones that were moved a little, or enormous ones. */
function duals(length: number): fc.Arbitrary<number[]> {
  const entry = fc.oneof(entries.real, entries.ties, entries.scales, fc.constantFrom(0, 1e18, -1e18, 1e299));
  return fc.array(entry, { minLength: length, maxLength: length });
}

const problems = (
  maximize: boolean,
  most: number,
): fc.Arbitrary<{
  matrix: { columns: number; cost: number[][] };
  startDuals: { rowDuals?: number[]; columnDuals?: number[]; rowToColumn?: number[] };
  unmatchedCost: number | undefined;
}> =>
  costs(most, { forbidden: maximize ? -Infinity : Infinity }).chain((matrix) => {
    const rowDuals = duals(matrix.cost.length);
    const columnDuals = duals(matrix.columns);
    const rowToColumn = fc.array(fc.integer({ min: -2, max: 20 }), {
      minLength: matrix.cost.length,
      maxLength: matrix.cost.length,
    });
    return fc.record({
      matrix: fc.constant(matrix),
      startDuals: fc.oneof(
        fc.record({ rowDuals }),
        fc.record({ columnDuals }),
        fc.record({ rowDuals, columnDuals, rowToColumn }),
      ),
      unmatchedCost: fc.option(entries.real, { nil: undefined }),
    });
  });

describe('linearSumAssignment with startDuals', () => {
  it.each([false, true])('costs what it costs without them, whatever they are, maximize %s', (maximize) => {
    fc.assert(
      fc.property(problems(maximize, 20), ({ matrix, startDuals, unmatchedCost }) => {
        const cold = solve(flat(matrix), { maximize, unmatchedCost });
        const warm = solve(flat(matrix), { maximize, unmatchedCost, startDuals });
        expect(warm === undefined).toBe(cold === undefined);
        if (warm === undefined || cold === undefined) return;
        expectCertified(warm, matrix.cost, matrix.columns, { maximize, unmatchedCost });
        const sizes = matrix.cost.flat().filter(Number.isFinite);
        expectClose(warm.cost, cold.cost, [...sizes, unmatchedCost ?? 0], 'cost');
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it('does so after a few costs have changed', () => {
    const change = fc.record({ row: fc.nat(), column: fc.nat(), by: entries.real });
    const setting = fc.record({
      matrix: costs(20, { least: 1, forbidden: Infinity }),
      changes: fc.array(change, { maxLength: 5 }),
      unmatchedCost: fc.option(entries.real, { nil: undefined }),
    });
    fc.assert(
      fc.property(setting, ({ matrix, changes, unmatchedCost }) => {
        const before = solve(flat(matrix), { unmatchedCost });
        if (before === undefined) return;
        const cost = matrix.cost.map((row) => [...row]);
        for (const { row, column, by } of changes) cost[row % cost.length]![column % matrix.columns]! += by;
        const after = { ...matrix, cost };
        const cold = solve(flat(after), { unmatchedCost })!;
        const warm = solve(flat(after), { unmatchedCost, startDuals: before })!;
        expectCertified(warm, cost, matrix.columns, { unmatchedCost });
        expectClose(warm.cost, cold.cost, cost.flat().filter(Number.isFinite), 'cost');
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it.each(COST_TYPES)('keeps the assignment that they come from, on %s costs', (type) => {
    for (const [rows, columns] of [
      [40, 40],
      [30, 50],
      [50, 30],
    ] as const) {
      if (type === 'tracking' && rows > columns) continue;
      const cost = { rows, columns, data: makeCosts(type, rows, columns, 3) };
      const first = linearSumAssignment(cost);
      const again = linearSumAssignment(cost, { startDuals: first });
      expectClose(again.cost, first.cost, [], 'cost');
    }
  });

  it('neither changes nor keeps them', () => {
    const startDuals = { columnDuals: Float64Array.of(1, -2) };
    const cost = [
      [3, 1],
      [4, 1],
    ];
    const found: Assignment = linearSumAssignment(cost, { startDuals });
    expect([...startDuals.columnDuals]).toEqual([1, -2]);
    expect(found.columnDuals).not.toBe(startDuals.columnDuals);
    expect(found.cost).toBe(4);
  });

  it.each([
    [{}, InvalidArgumentError, 'startDuals must be { rowDuals } or { columnDuals } or both, got an object'],
    [3, InvalidArgumentError, 'startDuals must be { rowDuals } or { columnDuals } or both, got 3'],
    [null, InvalidArgumentError, 'startDuals must be { rowDuals } or { columnDuals } or both, got null'],
    [{ rowDuals: 1 }, InvalidArgumentError, 'startDuals.rowDuals must be an array of 2 numbers, got 1'],
    [{ columnDuals: [1] }, ShapeError, 'startDuals.columnDuals must hold 2 numbers, got 1'],
    [
      { columnDuals: [1, NaN] },
      InvalidArgumentError,
      'startDuals.columnDuals[1] must be a finite number of at most 1e+300 in size, got NaN',
    ],
    [{ rowDuals: [1, 2], rowToColumn: [0] }, ShapeError, 'startDuals.rowToColumn must hold 2 indices, got 1'],
    [
      { rowDuals: [1, 2], columnToRow: 'x' },
      InvalidArgumentError,
      'startDuals.columnToRow must be an array of 2 indices, got "x"',
    ],
  ])('rejects %j', (startDuals, type, message) => {
    const cost = [
      [1, 2],
      [3, 4],
    ];
    const attempt = (): unknown => linearSumAssignment(cost, { startDuals: startDuals as never });
    expect(attempt).toThrow(type);
    expect(attempt).toThrow(`linearSumAssignment: ${message}`);
  });
});
