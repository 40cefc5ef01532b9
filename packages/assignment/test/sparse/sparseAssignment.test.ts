import {
  certificate,
  linearSumAssignment,
  sparseAssignment,
  type Assignment,
  type CooCostMatrix,
  type CsrCostMatrix,
  type LinearSumAssignmentOptions,
  type SparseCostMatrix,
} from '@pct/assignment';
import { createRng, InfeasibleAssignmentError, InvalidArgumentError, ShapeError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSparseCosts, SPARSE_TYPES } from '../../bench/sparseCosts.js';
import { costs, flat, type Costs } from '../helpers/arbitraries.js';
import { bruteForce } from '../helpers/bruteForce.js';
import { expectCertified, expectClose } from '../helpers/certificate.js';
import { unmatchedFor } from '../helpers/unmatched.js';

/** The allowed pairs of a dense matrix, shuffled by `seed`. */
function coordinates({ cost, columns }: Costs, seed = 0): CooCostMatrix {
  const pairs = cost.flatMap((row, i) =>
    row.flatMap((value, j) => (Math.abs(value) === Infinity ? [] : [{ i, j, value }])),
  );
  const order = [...createRng(seed).permutation(pairs.length)].map((k) => pairs[k]!);
  return {
    rows: cost.length,
    columns,
    rowIndices: Int32Array.from(order, ({ i }) => i),
    columnIndices: Int32Array.from(order, ({ j }) => j),
    values: Float64Array.from(order, ({ value }) => value),
  };
}

/** All pairs of a dense matrix by row, last column first, forbidden ones as such. */
function byRow({ cost, columns }: Costs): CsrCostMatrix {
  return {
    rows: cost.length,
    columns,
    rowOffsets: Array.from({ length: cost.length + 1 }, (_, i) => i * columns),
    columnIndices: cost.flatMap((row) => [...row.keys()].reverse()),
    values: cost.flatMap((row) => row.toReversed()),
  };
}

function solve(cost: SparseCostMatrix, options: LinearSumAssignmentOptions): Assignment | undefined {
  try {
    return sparseAssignment(cost, options);
  } catch (error) {
    if (error instanceof InfeasibleAssignmentError) return undefined;
    throw error;
  }
}

const SMALL: CsrCostMatrix = {
  rows: 2,
  columns: 3,
  rowOffsets: [0, 2, 4],
  columnIndices: [0, 1, 1, 2],
  values: [4, 1, 0, 5],
};

describe('sparseAssignment', () => {
  it('solves a small problem in each form', () => {
    const forms: SparseCostMatrix[] = [
      SMALL,
      {
        rows: 2,
        columns: 3,
        rowIndices: [1, 0, 1, 0],
        columnIndices: [2, 1, 1, 0],
        values: Float32Array.of(5, 1, 0, 4),
      },
    ];
    for (const form of forms) {
      const assignment = sparseAssignment(form);
      expect(assignment.rowToColumn).toEqual(Int32Array.of(0, 1));
      expect(assignment.columnToRow).toEqual(Int32Array.of(0, 1, -1));
      expect(assignment.cost).toBe(4);
      expect(certificate(form, assignment).optimal).toBe(true);
    }
  });

  it('takes a listed 0 as a cost and dense costs as well', () => {
    const cost = { rows: 1, columns: 2, rowOffsets: [0, 2], columnIndices: [0, 1], values: [0, 3] };
    expect(sparseAssignment(cost).rowToColumn).toEqual(Int32Array.of(0));
    expect(
      sparseAssignment([
        [4, 1, Infinity],
        [Infinity, 0, 5],
      ]),
    ).toEqual(sparseAssignment(SMALL));
  });

  it.each([
    [0, 0],
    [0, 3],
    [3, 0],
  ])('gives an empty assignment for %d x %d', (rows, columns) => {
    const cost = { rows, columns, rowIndices: [], columnIndices: [], values: [] };
    expect(sparseAssignment(cost).cost).toBe(0);
    const left = sparseAssignment(cost, { unmatchedCost: { rows: 2, columns: 5 } });
    expect(left.cost).toBe(2 * rows + 5 * columns);
    expect(left.rowDuals).toEqual(new Float64Array(rows).fill(2));
  });

  it('leaves empty rows and columns unmatched where this has a price', () => {
    const cost = { rows: 3, columns: 2, rowIndices: [1], columnIndices: [0], values: [1] };
    const assignment = sparseAssignment(cost, { unmatchedCost: 2 });
    expect(assignment.rowToColumn).toEqual(Int32Array.of(-1, 0, -1));
    expect(assignment.cost).toBe(7);
    expect(certificate(cost, assignment, { unmatchedCost: 2 }).optimal).toBe(true);
  });

  it('gives the identity where all pairs are equal', () => {
    const cost = Array.from({ length: 6 }, () => new Array<number>(6).fill(3));
    expect([...sparseAssignment(coordinates({ cost, columns: 6 })).rowToColumn]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('neither changes nor keeps what it is given', () => {
    const values = Float64Array.of(4, 1, 0, 5);
    const cost = {
      ...SMALL,
      values,
      columnIndices: Int32Array.of(0, 1, 1, 2),
      rowOffsets: Int32Array.of(0, 2, 4),
    };
    const assignment = sparseAssignment(cost, { maximize: true });
    const before = structuredClone(assignment);
    expect([...values, ...cost.columnIndices, ...cost.rowOffsets]).toEqual([4, 1, 0, 5, 0, 1, 1, 2, 0, 2, 4]);
    values.fill(0);
    expect(assignment).toEqual(before);
  });

  it('adds up a pair that is listed several times if asked to', () => {
    const cost = {
      rows: 2,
      columns: 2,
      rowIndices: [0, 1, 0, 0, 1],
      columnIndices: [0, 1, 1, 0, 1],
      values: [1, 2, 9, 4, Infinity],
    };
    expect(() => sparseAssignment(cost)).toThrow(
      new InvalidArgumentError(
        'sparseAssignment: the pair of row 0 and column 0 must be listed once, got it several times; ' +
          "pass duplicates: 'sum' to add up its costs",
      ),
    );
    const summed = sparseAssignment(cost, { duplicates: 'sum', unmatchedCost: 4 });
    expect(summed.rowToColumn).toEqual(Int32Array.of(0, -1));
    expect(summed.cost).toBe(5 + 8);
    expect(certificate(cost, summed, { duplicates: 'sum', unmatchedCost: 4 }).optimal).toBe(true);
    const tall = { ...cost, rows: 3 };
    expect(() => sparseAssignment(tall)).toThrow('row 0 and column 0');
  });
});

describe('sparseAssignment agrees with the dense solver', () => {
  it.each([false, true])('with forbidden and infeasible ones, maximize %s', (maximize) => {
    let infeasible = 0;
    fc.assert(
      fc.property(costs(12, { forbidden: maximize ? -Infinity : Infinity }), fc.nat(), (matrix, seed) => {
        const found = solve(coordinates(matrix, seed), { maximize });
        expect(solve(byRow(matrix), { maximize })).toEqual(found);
        let dense: Assignment | undefined;
        try {
          dense = linearSumAssignment(flat(matrix), { maximize });
        } catch (error) {
          expect(error).toBeInstanceOf(InfeasibleAssignmentError);
        }
        expect(found === undefined).toBe(dense === undefined);
        if (found === undefined || dense === undefined) {
          infeasible++;
          return;
        }
        expectClose(found.cost, dense.cost, matrix.cost.flat().filter(Number.isFinite), 'cost');
        expectCertified(found, matrix.cost, matrix.columns, { maximize });
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(infeasible).toBeGreaterThan(10);
  });

  it.each([false, true])('and with trying every matching, with unmatched costs, maximize %s', (maximize) => {
    const problem = costs(6, { forbidden: maximize ? -Infinity : Infinity }).chain((matrix) =>
      fc.record({ matrix: fc.constant(matrix), unmatchedCost: unmatchedFor(matrix) }),
    );
    fc.assert(
      fc.property(problem, ({ matrix, unmatchedCost }) => {
        const options = { maximize, unmatchedCost };
        const found = sparseAssignment(coordinates(matrix), options);
        expectCertified(found, matrix.cost, matrix.columns, options);
        const sizes = [
          ...matrix.cost.flat().filter(Number.isFinite),
          ...found.rowDuals,
          ...found.columnDuals,
        ];
        expectClose(found.cost, bruteForce(matrix.cost, matrix.columns, options)!, sizes, 'cost');
        expectClose(found.cost, linearSumAssignment(flat(matrix), options).cost, sizes, 'cost');
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it('names rows that really have too few columns', () => {
    let blocked = 0;
    fc.assert(
      fc.property(costs(8, { least: 1, forbidden: Infinity }), (matrix) => {
        try {
          sparseAssignment(coordinates(matrix));
        } catch (error) {
          const [rowWord, rows, columnWord, columns] =
            /(row|column)s \(([\d, ]+)\) have only \d+ (row|column)s? \(([\d, ]*)\)/
              .exec((error as Error).message)
              ?.slice(1) ?? [];
          if (rows === undefined || columns === undefined) return;
          blocked++;
          const numbers = (text: string): number[] => (text === '' ? [] : text.split(', ').map(Number));
          const named = numbers(rows);
          const allowed = new Set(numbers(columns));
          expect(rowWord).not.toBe(columnWord);
          expect(named.length).toBeGreaterThan(allowed.size);
          for (const i of named) {
            const partners = rowWord === 'row' ? matrix.cost[i]! : matrix.cost.map((row) => row[i]!);
            partners.forEach((cost, j) => cost < Infinity && expect(allowed.has(j)).toBe(true));
          }
        }
      }),
      { numRuns: 300, seed: 3 },
    );
    expect(blocked).toBeGreaterThan(5);
  });
});

describe('sparseAssignment proves its assignments optimal', () => {
  it.each(SPARSE_TYPES)('for 5000 x 5000 %s costs', (type) => {
    const cost = makeSparseCosts(type, 5000, 6, 4);
    for (const options of [{}, { maximize: true }, { unmatchedCost: { rows: 0.1, columns: 0.2 } }]) {
      const found = certificate(cost, sparseAssignment(cost, options), options);
      expect(found.status, found.advice).toBe('optimal');
    }
  });

  it.each([
    [1500, 4000],
    [4000, 1500],
  ])('for %d x %d', (rows, columns) => {
    const rng = createRng(8);
    const count = 20_000;
    const cost = {
      rows,
      columns,
      rowIndices: Int32Array.from({ length: count }, () => rng.integer(0, rows)),
      columnIndices: Int32Array.from({ length: count }, () => rng.integer(0, columns)),
      values: Float64Array.from({ length: count }, () => rng.normal()),
    };
    const options = { duplicates: 'sum', unmatchedCost: 0.3 } as const;
    const found = certificate(cost, sparseAssignment(cost, options), options);
    expect(found.status, found.advice).toBe('optimal');
  });

  it('where 1e12 stands for "rather not"', () => {
    const cost = makeSparseCosts('uniform', 500, 8, 5);
    const values = Float64Array.from(cost.values, (c, k) => (k % 8 === 0 || k % 3 === 0 ? c : 1e12));
    const soft = { ...cost, values };
    const hard = { ...cost, values: values.map((c) => (c === 1e12 ? Infinity : c)) };
    const assignment = sparseAssignment(soft);
    expect(certificate(soft, assignment).optimal).toBe(true);
    expect(assignment.rowToColumn).toEqual(sparseAssignment(hard).rowToColumn);
    expect(certificate(hard, assignment).gap).toBeLessThan(1e-9);
  });
});

describe('sparseAssignment rejects', () => {
  it.each([
    [
      { ...SMALL, rows: -1 },
      InvalidArgumentError,
      'cost.rows must be an integer from 0 to 2147483647, got -1',
    ],
    [{ ...SMALL, columns: NaN }, InvalidArgumentError, 'cost.columns must be an integer from 0'],
    [{ ...SMALL, rowOffsets: [0, 4] }, ShapeError, 'cost.rowOffsets must hold rows + 1 = 3 numbers, got 2'],
    [{ ...SMALL, rowOffsets: [1, 2, 4] }, InvalidArgumentError, 'got 1 at 0'],
    [{ ...SMALL, rowOffsets: [0, 5, 4] }, InvalidArgumentError, 'got 5 at 1'],
    [
      { ...SMALL, rowOffsets: [0, 2, 3] },
      InvalidArgumentError,
      'the number of entries, 4, in integers, got 3 at 2',
    ],
    [{ ...SMALL, rowOffsets: [0, 1.5, 4] }, InvalidArgumentError, 'got 1.5 at 1'],
    [
      { ...SMALL, columnIndices: [0, 1, 3, 2] },
      InvalidArgumentError,
      'cost.columnIndices[2] must be an integer from 0 and below 3, got 3',
    ],
    [{ ...SMALL, columnIndices: [0, 1, -1, 2] }, InvalidArgumentError, 'got -1'],
    [
      { ...SMALL, values: [1, 2, 3] },
      ShapeError,
      'cost.values must hold one number for each of the 4 entries, got 3',
    ],
    [
      { ...SMALL, values: undefined },
      InvalidArgumentError,
      'cost.values must be an array of numbers, got undefined',
    ],
    [
      { ...SMALL, columnIndices: 3 },
      InvalidArgumentError,
      'cost.columnIndices must be an array of numbers, got 3',
    ],
    [
      { rows: 2, columns: 2, rowIndices: [2], columnIndices: [0], values: [1] },
      InvalidArgumentError,
      'cost.rowIndices[0] must be an integer from 0 and below 2, got 2',
    ],
    [
      { rows: 2, columns: 2, rowIndices: [1], columnIndices: [0, 1], values: [1] },
      ShapeError,
      'cost.columnIndices must hold one number for each of the 1 entries, got 2',
    ],
    [undefined, InvalidArgumentError, 'or a dense matrix, got undefined'],
    [{ rows: 1, columns: 1 }, InvalidArgumentError, 'cost must be'],
  ])('%j', (cost, type, message) => {
    const call = (): unknown => sparseAssignment(cost as never);
    expect(call).toThrow(type);
    expect(call).toThrow(message);
    expect(call).toThrow(/^sparseAssignment: /);
  });

  it.each([NaN, -Infinity, 1e301, '1', undefined])('a cost of %s, naming its row and column', (bad) => {
    const values = [4, 1, bad, 5] as number[];
    expect(() => sparseAssignment({ ...SMALL, values })).toThrow(InvalidArgumentError);
    expect(() => sparseAssignment({ ...SMALL, values })).toThrow(
      'sparseAssignment: cost at row 1, column 1 (entry 2) must be a number of at most 1e+300 in size or Infinity, got',
    );
  });

  it('a gain of Infinity, sums that are too large, and options that are none', () => {
    expect(() => sparseAssignment({ ...SMALL, values: [1, Infinity, 1, 1] }, { maximize: true })).toThrow(
      'cost at row 0, column 1 (entry 1) must be a number of at most 1e+300 in size or -Infinity, got Infinity',
    );
    const twice = { rows: 1, columns: 1, rowIndices: [0, 0], columnIndices: [0, 0], values: [1e300, 1e300] };
    expect(() => sparseAssignment(twice, { duplicates: 'sum' })).toThrow(
      'the costs at row 0, column 0 must not sum to more than 1e+300 in size, got 2e+300',
    );
    expect(() => sparseAssignment(SMALL, { duplicates: 'keep' as never })).toThrow(
      'duplicates must be one of',
    );
    expect(() => sparseAssignment(SMALL, { maximize: 1 as never })).toThrow('maximize must be one of');
    expect(() => sparseAssignment(SMALL, { unmatchedCost: NaN })).toThrow(
      'unmatchedCost must be a finite number',
    );
    expect(() => sparseAssignment(SMALL, { unmatchedCost: { rows: [1], columns: 1 } })).toThrow(ShapeError);
  });

  it('problems without an assignment', () => {
    const call = (rows: number, columns: number, pairs: [number, number][]) => (): unknown =>
      sparseAssignment({
        rows,
        columns,
        rowIndices: pairs.map(([i]) => i),
        columnIndices: pairs.map(([, j]) => j),
        values: pairs.map(() => 1),
      });
    expect(call(2, 2, [[0, 0]])).toThrow(InfeasibleAssignmentError);
    expect(call(2, 2, [[0, 0]])).toThrow(
      'sparseAssignment: no assignment of the [2, 2] costs uses only allowed pairs: row 1 has no allowed pair; ' +
        'allow more pairs, or pass unmatchedCost to leave some unmatched',
    );
    const noColumn = call(2, 2, [
      [0, 0],
      [1, 0],
    ]);
    expect(noColumn).toThrow('column 1 has no allowed pair');
    const tall = call(3, 2, [
      [0, 0],
      [0, 1],
    ]);
    expect(tall).toThrow('2 columns (0, 1) have only 1 row (0) between them');
  });
});
