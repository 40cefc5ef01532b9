import {
  certificate,
  linearSumAssignment,
  sparseAssignment,
  type Assignment,
  type CertificateOptions,
} from '@pct/assignment';
import { InvalidArgumentError, ShapeError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costs, flat, transpose } from './helpers/arbitraries.js';
import { enumerate } from './helpers/enumerate.js';
import { unmatchedFor } from './helpers/unmatched.js';

const COST = [
  [4, 1, 3],
  [2, 0, 5],
  [3, 2, 2],
];
const BEST: Assignment = {
  rowToColumn: Int32Array.of(1, 0, 2),
  columnToRow: Int32Array.of(1, 0, 2),
  cost: 5,
  rowDuals: Float64Array.of(3, 2, 2),
  columnDuals: Float64Array.of(0, -2, 0),
};

function changed(change: Partial<Assignment>): Assignment {
  return { ...structuredClone(BEST), ...change };
}

describe('certificate', () => {
  it('confirms an optimal assignment', () => {
    expect(certificate(COST, BEST)).toEqual({
      optimal: true,
      status: 'optimal',
      advice: 'No assignment is better.',
      gap: 0,
      tolerance: expect.closeTo(3e-9, 12),
      primal: { size: 0, row: -1, column: -1 },
      dual: { size: 0, row: -1, column: -1 },
      slackness: { size: 0, row: -1, column: -1 },
    });
  });

  it('finds a forbidden pair', () => {
    const forbidden = COST.map((row, i) => row.map((c, j) => (i === 0 && j === 1 ? Infinity : c)));
    const found = certificate(forbidden, BEST);
    expect(found).toMatchObject({ optimal: false, status: 'notAnAssignment', gap: Infinity });
    expect(found.primal).toEqual({ size: Infinity, row: 0, column: 1 });
    expect(found.advice).toContain('row 0, column 1');
  });

  it.each([
    ['a row left', [-1, 0, 2], [1, -1, 2], 0, -1],
    ['directions that disagree', [1, 0, 2], [1, 2, 0], 0, 1],
    ['a column outside', [1, 0, 3], [1, 0, -1], 2, -1],
    ['a column twice', [1, 0, 0], [1, 0, -1], 2, 0],
  ])('finds %s', (_, there, back, row, column) => {
    const claim = changed({ rowToColumn: Int32Array.from(there), columnToRow: Int32Array.from(back) });
    const found = certificate(COST, claim);
    expect(found.status).toBe('notAnAssignment');
    expect(found.primal).toEqual({ size: Infinity, row, column });
  });

  it('finds a column that claims a row, in wide and tall costs', () => {
    const wide = [[1, 2]];
    const assignment = linearSumAssignment(wide);
    const claim = { ...assignment, columnToRow: Int32Array.of(0, 0) };
    expect(certificate(wide, claim).primal).toEqual({ size: Infinity, row: -1, column: 1 });
    const tall = [[1], [2]];
    const turned = { ...linearSumAssignment(tall), rowToColumn: Int32Array.of(0, 0) };
    expect(certificate(tall, turned).primal).toEqual({ size: Infinity, row: 1, column: -1 });
  });

  it.each([6, NaN])('finds a cost of %s to be wrong', (cost) => {
    const found = certificate(COST, changed({ cost }));
    expect(found.status).toBe('wrongCost');
    expect(found.primal.size).toBe(Number.isNaN(cost) ? Infinity : 1);
  });

  it('finds duals that are too large, and says what they still prove', () => {
    const rowDuals = BEST.rowDuals.slice();
    rowDuals[1]! += 0.25;
    const found = certificate(COST, changed({ rowDuals }));
    expect(found.status).toBe('dualInfeasible');
    expect(found.dual).toEqual({ size: 0.25, row: 1, column: 0 });
    expect(found.gap).toBe(0);
    expect(found.advice).toContain('row 1, column 0');
  });

  it('finds duals that are too small', () => {
    const columnDuals = BEST.columnDuals.slice();
    columnDuals[2]! -= 0.5;
    const found = certificate(COST, changed({ columnDuals }));
    expect(found.status).toBe('notComplementary');
    expect(found.slackness).toEqual({ size: 0.5, row: 2, column: 2 });
    expect(found.gap).toBe(0.5);
  });

  it('finds duals that are not numbers', () => {
    const found = certificate(COST, changed({ rowDuals: Float64Array.of(0, NaN, 0) }));
    expect(found).toMatchObject({
      status: 'dualInfeasible',
      gap: Infinity,
      dual: { size: Infinity, row: 1 },
    });
  });

  it('finds what unmatched rows and columns do not pay', () => {
    const options = { unmatchedCost: { rows: 1, columns: 0 } };
    const assignment = linearSumAssignment(COST, options);
    expect(certificate(COST, assignment, options).optimal).toBe(true);
    expect(certificate(COST, assignment).status).toBe('notAnAssignment');
    const rowDuals = assignment.rowDuals.map((dual, i) => (assignment.rowToColumn[i] === -1 ? 0.5 : dual));
    const found = certificate(COST, { ...assignment, rowDuals }, options);
    expect(found.status).toBe('notComplementary');
    expect(found.slackness).toMatchObject({ size: 0.5, column: -1 });
    const dear = certificate(
      COST,
      { ...assignment, columnDuals: assignment.columnDuals.map(() => 1) },
      options,
    );
    expect(dear.status).toBe('dualInfeasible');
  });

  it('is not talked into anything by enormous duals', () => {
    const second = [0, 1, 2];
    const match = Int32Array.from(second);
    const claim = {
      rowToColumn: match,
      columnToRow: match,
      cost: 6,
      rowDuals: Float64Array.from([4, 0, 2], (c) => c + 1e20),
      columnDuals: new Float64Array(3).fill(-1e20),
    };
    const found = certificate(COST, claim);
    expect(found.optimal).toBe(false);
    expect(
      certificate(COST, { ...BEST, rowDuals: claim.rowDuals, columnDuals: claim.columnDuals }).optimal,
    ).toBe(false);
  });

  it('lowers duals that are too large before it says what they prove', () => {
    const claim = {
      rowToColumn: Int32Array.of(0),
      columnToRow: Int32Array.of(0, -1),
      cost: 1,
      rowDuals: Float64Array.of(-4),
      columnDuals: Float64Array.of(5, 0),
    };
    const found = certificate([[1, 2]], claim);
    expect(found).toMatchObject({ status: 'dualInfeasible', gap: 5 });
    expect(found.dual).toEqual({ size: 5, row: -1, column: 0 });
  });

  it('proves nothing with duals that drown the costs', () => {
    const match = Int32Array.of(0);
    const claim = { rowToColumn: match, columnToRow: match, cost: 1 };
    const duals = (size: number): Pick<Assignment, 'rowDuals' | 'columnDuals'> => ({
      rowDuals: Float64Array.of(1 + size),
      columnDuals: Float64Array.of(-size),
    });
    expect(certificate([[1]], { ...claim, ...duals(1024) }).status).toBe('optimal');
    expect(certificate([[1]], { ...claim, ...duals(2 ** 34) }).status).toBe('inconclusive');
  });

  it('takes its tolerance relative to the costs', () => {
    for (const scale of [1e-9, 1, 1e9]) {
      const cost = COST.map((row) => row.map((c) => c * scale));
      const assignment = linearSumAssignment(cost);
      const rowDuals = assignment.rowDuals.map((dual, i) => dual - (i === 0 ? 1e-6 * scale : 0));
      const claim = { ...assignment, rowDuals };
      expect(certificate(cost, claim).status).toBe('notComplementary');
      expect(certificate(cost, claim, { tolerance: 1e-5 }).status).toBe('optimal');
    }
  });

  it('calls rounding that adds up inconclusive', () => {
    const size = 40;
    const cost = Array.from({ length: size }, () => new Array<number>(size).fill(1));
    const assignment = linearSumAssignment(cost);
    const rowDuals = assignment.rowDuals.map((dual) => dual - 5e-10);
    const found = certificate(cost, { ...assignment, rowDuals });
    expect(found.status).toBe('inconclusive');
    expect(found.gap).toBeCloseTo(2e-8, 12);
  });

  it('accepts exactly the best of all matchings, with duals of any solver', () => {
    const problem = costs(4, { forbidden: Infinity }).chain((matrix) =>
      fc.record({
        matrix: fc.constant(matrix),
        unmatchedCost: fc.option(unmatchedFor(matrix), { nil: undefined }),
      }),
    );
    let judged = 0;
    fc.assert(
      fc.property(problem, fc.boolean(), ({ matrix, unmatchedCost }, tall) => {
        const turned = tall && unmatchedCost === undefined ? transpose(matrix) : matrix;
        const options = { unmatchedCost };
        const all = enumerate(turned.cost, turned.columns, options);
        if (all.length === 0) return;
        const least = Math.min(...all.map(({ cost }) => cost));
        const { rowDuals, columnDuals } = linearSumAssignment(flat(turned), options);
        for (const { rowToColumn, cost } of all) {
          const columnToRow = new Int32Array(turned.columns).fill(-1);
          rowToColumn.forEach((j, i) => {
            if (j >= 0) columnToRow[j] = i;
          });
          const claim = {
            rowToColumn: Int32Array.from(rowToColumn),
            columnToRow,
            cost,
            rowDuals,
            columnDuals,
          };
          const found = certificate(flat(turned), claim, options);
          const better = cost - least;
          expect(found.gap).toBeGreaterThanOrEqual(better - found.tolerance);
          if (better > 5 * found.tolerance) expect(found.optimal).toBe(false);
          if (better === 0) expect(found.optimal, found.advice).toBe(true);
          judged++;
        }
      }),
      { numRuns: 200, seed: 1 },
    );
    expect(judged).toBeGreaterThan(1000);
  });

  it('judges sparse, tall and maximized problems alike', () => {
    const cost = {
      rows: 3,
      columns: 2,
      rowIndices: [0, 1, 2, 2],
      columnIndices: [0, 0, 0, 1],
      values: [1, 5, 2, 3],
    };
    const assignment = sparseAssignment(cost, { maximize: true });
    expect(assignment.cost).toBe(8);
    expect(certificate(cost, assignment, { maximize: true }).optimal).toBe(true);
    expect(certificate(cost, assignment).optimal).toBe(false);
    const claim = { ...assignment, rowToColumn: Int32Array.of(-1, 1, 0), columnToRow: Int32Array.of(2, 1) };
    expect(certificate(cost, claim, { maximize: true }).primal).toEqual({
      size: Infinity,
      row: 1,
      column: 1,
    });
  });

  it('refuses what is no assignment of these costs', () => {
    const judge = (assignment: unknown, options?: CertificateOptions) => (): unknown =>
      certificate(COST, assignment as Assignment, options);
    expect(judge(undefined)).toThrow(InvalidArgumentError);
    expect(judge(undefined)).toThrow('certificate: assignment must be what a solver returned, got undefined');
    expect(judge({ ...BEST, rowDuals: new Float64Array(2) })).toThrow(ShapeError);
    expect(judge({ ...BEST, rowDuals: new Float64Array(2) })).toThrow(
      'certificate: assignment.rowDuals must hold 3 numbers for [3, 3] costs, got Float64Array of length 2',
    );
    expect(judge({ ...BEST, columnToRow: undefined })).toThrow('assignment.columnToRow must hold 3 numbers');
    expect(judge(BEST, { tolerance: -1 })).toThrow(
      'certificate: tolerance must be a finite number of at least 0',
    );
    expect(() => certificate([[NaN]], BEST)).toThrow('certificate: cost at row 0, column 0');
  });
});
