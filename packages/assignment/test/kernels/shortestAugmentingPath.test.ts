import { createRng } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COST_TYPES, makeCosts } from '../../bench/costs.js';
import {
  createState,
  rowDualsOf,
  solveShortestAugmentingPath,
  type DenseProblem,
} from '../../src/kernels/shortestAugmentingPath.js';
import { solveReference } from '../../src/kernels/shortestAugmentingPath.reference.js';
import { costs, flat } from '../helpers/arbitraries.js';
import { expectClose } from '../helpers/certificate.js';

/** The kernel's total, from its matching; `undefined` if it found none. */
function kernelCost(problem: DenseProblem): number | undefined {
  const state = createState(problem);
  if (solveShortestAugmentingPath(problem, state) !== undefined) return undefined;
  const { rows, columns, cost, unmatchedRow, unmatchedColumn, perfect } = problem;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const j = state.rowToColumn[i]!;
    total += j < 0 ? unmatchedRow[i]! : cost[i * columns + j]!;
  }
  if (!perfect) state.columnToRow.forEach((i, j) => (total += i < 0 ? unmatchedColumn[j]! : 0));
  const duals = [...rowDualsOf(problem, state), ...state.columnDuals];
  expectClose(
    duals.reduce((sum, dual) => sum + dual, 0),
    total,
    duals,
    'sum of duals',
  );
  return total;
}

function expectAgreement(problem: DenseProblem): void {
  const reference = solveReference(problem);
  const total = kernelCost(problem);
  expect(total === undefined).toBe(reference === undefined);
  if (total !== undefined) {
    expectClose(
      total,
      reference!.cost,
      [...problem.unmatchedColumn, ...problem.cost.filter(Number.isFinite)],
      'cost',
    );
  }
}

/** No row and, if square, no column may stay unmatched. */
function strict(rows: number, columns: number, cost: Float64Array): DenseProblem {
  return {
    rows,
    columns,
    cost,
    unmatchedRow: new Float64Array(rows).fill(Infinity),
    unmatchedColumn: new Float64Array(columns),
    perfect: rows === columns,
  };
}

describe('solveShortestAugmentingPath agrees with the plain reference', () => {
  it.each(COST_TYPES)('on %s costs', (type) => {
    for (const [rows, columns] of [
      [60, 60],
      [60, 80],
      [79, 80],
      [1, 80],
    ] as const) {
      expectAgreement(strict(rows, columns, makeCosts(type, rows, columns, rows)));
    }
  });

  it.each(COST_TYPES)('on sparse %s costs with prices of staying unmatched', (type) => {
    const rng = createRng(11);
    for (const [rows, columns] of [
      [40, 40],
      [30, 60],
      [60, 30],
    ] as const) {
      for (const allowed of [0.05, 0.5]) {
        const cost = makeCosts(type, rows, columns, columns).map((c) =>
          rng.uniform() < allowed ? c : Infinity,
        );
        const unmatchedRow = new Float64Array(rows).map(() => 0.2 * rng.uniform());
        const unmatchedColumn = new Float64Array(columns).map(() => 0.2 * rng.uniform() - 0.05);
        expectAgreement({ rows, columns, cost, unmatchedRow, unmatchedColumn, perfect: false });
      }
    }
  });

  it('where some rows must be matched and others need not', () => {
    const problem = costs(14, { forbidden: Infinity }).chain((matrix) => {
      const row = fc.oneof(fc.constant(Infinity), fc.integer({ min: -20, max: 20 }));
      const column = fc.integer({ min: -20, max: 20 });
      return fc.record({
        matrix: fc.constant(matrix),
        unmatchedRow: fc.array(row, { minLength: matrix.cost.length, maxLength: matrix.cost.length }),
        unmatchedColumn: fc.array(column, { minLength: matrix.columns, maxLength: matrix.columns }),
      });
    });
    fc.assert(
      fc.property(problem, ({ matrix, unmatchedRow, unmatchedColumn }) => {
        const { rows, columns, data } = flat(matrix);
        expectAgreement({
          rows,
          columns,
          cost: data,
          unmatchedRow: Float64Array.from(unmatchedRow),
          unmatchedColumn: Float64Array.from(unmatchedColumn),
          perfect: false,
        });
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('names rows that really have too few columns', () => {
    let blocked = 0;
    fc.assert(
      fc.property(costs(14, { least: 1, forbidden: Infinity }), (matrix) => {
        const { rows, columns, data } = flat(matrix);
        fc.pre(rows <= columns);
        const found = solveShortestAugmentingPath(
          strict(rows, columns, data),
          createState(strict(rows, columns, data)),
        );
        if (found === undefined) return;
        blocked++;
        expect(found.rows).toHaveLength(found.columns.length + 1);
        const reachable = found.rows.flatMap((i) =>
          matrix.cost[i]!.flatMap((c, j) => (c < Infinity && !found.columns.includes(j) ? [j] : [])),
        );
        expect(reachable).toEqual([]);
      }),
      { numRuns: 200, seed: 2 },
    );
    expect(blocked).toBeGreaterThan(10);
  });
});
