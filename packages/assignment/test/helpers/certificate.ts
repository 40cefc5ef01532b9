import { expect } from 'vitest';
import type { Assignment, LinearSumAssignmentOptions } from '@pct/assignment';

/** Rounding errors that a certificate may show, relative to the largest number that takes part in it. */
const RELATIVE = 1e-9;

/**
 * Checks everything that `Assignment` promises: a matching of the right size, its cost, and duals that prove that
 * no other matching is better. Nothing in here knows how the assignment was found.
 */
export function expectCertified(
  assignment: Assignment,
  cost: readonly (readonly number[])[],
  columns: number,
  { maximize = false, unmatchedCost }: LinearSumAssignmentOptions = {},
): void {
  const rows = cost.length;
  const { rowToColumn, columnToRow, rowDuals: u, columnDuals: v } = assignment;
  expect([rowToColumn.length, columnToRow.length]).toEqual([rows, columns]);
  expect([u.length, v.length]).toEqual([rows, columns]);
  expect([...u, ...v].filter((dual) => !Number.isFinite(dual))).toEqual([]);

  const pairs = [...rowToColumn.entries()].filter(([, j]) => j >= 0);
  expect([...columnToRow].filter((i) => i >= 0)).toHaveLength(pairs.length);
  for (const [i, j] of pairs) expect(columnToRow[j]).toBe(i);

  const prices = pricesOf(unmatchedCost, rows, columns);
  const terms = pairs.map(([i, j]) => cost[i]![j]!);
  if (unmatchedCost === undefined) {
    expect(pairs).toHaveLength(Math.min(rows, columns));
  } else {
    rowToColumn.forEach((j, i) => j < 0 && terms.push(prices.rows[i]!));
    columnToRow.forEach((i, j) => i < 0 && terms.push(prices.columns[j]!));
  }
  expectClose(assignment.cost, sumOf(terms), terms, 'cost');
  expectClose(sumOf([...u, ...v]), assignment.cost, [...u, ...v], 'sum of duals');

  const tolerance = RELATIVE * largest([...u, ...v, ...prices.rows, ...prices.columns, ...terms]);
  const sign = maximize ? -1 : 1;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const slack = sign * (cost[i]![j]! - u[i]! - v[j]!);
      expect(slack, `slack of pair ${i}, ${j}`).toBeGreaterThanOrEqual(-tolerance);
      if (rowToColumn[i] === j) expect(slack, `slack of matched ${i}, ${j}`).toBeLessThanOrEqual(tolerance);
    }
  }
  const expectBounded = (duals: Float64Array, partner: Int32Array, bounds: Float64Array): void => {
    duals.forEach((dual, k) => {
      if (partner[k]! < 0) expect(dual, `dual of unmatched ${k}`).toBe(bounds[k]!);
      expect(sign * (bounds[k]! - dual), `bound on dual ${k}`).toBeGreaterThanOrEqual(-tolerance);
    });
  };
  if (unmatchedCost !== undefined || rows > columns) expectBounded(u, rowToColumn, prices.rows);
  if (unmatchedCost !== undefined || columns > rows) expectBounded(v, columnToRow, prices.columns);
}

/** Equal up to `RELATIVE` times the size of `terms` and of both values. */
export function expectClose(actual: number, wanted: number, terms: readonly number[], what: string): void {
  const tolerance = RELATIVE * largest([actual, wanted, ...terms]);
  expect(Math.abs(actual - wanted), `${what}: ${actual} against ${wanted}`).toBeLessThanOrEqual(tolerance);
}

/** One price per row and column; 0 where the option is not given. */
function pricesOf(
  unmatchedCost: LinearSumAssignmentOptions['unmatchedCost'],
  rows: number,
  columns: number,
): { rows: Float64Array; columns: Float64Array } {
  const sides =
    typeof unmatchedCost === 'object' ? unmatchedCost : { rows: unmatchedCost, columns: unmatchedCost };
  const written = (of: number | ArrayLike<number> | undefined, length: number): Float64Array =>
    typeof of === 'object' ? Float64Array.from(of) : new Float64Array(length).fill(of ?? 0);
  return { rows: written(sides.rows, rows), columns: written(sides.columns, columns) };
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function sumOf(terms: readonly number[]): number {
  return [...terms].sort((a, b) => Math.abs(a) - Math.abs(b)).reduce((total, term) => total + term, 0);
}
