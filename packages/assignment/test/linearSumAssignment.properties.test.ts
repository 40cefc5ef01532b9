import { linearSumAssignment, type Assignment, type LinearSumAssignmentOptions } from '@pct/assignment';
import { InfeasibleAssignmentError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costs, entries, flat, transpose, type Costs } from './helpers/arbitraries.js';
import { bruteForce } from './helpers/bruteForce.js';
import { expectCertified, expectClose } from './helpers/certificate.js';

/** `undefined` where there is no assignment. */
function solve(matrix: Costs, options: LinearSumAssignmentOptions = {}): Assignment | undefined {
  try {
    return linearSumAssignment(flat(matrix), options);
  } catch (error) {
    if (error instanceof InfeasibleAssignmentError) return undefined;
    throw error;
  }
}

/** Magnitudes that rounding errors of a total are measured against. */
function sizes({ cost }: Costs): number[] {
  return cost.flat().filter(Number.isFinite);
}

/** The same problem gives the same optimum, whatever `change` did to how it is written down. */
function expectSameCost(matrix: Costs, changed: Costs, expected: (cost: number) => number): void {
  const before = solve(matrix);
  const after = solve(changed);
  expect(after === undefined).toBe(before === undefined);
  if (before !== undefined && after !== undefined) {
    expectClose(after.cost, expected(before.cost), [...sizes(matrix), ...sizes(changed)], 'cost');
  }
}

const price = fc.oneof(entries.real, entries.ties, entries.scales);

/** Prices of staying unmatched, in each of the accepted forms. */
function unmatchedFor({ cost, columns }: Costs): fc.Arbitrary<LinearSumAssignmentOptions['unmatchedCost']> {
  const many = (length: number): fc.Arbitrary<Float64Array> =>
    fc.array(price, { minLength: length, maxLength: length }).map((prices) => Float64Array.from(prices));
  return fc.oneof(
    price,
    fc.record({ rows: fc.oneof(price, many(cost.length)), columns: fc.oneof(price, many(columns)) }),
  );
}

describe('linearSumAssignment agrees with trying every matching', () => {
  it.each([false, true])('with forbidden and infeasible ones, maximize %s', (maximize) => {
    let infeasible = 0;
    fc.assert(
      fc.property(costs(6, { forbidden: maximize ? -Infinity : Infinity }), (matrix) => {
        const wanted = bruteForce(matrix.cost, matrix.columns, { maximize });
        const found = solve(matrix, { maximize });
        expect(found === undefined).toBe(wanted === undefined);
        if (found === undefined || wanted === undefined) {
          infeasible++;
          return;
        }
        expectClose(found.cost, wanted, sizes(matrix), 'cost');
        expectCertified(found, matrix.cost, matrix.columns, { maximize });
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(infeasible).toBeGreaterThan(20);
  });

  it.each([false, true])('with unmatched costs, maximize %s', (maximize) => {
    const problem = costs(6, { forbidden: maximize ? -Infinity : Infinity }).chain((matrix) =>
      fc.record({ matrix: fc.constant(matrix), unmatchedCost: unmatchedFor(matrix) }),
    );
    fc.assert(
      fc.property(problem, ({ matrix, unmatchedCost }) => {
        const options = { maximize, unmatchedCost };
        const found = linearSumAssignment(flat(matrix), options);
        expectCertified(found, matrix.cost, matrix.columns, options);
        const wanted = bruteForce(matrix.cost, matrix.columns, options)!;
        expectClose(found.cost, wanted, [...sizes(matrix), ...found.rowDuals, ...found.columnDuals], 'cost');
      }),
      { numRuns: 300, seed: 2 },
    );
  });
});

describe('linearSumAssignment', () => {
  it('proves its assignments optimal', () => {
    fc.assert(
      fc.property(costs(30, { forbidden: Infinity }), (matrix) => {
        const found = solve(matrix);
        if (found !== undefined) expectCertified(found, matrix.cost, matrix.columns);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  it('proves them optimal with unmatched costs', () => {
    const problem = costs(30, { forbidden: Infinity }).chain((matrix) =>
      fc.record({ matrix: fc.constant(matrix), unmatchedCost: unmatchedFor(matrix) }),
    );
    fc.assert(
      fc.property(problem, ({ matrix, unmatchedCost }) => {
        const found = linearSumAssignment(flat(matrix), { unmatchedCost });
        expectCertified(found, matrix.cost, matrix.columns, { unmatchedCost });
      }),
      { numRuns: 100, seed: 4 },
    );
  });

  it('does not mind the order of rows and columns', () => {
    const problem = costs(12, { forbidden: Infinity }).chain((matrix) =>
      fc.record({
        matrix: fc.constant(matrix),
        rows: fc.shuffledSubarray([...matrix.cost.keys()], { minLength: matrix.cost.length }),
        columns: fc.shuffledSubarray([...Array(matrix.columns).keys()], { minLength: matrix.columns }),
      }),
    );
    fc.assert(
      fc.property(problem, ({ matrix, rows, columns }) => {
        const cost = rows.map((i) => columns.map((j) => matrix.cost[i]![j]!));
        expectSameCost(matrix, { columns: matrix.columns, cost }, (total) => total);
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  it('is shifted by a constant added to a row of the shorter side', () => {
    fc.assert(
      fc.property(
        costs(12, { least: 1, forbidden: Infinity }),
        entries.scales,
        fc.nat(),
        (matrix, shift, pick) => {
          const wide = matrix.cost.length > matrix.columns ? transpose(matrix) : matrix;
          const chosen = pick % wide.cost.length;
          const cost = wide.cost.map((row, i) => (i === chosen ? row.map((c) => c + shift) : row));
          expectSameCost(wide, { columns: wide.columns, cost }, (total) => total + shift);
        },
      ),
      { numRuns: 100, seed: 6 },
    );
  });

  it('is the same for the transposed matrix', () => {
    fc.assert(
      fc.property(costs(12, { forbidden: Infinity }), (matrix) => {
        expectSameCost(matrix, transpose(matrix), (total) => total);
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  it('scales with the costs', () => {
    fc.assert(
      fc.property(
        costs(12, { forbidden: Infinity }),
        fc.integer({ min: -40, max: 40 }),
        (matrix, exponent) => {
          const found = solve(matrix);
          const factor = 2 ** exponent;
          const scaled = solve({ ...matrix, cost: matrix.cost.map((row) => row.map((c) => c * factor)) });
          // A power of two changes no mantissa: the very same steps are taken.
          expect(scaled?.rowToColumn).toEqual(found?.rowToColumn);
          expect(scaled?.cost).toBe(found === undefined ? undefined : found.cost * factor);
        },
      ),
      { numRuns: 100, seed: 8 },
    );
  });

  it('maximizes by minimizing the negative', () => {
    fc.assert(
      fc.property(costs(12, { forbidden: -Infinity }), (matrix) => {
        const most = solve(matrix, { maximize: true });
        const least = solve({ ...matrix, cost: matrix.cost.map((row) => row.map((c) => -c)) });
        expect(most?.rowToColumn).toEqual(least?.rowToColumn);
        expect(most?.cost).toBe(least === undefined ? undefined : 0 - least.cost);
        expect(most?.rowDuals).toEqual(least?.rowDuals.map((dual) => 0 - dual));
        expect(most?.columnDuals).toEqual(least?.columnDuals.map((dual) => 0 - dual));
      }),
      { numRuns: 100, seed: 9 },
    );
  });

  it('leaves nothing unmatched that could be matched when this is dear enough', () => {
    fc.assert(
      fc.property(costs(12), (matrix) => {
        const dear = 1e9;
        const found = linearSumAssignment(flat(matrix), { unmatchedCost: dear });
        const left = Math.abs(matrix.cost.length - matrix.columns);
        expect(found.cost - left * dear).toBeCloseTo(linearSumAssignment(flat(matrix)).cost, 3);
      }),
      { numRuns: 100, seed: 10 },
    );
  });
});
