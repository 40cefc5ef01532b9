import { createRng } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COST_TYPES, makeCosts } from '../../bench/costs.js';
import { PlainScans } from '../../src/kernels/plainScans.js';
import type { RowScans } from '../../src/kernels/rowScans.js';
import {
  createState,
  solveShortestAugmentingPath,
  writeRowDuals,
  type Blocked,
  type DenseProblem,
} from '../../src/kernels/shortestAugmentingPath.js';
import { SimdScans } from '../../src/kernels/simdScans.js';
import { solveReference } from '../../src/kernels/shortestAugmentingPath.reference.js';
import { costs, flat } from '../helpers/arbitraries.js';
import { expectClose } from '../helpers/certificate.js';

/** What the reference reads. */
type TestProblem = DenseProblem & { readonly cost: Float64Array };

/** Each way to scan rows, for a problem of so many entries and columns. */
const SCANS: readonly (readonly [string, (entries: number, columns: number) => RowScans])[] = [
  ['plain', (entries, columns) => new PlainScans(entries, columns, 'float64')],
  ['SIMD', (entries, columns) => SimdScans.create(entries, columns, 'float64')!],
];

type MakeScans = (typeof SCANS)[number][1];

interface Solution {
  readonly rowToColumn: Int32Array;
  readonly columnToRow: Int32Array;
  readonly rowDuals: Float64Array;
  readonly columnDuals: Float64Array;
}

/** Solves in new memory. */
function solveKernel(make: MakeScans, problem: DenseProblem): Solution | Blocked {
  const { rows, columns, cost } = problem;
  const state = createState(make(rows * columns, columns), rows, columns);
  state.scans.cost.set(cost);
  const solved = solveShortestAugmentingPath(problem, state);
  if (typeof solved === 'object') return solved;
  expect(solved).toBe(true);
  const rowDuals = new Float64Array(rows);
  writeRowDuals(problem, state, rowDuals);
  return {
    rowToColumn: state.rowToColumn,
    columnToRow: state.scans.columnToRow.slice(0, columns),
    rowDuals,
    columnDuals: state.scans.columnDuals.slice(0, columns),
  };
}

/** The kernel's total, from its matching; `undefined` if it found none. */
function kernelCost(make: MakeScans, problem: DenseProblem): number | undefined {
  const solution = solveKernel(make, problem);
  if (!('rowToColumn' in solution)) return undefined;
  const { rows, columns, cost, unmatchedRow, unmatchedColumn, perfect } = problem;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const j = solution.rowToColumn[i]!;
    total += j < 0 ? unmatchedRow[i]! : cost[i * columns + j]!;
  }
  if (!perfect) solution.columnToRow.forEach((i, j) => (total += i < 0 ? unmatchedColumn[j]! : 0));
  const duals = [...solution.rowDuals, ...solution.columnDuals];
  expectClose(
    duals.reduce((sum, dual) => sum + dual, 0),
    total,
    duals,
    'sum of duals',
  );
  return total;
}

function expectAgreement(make: MakeScans, problem: TestProblem): void {
  const reference = solveReference(problem);
  const total = kernelCost(make, problem);
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
function strict(rows: number, columns: number, cost: Float64Array): TestProblem {
  return {
    rows,
    columns,
    cost,
    unmatchedRow: new Float64Array(rows).fill(Infinity),
    unmatchedColumn: new Float64Array(columns),
    perfect: rows === columns,
  };
}

describe.each(SCANS)(
  'solveShortestAugmentingPath with %s scans agrees with the plain reference',
  (_, make) => {
    it.each(COST_TYPES)('on %s costs', (type) => {
      for (const [rows, columns] of [
        [60, 60],
        [60, 80],
        [79, 80],
        [1, 80],
      ] as const) {
        expectAgreement(make, strict(rows, columns, makeCosts(type, rows, columns, rows)));
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
          expectAgreement(make, { rows, columns, cost, unmatchedRow, unmatchedColumn, perfect: false });
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
          expectAgreement(make, {
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
          const found = solveKernel(make, strict(rows, columns, data));
          if ('rowToColumn' in found) return;
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
  },
);
