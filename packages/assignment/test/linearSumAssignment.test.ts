import { linearSumAssignment, type AssignmentSolver } from '@pct/assignment';
import { InfeasibleAssignmentError } from '@pct/core';
import { Matrix, MatrixTransposeView } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { expectCertified } from './helpers/certificate.js';

const COST = [
  [4, 1, 3],
  [2, 0, 5],
  [3, 2, 2],
];

describe('linearSumAssignment', () => {
  it('solves a square problem', () => {
    const assignment = linearSumAssignment(COST);
    expect(assignment.rowToColumn).toEqual(Int32Array.of(1, 0, 2));
    expect(assignment.columnToRow).toEqual(Int32Array.of(1, 0, 2));
    expect(assignment.cost).toBe(5);
    expectCertified(assignment, COST, 3);
  });

  it('maximizes', () => {
    const assignment = linearSumAssignment(COST, { maximize: true });
    expect(assignment.rowToColumn).toEqual(Int32Array.of(0, 2, 1));
    expect(assignment.cost).toBe(11);
    expectCertified(assignment, COST, 3, { maximize: true });
  });

  it('leaves columns or rows over when there are more of them', () => {
    const wide = [
      [9, 2, 7, 8],
      [6, 4, 3, 7],
    ];
    const assignment = linearSumAssignment(wide);
    expect(assignment.rowToColumn).toEqual(Int32Array.of(1, 2));
    expect(assignment.columnToRow).toEqual(Int32Array.of(-1, 0, 1, -1));
    expect(assignment.cost).toBe(5);
    expectCertified(assignment, wide, 4);

    const tall = wide[0]!.map((_, j) => wide.map((row) => row[j]!));
    const transposed = linearSumAssignment(tall);
    expect(transposed.rowToColumn).toEqual(Int32Array.of(-1, 0, 1, -1));
    expect(transposed.columnToRow).toEqual(Int32Array.of(1, 2));
    expectCertified(transposed, tall, 2);
  });

  it('reads flat arrays, nested arrays and matrices alike', () => {
    const data = COST.flat();
    const transposed = [0, 1, 2].map((j) => COST.map((row) => row[j]!));
    const forms = [
      { rows: 3, columns: 3, data: Float64Array.from(data) },
      { rows: 3, columns: 3, data: Float32Array.from(data) },
      { rows: 3, columns: 3, data },
      COST.map((row) => Float64Array.from(row)),
      new Matrix(COST),
      new MatrixTransposeView(new Matrix(transposed)),
    ];
    for (const form of forms) expect(linearSumAssignment(form)).toEqual(linearSumAssignment(COST));
  });

  it('is an AssignmentSolver', () => {
    const solver: AssignmentSolver = { solve: linearSumAssignment };
    expect(solver.solve(COST).cost).toBe(5);
  });

  it.each([
    ['0 x 0', [], 0],
    ['0 x 3', [], 3],
    ['3 x 0', [[], [], []], 0],
  ])('gives an empty assignment for %s', (_, cost, columns) => {
    const form = { rows: cost.length, columns, data: new Float64Array(0) };
    const assignment = linearSumAssignment(form);
    expect(assignment.cost).toBe(0);
    expectCertified(assignment, cost, columns);
    const options = { unmatchedCost: { rows: 2, columns: 5 } };
    const unmatched = linearSumAssignment(form, options);
    expect(unmatched.cost).toBe(2 * cost.length + 5 * columns);
    expectCertified(unmatched, cost, columns, options);
    if (columns === 0) expect(linearSumAssignment(cost)).toEqual(assignment);
  });

  it.each([
    [5, 5],
    [3, 6],
    [6, 3],
  ])('gives the identity for a constant %d x %d matrix', (rows, columns) => {
    for (const options of [{}, { maximize: true }, { unmatchedCost: 4 }]) {
      const cost = { rows, columns, data: new Float64Array(rows * columns).fill(options.maximize ? -3 : 3) };
      const { rowToColumn } = linearSumAssignment(cost, options);
      expect([...rowToColumn]).toEqual(Array.from({ length: rows }, (_, i) => (i < columns ? i : -1)));
    }
  });

  it('neither changes nor keeps what it is given', () => {
    const data = Float64Array.from(COST.flat());
    const prices = Float64Array.of(1, 2, 3);
    const assignment = linearSumAssignment(
      { rows: 3, columns: 3, data },
      { unmatchedCost: { rows: prices, columns: prices } },
    );
    const before = structuredClone(assignment);
    expect([...data]).toEqual(COST.flat());
    expect([...prices]).toEqual([1, 2, 3]);
    data.fill(0);
    prices.fill(0);
    expect(assignment).toEqual(before);
  });

  it('adds up costs that cancel without losing the small ones', () => {
    const big = 1e16;
    const cost = [
      [big, Infinity, Infinity],
      [Infinity, 3, Infinity],
      [Infinity, Infinity, -big],
    ];
    expect(linearSumAssignment(cost).cost).toBe(3);
  });
});

describe('linearSumAssignment with forbidden pairs', () => {
  const X = Infinity;

  it('avoids them', () => {
    const cost = [
      [X, 1, 2],
      [X, 1, X],
      [5, 0, X],
    ];
    const assignment = linearSumAssignment(cost);
    expect(assignment.rowToColumn).toEqual(Int32Array.of(2, 1, 0));
    expect(assignment.cost).toBe(8);
    expectCertified(assignment, cost, 3);
    const gains = cost.map((row) => row.map((c) => -c));
    expect(linearSumAssignment(gains, { maximize: true }).cost).toBe(-8);
  });

  it.each([
    [
      'a row',
      [
        [1, X],
        [X, X],
      ],
      'row 1 has no allowed pair',
    ],
    [
      'a row of fewer rows',
      [
        [1, 2, 3],
        [X, X, X],
      ],
      'row 1 has no allowed pair',
    ],
    [
      'a column of fewer columns',
      [
        [1, X],
        [2, X],
        [3, X],
      ],
      'column 1 has no allowed pair',
    ],
    [
      'a column of a square',
      [
        [1, X],
        [2, X],
      ],
      'column 1 has no allowed pair',
    ],
    [
      'rows',
      [
        [1, 1, 1],
        [X, 2, X],
        [X, 3, X],
      ],
      '2 rows (1, 2) have only 1 column (1) between them',
    ],
    [
      'columns',
      [
        [1, 2, 3],
        [X, X, 4],
        [X, X, 5],
        [X, X, 6],
      ],
      '2 columns (0, 1) have only 1 row (0) between them',
    ],
  ])('says which %s it cannot match', (_, cost, reason) => {
    const solve = (): unknown => linearSumAssignment(cost);
    expect(solve).toThrow(InfeasibleAssignmentError);
    expect(solve).toThrow(
      `linearSumAssignment: no assignment of the [${cost.length}, ${cost[0]!.length}] costs`,
    );
    expect(solve).toThrow(reason);
    expect(solve).toThrow('pass unmatchedCost');
    expectCertified(linearSumAssignment(cost, { unmatchedCost: 2 }), cost, cost[0]!.length, {
      unmatchedCost: 2,
    });
  });

  it('names only a few of many rows', () => {
    const cost = Array.from({ length: 12 }, () => Array.from({ length: 20 }, (_, j) => (j < 10 ? 1 : X)));
    expect(() => linearSumAssignment(cost)).toThrow(
      '11 rows (0, 1, 2, 3, 4, 5, 6, 7, ...) have only 10 columns (0, 1, 2, 3, 4, 5, 6, 7, ...) between them',
    );
  });
});

describe('linearSumAssignment with unmatchedCost', () => {
  it('makes a pair only where it costs less than leaving both of its ends', () => {
    const cost = [
      [1, 9],
      [9, 7],
    ];
    const assignment = linearSumAssignment(cost, { unmatchedCost: 3 });
    expect(assignment.rowToColumn).toEqual(Int32Array.of(0, -1));
    expect(assignment.columnToRow).toEqual(Int32Array.of(0, -1));
    expect(assignment.cost).toBe(1 + 3 + 3);
    expectCertified(assignment, cost, 2, { unmatchedCost: 3 });
    expect(linearSumAssignment(cost, { unmatchedCost: 4 }).rowToColumn).toEqual(Int32Array.of(0, 1));
  });

  it('prices each row and column on its own', () => {
    const cost = [
      [5, 5, 5],
      [5, 5, 5],
    ];
    const options = { unmatchedCost: { rows: Float64Array.of(-10, 20), columns: [0, 1, 2] } };
    const assignment = linearSumAssignment(cost, options);
    expect(assignment.rowToColumn).toEqual(Int32Array.of(-1, 2));
    expect(assignment.cost).toBe(-10 + 5 + 0 + 1);
    expectCertified(assignment, cost, 3, options);
  });

  it('counts as gain when maximizing', () => {
    const gain = [
      [10, 1],
      [1, 2],
    ];
    const options = { maximize: true, unmatchedCost: { rows: 2, columns: 1 } };
    const assignment = linearSumAssignment(gain, options);
    expect(assignment.rowToColumn).toEqual(Int32Array.of(0, -1));
    expect(assignment.cost).toBe(10 + 2 + 1);
    expectCertified(assignment, gain, 2, options);
  });

  it('is always feasible', () => {
    const cost = Array.from({ length: 4 }, () => [Infinity, Infinity]);
    const assignment = linearSumAssignment(cost, { unmatchedCost: { rows: 1, columns: 10 } });
    expect(assignment.rowToColumn).toEqual(Int32Array.of(-1, -1, -1, -1));
    expect(assignment.cost).toBe(24);
  });
});
