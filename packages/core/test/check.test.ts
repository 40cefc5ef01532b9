import {
  checkFinite,
  checkInteger,
  checkOneOf,
  checkPositive,
  checkProbability,
  describeValue,
  InvalidArgumentError,
} from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const notNumbers = [undefined, null, '1', 1n, true, [1], { valueOf: () => 1 }];

describe('checks', () => {
  it('return good values', () => {
    expect(checkFinite('f', 'x', -1.5)).toBe(-1.5);
    expect(checkPositive('f', 'x', Number.MIN_VALUE)).toBe(Number.MIN_VALUE);
    expect(checkInteger('f', 'x', 3, { min: 3, max: 3 })).toBe(3);
    expect(checkProbability('f', 'x', 0)).toBe(0);
    expect(checkProbability('f', 'x', 1)).toBe(1);
    expect(checkOneOf('f', 'x', 'b', ['a', 'b'])).toBe('b');
    expect(checkOneOf('f', 'x', false, [true, false])).toBe(false);
  });

  it.each([
    [() => checkFinite('fit', 'noise', NaN), 'fit: noise must be a finite number, got NaN'],
    [
      () => checkFinite('fit', 'noise', -1, { min: 0 }),
      'fit: noise must be a finite number of at least 0, got -1',
    ],
    [
      () => checkFinite('fit', 'noise', 2, { max: 1 }),
      'fit: noise must be a finite number of at most 1, got 2',
    ],
    [
      () => checkFinite('fit', 'x', 2, { min: 0, max: 1 }),
      'fit: x must be a finite number from 0 to 1, got 2',
    ],
    [() => checkPositive('fit', 'scale', 0), 'fit: scale must be a finite number above 0, got 0'],
    [() => checkInteger('fit', 'n', 1.5), 'fit: n must be an integer, got 1.5'],
    [
      () => checkInteger('fit', 'n', 2 ** 53, { min: 0 }),
      'fit: n must be an integer of at least 0, got 9007199254740992',
    ],
    [() => checkProbability('fit', 'p', 1.1), 'fit: p must be a probability from 0 to 1, got 1.1'],
    [
      () => checkOneOf('fit', 'kernel', 'sinc', ['rbf', 'matern']),
      'fit: kernel must be one of "rbf", "matern", got "sinc"',
    ],
  ])('%s', (call, message) => {
    expect(call).toThrow(new InvalidArgumentError(message));
  });

  it('accept numbers only', () => {
    for (const value of notNumbers) {
      for (const check of [checkFinite, checkPositive, checkInteger, checkProbability]) {
        expect(() => check('f', 'x', value)).toThrow(InvalidArgumentError);
      }
    }
  });

  it('agree with the definition on every number', () => {
    fc.assert(
      fc.property(fc.double(), fc.double({ noNaN: true }), fc.double({ noNaN: true }), (value, min, max) => {
        const allowed = Number.isFinite(value) && value >= min && value <= max;
        const passes = (() => {
          try {
            return checkFinite('f', 'x', value, { min, max }) === value;
          } catch {
            return false;
          }
        })();
        expect(passes).toBe(allowed);
      }),
    );
  });
});

describe('describeValue', () => {
  it.each([
    [NaN, 'NaN'],
    [-0, '-0'],
    ['a"b', '"a\\"b"'],
    [12n, '12n'],
    [undefined, 'undefined'],
    [null, 'null'],
    [[1, 2], 'Array of length 2'],
    [new Float64Array(3), 'Float64Array of length 3'],
    [{ a: 1 }, 'an object'],
    [Object.create(null), 'an object'],
    [new Date(0), 'an object of class Date'],
    [Math.max, 'function max'],
    ['x'.repeat(100), `"${'x'.repeat(56)}...`],
  ])('%o', (value, text) => {
    expect(describeValue(value)).toBe(text);
  });
});
