import { certificate, type Assignment, type LinearSumAssignmentOptions } from '@pct/assignment';
import { expect } from 'vitest';

/** Rounding errors that a total may show, relative to the largest number that takes part in it. */
const RELATIVE = 1e-9;

/** Checks with `certificate` that `assignment` is an optimal one of the `columns` columns of `cost`. */
export function expectCertified(
  assignment: Assignment,
  cost: readonly (readonly number[])[],
  columns: number,
  options: LinearSumAssignmentOptions = {},
): void {
  const data = Float64Array.from(cost.flat());
  const { advice, ...found } = certificate({ rows: cost.length, columns, data }, assignment, options);
  expect(found, advice).toMatchObject({ optimal: true, status: 'optimal' });
}

/** Equal up to `RELATIVE` times the size of `terms` and of both values. */
export function expectClose(actual: number, wanted: number, terms: readonly number[], what: string): void {
  const tolerance = [actual, wanted, ...terms].reduce((most, x) => Math.max(most, Math.abs(x)), 0) * RELATIVE;
  expect(Math.abs(actual - wanted), `${what}: ${actual} against ${wanted}`).toBeLessThanOrEqual(tolerance);
}
