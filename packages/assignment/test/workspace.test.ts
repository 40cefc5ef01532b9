import {
  createAssignmentWorkspace,
  linearSumAssignment,
  type AssignmentWorkspace,
  type CostMatrix,
} from '@pct/assignment';
import { InfeasibleAssignmentError, InvalidArgumentError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COST_TYPES, makeCosts } from '../bench/costs.js';
import { costs, flat } from './helpers/arbitraries.js';

/** Result or error, to be compared. */
function outcome(cost: CostMatrix, workspace?: AssignmentWorkspace): unknown {
  try {
    return linearSumAssignment(cost, { workspace });
  } catch (error) {
    if (error instanceof InfeasibleAssignmentError) return error.message;
    throw error;
  }
}

describe('createAssignmentWorkspace', () => {
  it('makes memory that leaves no trace of earlier problems', () => {
    const workspace = createAssignmentWorkspace(3, 30);
    fc.assert(
      fc.property(costs(40, { forbidden: Infinity }), fc.boolean(), (matrix, single) => {
        const { rows, columns, data } = flat(matrix);
        const cost = { rows, columns, data: single ? Float32Array.from(data) : data };
        expect(outcome(cost, workspace)).toEqual(outcome(cost));
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('makes memory that a bad matrix does not spoil', () => {
    const workspace = createAssignmentWorkspace(9, 9);
    const cost = { rows: 9, columns: 9, data: makeCosts('uniform', 9, 9, 1) };
    const smaller = { rows: 5, columns: 9, data: makeCosts('uniform', 5, 9, 1) };
    for (const bad of [NaN, -Infinity]) {
      const broken = { ...cost, data: cost.data.map((value, at) => (at > 40 ? bad : value)) };
      expect(() => linearSumAssignment(broken, { workspace })).toThrow(InvalidArgumentError);
      expect(linearSumAssignment(smaller, { workspace })).toEqual(linearSumAssignment(smaller));
      expect(linearSumAssignment(cost, { workspace })).toEqual(linearSumAssignment(cost));
    }
  });

  it('owns the arrays of the result', () => {
    const workspace = createAssignmentWorkspace(2, 2);
    const first = linearSumAssignment(
      [
        [1, 2],
        [3, 1],
      ],
      { workspace },
    );
    expect([...first.rowToColumn]).toEqual([0, 1]);
    const second = linearSumAssignment(
      [
        [2, 1],
        [1, 3],
      ],
      { workspace },
    );
    expect(second.rowToColumn).toBe(first.rowToColumn);
    expect([...first.rowToColumn]).toEqual([1, 0]);
    const free = linearSumAssignment([[1]]);
    linearSumAssignment([[2]]);
    expect([...free.rowDuals, ...free.columnDuals].reduce((a, b) => a + b, 0)).toBe(1);
  });

  it('may be used for its own duals', () => {
    const workspace = createAssignmentWorkspace(30, 30);
    const cost = { rows: 30, columns: 30, data: makeCosts('uniform', 30, 30, 2) };
    const first = linearSumAssignment(cost, { workspace });
    const total = first.cost;
    expect(linearSumAssignment(cost, { workspace, startDuals: first }).cost).toBeCloseTo(total, 12);
  });

  it.each([-1, 1.5, NaN])('rejects %d rows', (rows) => {
    expect(() => createAssignmentWorkspace(rows, 2)).toThrow(InvalidArgumentError);
    expect(() => createAssignmentWorkspace(rows, 2)).toThrow('createAssignmentWorkspace: rows must be');
    expect(() => createAssignmentWorkspace(2, rows)).toThrow('createAssignmentWorkspace: columns must be');
  });

  it('is all that the option takes', () => {
    const attempt = (): unknown => linearSumAssignment([[1]], { workspace: {} as AssignmentWorkspace });
    expect(attempt).toThrow(InvalidArgumentError);
    expect(attempt).toThrow('workspace must come from createAssignmentWorkspace, got an object');
  });

  it('serves one call at a time', () => {
    const workspace = createAssignmentWorkspace(1, 1);
    const nested = (inner?: AssignmentWorkspace): CostMatrix => ({
      rows: 1,
      columns: 1,
      get: () => linearSumAssignment([[3]], { workspace: inner }).cost,
    });
    expect(() => linearSumAssignment(nested(workspace), { workspace })).toThrow('workspace is in use');
    expect(linearSumAssignment(nested(), { workspace }).cost).toBe(3);
    expect(linearSumAssignment(nested()).cost).toBe(3);
    expect(linearSumAssignment([[4]], { workspace }).cost).toBe(4);
  });
});

describe('linearSumAssignment of Float32Array costs', () => {
  it.each(COST_TYPES)('gives what the same numbers give in float64, %s', (type) => {
    for (const [rows, columns] of [
      [5, 5],
      [60, 60],
      [40, 67],
      [67, 67],
    ] as const) {
      const data = Float32Array.from(makeCosts(type, rows, columns, 4));
      const wide = { rows, columns, data: Float64Array.from(data) };
      expect(linearSumAssignment({ rows, columns, data })).toEqual(linearSumAssignment(wide));
      const gains = { rows, columns, data: data.map((c) => -c) };
      const wideGains = { rows, columns, data: wide.data.map((c) => -c) };
      expect(linearSumAssignment(gains, { maximize: true })).toEqual(
        linearSumAssignment(wideGains, { maximize: true }),
      );
    }
  });

  it('gives what the same numbers give in float64, tall', () => {
    const data = Float32Array.from(makeCosts('spatial', 50, 30, 5));
    const cost = { rows: 50, columns: 30, data };
    expect(linearSumAssignment(cost)).toEqual(
      linearSumAssignment({ ...cost, data: Float64Array.from(data) }),
    );
  });
});
