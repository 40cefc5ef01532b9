import { linearSumAssignment, type CostMatrix } from '@pct/assignment';
import { InvalidArgumentError, ShapeError } from '@pct/core';
import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';

/** What callers without types may pass. */
function untyped(value: unknown): CostMatrix {
  return value as CostMatrix;
}

function expectError(solve: () => unknown, type: new (message: string) => Error, message: string): void {
  expect(solve).toThrow(type);
  expect(solve).toThrow(new type(message));
}

describe('linearSumAssignment rejects', () => {
  it.each([
    ['nothing', undefined, 'got undefined'],
    ['null', null, 'got null'],
    ['a number', 3, 'got 3'],
    ['a string', 'cost', 'got "cost"'],
    ['a bare typed array', new Float64Array(4), 'got Float64Array of length 4'],
    ['a function', (): number => 1, 'got function'],
  ])('%s', (_, cost, got) => {
    expectError(
      () => linearSumAssignment(untyped(cost)),
      InvalidArgumentError,
      'linearSumAssignment: cost must be { rows, columns, data }, an array of rows or a Matrix of ml-matrix, ' +
        got,
    );
  });

  it('a matrix without its data', () => {
    expect(() => linearSumAssignment(untyped({ rows: 1, columns: 1 }))).toThrow('got an object');
  });

  it.each([
    [-1, 2],
    [1.5, 2],
    [2, NaN],
    [2, undefined],
  ])('a shape of %s x %s', (rows, columns) => {
    expectError(
      () => linearSumAssignment(untyped({ rows, columns, data: [] })),
      InvalidArgumentError,
      `linearSumAssignment: cost.rows and cost.columns must be integers from 0, got ${rows} and ${columns}`,
    );
  });

  it('a flat array as nested one', () => {
    expectError(
      () => linearSumAssignment(untyped([1, 2])),
      InvalidArgumentError,
      'linearSumAssignment: row 0 of cost must be an array of numbers, got 1; pass a flat array as { rows, columns, data }',
    );
  });

  it('ragged rows', () => {
    expectError(
      () => linearSumAssignment([[1, 2], [1, 2], [1]]),
      ShapeError,
      'linearSumAssignment: all rows of cost must have as many columns as row 0 (2), row 2 has 1',
    );
  });

  it('data that do not fill the shape', () => {
    expectError(
      () => linearSumAssignment({ rows: 2, columns: 3, data: new Float64Array(5) }),
      ShapeError,
      'linearSumAssignment: cost.data must hold rows * columns = 2 * 3 numbers, got 5',
    );
  });

  it.each([NaN, -Infinity])('a cost of %s, wherever and in whatever form it is', (bad) => {
    const nested = [
      [1, 2, 3],
      [4, 5, bad],
    ];
    const data = nested.flat();
    const message =
      'linearSumAssignment: cost at row 1, column 2 must be a finite number or Infinity, ' +
      `got ${bad}; Infinity forbids a pair`;
    const forms: CostMatrix[] = [
      nested,
      new Matrix(nested),
      { rows: 2, columns: 3, data },
      { rows: 2, columns: 3, data: Float64Array.from(data) },
      { rows: 2, columns: 3, data: Float32Array.from(data) },
    ];
    for (const form of forms) expectError(() => linearSumAssignment(form), InvalidArgumentError, message);
    const tall = { rows: 3, columns: 2, data: Float64Array.of(1, 2, 3, bad, 5, 6) };
    expect(() => linearSumAssignment(tall)).toThrow('cost at row 1, column 1 must be');
  });

  it.each([NaN, Infinity])('a gain of %s when maximizing', (bad) => {
    expectError(
      () => linearSumAssignment([[bad]], { maximize: true }),
      InvalidArgumentError,
      'linearSumAssignment: cost at row 0, column 0 must be a finite number or -Infinity, ' +
        `got ${bad}; -Infinity forbids a pair`,
    );
  });

  it('costs that are not numbers', () => {
    expect(() => linearSumAssignment(untyped([[1, '2']]))).toThrow('cost at row 0, column 1 must be');
    expect(() => linearSumAssignment(untyped([[1, '2']]))).toThrow('got "2"');
    expect(() => linearSumAssignment(untyped([[1, undefined]]))).toThrow('got undefined');
    expect(() => linearSumAssignment(untyped({ rows: 1, columns: 1, data: [1n] }))).toThrow('got 1n');
  });

  it('a maximize that is no boolean', () => {
    expectError(
      () => linearSumAssignment([[1]], { maximize: 'yes' as never }),
      InvalidArgumentError,
      'linearSumAssignment: maximize must be one of true, false, got "yes"',
    );
  });

  it('costs that would overflow', () => {
    expectError(
      () => linearSumAssignment([[1, Number.MAX_VALUE]]),
      InvalidArgumentError,
      'linearSumAssignment: cost at row 0, column 1 must be a finite number or Infinity, got 1.7976931348623157e+308; ' +
        'costs beyond 1e+300 in size would overflow: rescale, or use Infinity to forbid the pair',
    );
  });

  it.each([NaN, Infinity, -Infinity])('an unmatchedCost of %s', (bad) => {
    const prices = (label: string): string =>
      `linearSumAssignment: ${label} must be a finite number of at most 1e+300 in size, got ${bad}`;
    const solve = (unmatchedCost: never): unknown => linearSumAssignment([[1, 2]], { unmatchedCost });
    expectError(() => solve(bad as never), InvalidArgumentError, prices('unmatchedCost'));
    expectError(
      () => solve({ rows: 1, columns: bad } as never),
      InvalidArgumentError,
      prices('unmatchedCost.columns'),
    );
    expectError(
      () => solve({ rows: 1, columns: [0, bad] } as never),
      InvalidArgumentError,
      prices('unmatchedCost.columns[1]'),
    );
  });

  it('an unmatchedCost of the wrong shape', () => {
    const solve = (unmatchedCost: unknown): unknown =>
      linearSumAssignment([[1, 2]], { unmatchedCost: unmatchedCost as number });
    expectError(
      () => solve({ rows: [1, 2], columns: 1 }),
      ShapeError,
      'linearSumAssignment: unmatchedCost.rows must hold 1 numbers, got 2',
    );
    expectError(
      () => solve({ rows: 1 }),
      InvalidArgumentError,
      'linearSumAssignment: unmatchedCost.columns must be a number or an array of 2 numbers, got undefined',
    );
    expectError(
      () => solve('1'),
      InvalidArgumentError,
      'linearSumAssignment: unmatchedCost must be a number or { rows, columns }, got "1"',
    );
    expectError(
      () => solve(null),
      InvalidArgumentError,
      'linearSumAssignment: unmatchedCost must be a number or { rows, columns }, got null',
    );
  });
});
