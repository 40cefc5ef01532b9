import * as core from '@pct/core';
import { describe, expect, it } from 'vitest';

describe('errors', () => {
  it.each([
    ['InvalidArgumentError', 'ERR_INVALID_ARGUMENT'],
    ['ShapeError', 'ERR_SHAPE'],
    ['InfeasibleAssignmentError', 'ERR_INFEASIBLE_ASSIGNMENT'],
    ['NumericalError', 'ERR_NUMERICAL'],
    ['MissingDependencyError', 'ERR_MISSING_DEPENDENCY'],
  ] as const)('%s has its name, code and cause', (name, code) => {
    const cause = new Error('below');
    const error = new core[name]('above', { cause });
    expect(error).toBeInstanceOf(core.PctError);
    expect(error).toMatchObject({ name, code, message: 'above', cause });
  });

  it('FileFormatError says where', () => {
    const error = new core.FileFormatError({ file: 'hits.csv', row: 3, column: 'x' }, 'not a number: "a"');
    expect(error.message).toBe('hits.csv, row 3, column x: not a number: "a"');
    expect(error).toMatchObject({ code: 'ERR_FILE_FORMAT', file: 'hits.csv', row: 3, column: 'x' });
    expect(new core.FileFormatError({ file: 'a.npy' }, 'too short').message).toBe('a.npy: too short');
  });

  it('TaskError describes errors and other values', () => {
    expect(new core.TaskError('work', 4, new TypeError('bad')).message).toBe(
      'work: input 4 failed: TypeError: bad',
    );
    expect(new core.TaskError('work', 4, 17)).toMatchObject({
      message: 'work: input 4 failed: 17',
      cause: 17,
    });
  });
});
