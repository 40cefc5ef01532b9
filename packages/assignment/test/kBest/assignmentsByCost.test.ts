import {
  assignmentsByCost,
  kBestAssignments,
  linearSumAssignment,
  type LinearSumAssignmentOptions,
  type RankedAssignment,
} from '@pct/assignment';
import { createRng, InvalidArgumentError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costs, flat, type Costs } from '../helpers/arbitraries.js';
import { enumerate } from '../helpers/enumerate.js';
import { expectClose } from '../helpers/certificate.js';
import { unmatchedFor } from '../helpers/unmatched.js';

const COST = [
  [4, 1, 3],
  [2, 0, 5],
  [3, 2, 2],
];

/** All that `assignmentsByCost` gives is all there is, in order, each once and with its cost. */
function expectAll(matrix: Costs, options: LinearSumAssignmentOptions): number {
  const { maximize = false } = options;
  const sizes = matrix.cost.flat().filter(Number.isFinite);
  const wanted = enumerate(matrix.cost, matrix.columns, options);
  const found = [...assignmentsByCost(flat(matrix), options)];
  const keys = (list: readonly { rowToColumn: ArrayLike<number> }[]): string[] =>
    list.map(({ rowToColumn }) => Array.from(rowToColumn).join()).sort();
  expect(keys(found)).toEqual(keys(wanted));
  const ordered = wanted.map(({ cost }) => cost).sort((a, b) => (maximize ? b - a : a - b));
  const totals = new Map(wanted.map(({ rowToColumn, cost }) => [rowToColumn.join(), cost]));
  found.forEach(({ rowToColumn, columnToRow, cost }, k) => {
    expectClose(cost, ordered[k]!, [...sizes, ...ordered], `cost ${k}`);
    expectClose(cost, totals.get(rowToColumn.join())!, [...sizes, ...ordered], `total of ${k}`);
    rowToColumn.forEach((j, i) => {
      if (j >= 0) expect(columnToRow[j]).toBe(i);
    });
    expect(columnToRow.filter((i) => i >= 0)).toHaveLength(rowToColumn.filter((j) => j >= 0).length);
  });
  return found.length;
}

describe('kBestAssignments', () => {
  it('lists the best ones in order', () => {
    const best = kBestAssignments(COST, 4);
    expect(best.map(({ cost }) => cost)).toEqual([5, 6, 6, 7]);
    expect(best[0]!.rowToColumn).toEqual(Int32Array.of(1, 0, 2));
    expect(best[0]!.columnToRow).toEqual(Int32Array.of(1, 0, 2));
    expect(best[1]!.rowToColumn).toEqual(Int32Array.of(0, 1, 2));
  });

  it('lists fewer if there are no more', () => {
    expect(kBestAssignments(COST, 100)).toHaveLength(6);
    expect(kBestAssignments(COST, 0)).toEqual([]);
    expect(kBestAssignments([[1, Infinity]], 5)).toHaveLength(1);
    expect(kBestAssignments([[Infinity]], 5)).toEqual([]);
    expect(kBestAssignments([], 5)).toEqual([
      { rowToColumn: new Int32Array(0), columnToRow: new Int32Array(0), cost: 0 },
    ]);
  });

  it('maximizes', () => {
    expect(kBestAssignments(COST, 3, { maximize: true }).map(({ cost }) => cost)).toEqual([11, 9, 7]);
  });

  it('takes sparse costs', () => {
    const sparse = {
      rows: 2,
      columns: 2,
      rowIndices: [1, 0, 0],
      columnIndices: [0, 0, 1],
      values: [3, 1, 2],
    };
    expect(kBestAssignments(sparse, 9).map(({ cost }) => cost)).toEqual([5]);
    const costs = kBestAssignments(sparse, 9, { unmatchedCost: 1 }).map(({ cost }) => cost);
    expect(costs).toEqual([3, 4, 4, 5, 5]);
  });

  it('gives equal ones in the same order every time', () => {
    const cost = { rows: 5, columns: 5, data: new Float64Array(25).fill(1) };
    const all = kBestAssignments(cost, 200);
    expect(all).toHaveLength(120);
    expect(kBestAssignments(cost, 200)).toEqual(all);
    expect(kBestAssignments(cost, 7)).toEqual(all.slice(0, 7));
  });

  it.each([-1, 1.5, NaN, '3'])('refuses k = %s', (k) => {
    expect(() => kBestAssignments(COST, k as number)).toThrow(InvalidArgumentError);
    expect(() => kBestAssignments(COST, k as number)).toThrow('kBestAssignments: k must be an integer');
  });
});

describe('assignmentsByCost', () => {
  it('checks its arguments at the call and keeps a copy', () => {
    expect(() => assignmentsByCost([[NaN]])).toThrow('assignmentsByCost: cost at row 0, column 0');
    const data = Float64Array.from(COST.flat());
    const iterator = assignmentsByCost({ rows: 3, columns: 3, data });
    data.fill(0);
    expect([...iterator].map(({ cost }) => cost)).toEqual([5, 6, 6, 7, 9, 11]);
  });

  it('may be left at any time', () => {
    const found: RankedAssignment[] = [];
    for (const assignment of assignmentsByCost(COST)) {
      if (assignment.cost > 6) break;
      found.push(assignment);
    }
    expect(found.map(({ cost }) => cost)).toEqual([5, 6, 6]);
  });

  it.each([false, true])('lists what there is, maximize %s', (maximize) => {
    let listed = 0;
    fc.assert(
      fc.property(costs(5, { forbidden: maximize ? -Infinity : Infinity }), (matrix) => {
        listed += expectAll(matrix, { maximize });
      }),
      { numRuns: 150, seed: 1 },
    );
    expect(listed).toBeGreaterThan(500);
  });

  it.each([false, true])('lists what there is with unmatched costs, maximize %s', (maximize) => {
    const problem = costs(4, { forbidden: maximize ? -Infinity : Infinity }).chain((matrix) =>
      fc.record({ matrix: fc.constant(matrix), unmatchedCost: unmatchedFor(matrix) }),
    );
    fc.assert(
      fc.property(problem, ({ matrix, unmatchedCost }) => {
        expectAll(matrix, { maximize, unmatchedCost });
      }),
      { numRuns: 250, seed: 2 },
    );
  });

  it.each([
    [6, 6],
    [4, 6],
    [6, 3],
  ])('lists all %d x %d ones', (rows, columns) => {
    const rng = createRng(5);
    const cost = Array.from({ length: rows }, () => Array.from({ length: columns }, () => rng.uniform()));
    expect(expectAll({ cost, columns }, {})).toBe(rows === columns ? 720 : rows === 4 ? 360 : 120);
  });

  it.each([
    ['ties', 6, 6, {}],
    ['ties, maximized', 5, 6, { maximize: true }],
    ['ties with unmatched costs', 6, 4, { unmatchedCost: 1 }],
    ['ties with uneven unmatched costs', 5, 5, { unmatchedCost: { rows: [0, 1, 2, 0, 1], columns: 1 } }],
  ])('lists all of many %s', (_, rows, columns, options: LinearSumAssignmentOptions) => {
    const rng = createRng(7);
    const forbidden = options.maximize === true ? -Infinity : Infinity;
    const cost = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => (rng.uniform() < 0.1 ? forbidden : rng.integer(0, 3))),
    );
    expect(expectAll({ cost, columns }, options)).toBeGreaterThan(200);
  });

  it('begins with the best also of a larger problem', () => {
    const rng = createRng(6);
    const cost = { rows: 40, columns: 50, data: new Float64Array(2000).map(() => rng.uniform()) };
    for (const options of [{}, { unmatchedCost: { rows: 0.05, columns: 0.01 } }]) {
      const best = kBestAssignments(cost, 50, options);
      expect(best).toHaveLength(50);
      expect(best[0]!.cost).toBeCloseTo(linearSumAssignment(cost, options).cost, 12);
      for (let k = 1; k < 50; k++) expect(best[k]!.cost).toBeGreaterThan(best[k - 1]!.cost - 1e-12);
      expect(new Set(best.map(({ rowToColumn }) => rowToColumn.join())).size).toBe(50);
    }
  });
});
