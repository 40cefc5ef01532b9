import { InvalidArgumentError } from '@pct/core';
import { normalizeDim } from '@pct/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDims,
  divideDims,
  evaluateDim,
  multiplyDims,
  namesInDim,
  sizeOfShape,
  subtractDims,
} from '../../src/graph/dim.js';

const bindings = new Map([
  ['a', 3],
  ['b', 5],
  ['n', 7],
]);

/** Sums of products of names with positive factors. */
const dims = fc
  .array(
    fc.tuple(fc.integer({ min: 1, max: 4 }), fc.array(fc.constantFrom('a', 'b', 'n'), { maxLength: 2 })),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((terms) => normalizeDim(terms.map(([factor, names]) => [factor, ...names].join('*')).join('+')));

describe('sizes', () => {
  it('have one canonical text', () => {
    expect(normalizeDim('batch')).toBe('batch');
    expect(normalizeDim('b + a*3')).toBe('3*a+b');
    expect(normalizeDim('n*2*n - 1')).toBe('2*n*n-1');
    expect(normalizeDim('a - a + 4')).toBe(4);
    expect(normalizeDim('1+b*a')).toBe('a*b+1');
    expect(normalizeDim('-a+b')).toBe('-a+b');
    expect(normalizeDim(5)).toBe(5);
  });

  it('say what is wrong with them', () => {
    expect(() => normalizeDim(-1)).toThrow(InvalidArgumentError);
    expect(() => normalizeDim(1.5)).toThrow('must be a whole number of at least 0 or a name, got 1.5');
    expect(() => normalizeDim('2 batch!')).toThrow("such as '2*batch+1', got '2 batch!'");
    expect(() => normalizeDim('')).toThrow(InvalidArgumentError);
    expect(() => evaluateDim('m+1', bindings)).toThrow("size 'm' is not known");
    expect(() => evaluateDim('a-b', bindings)).toThrow('size a-b would be negative (-2) with a = 3, b = 5');
  });

  it('multiply out and divide without rest', () => {
    expect(multiplyDims('a+1', 'a-1')).toBe('a*a-1');
    expect(divideDims('a*a-1', 'a+1')).toBe('a-1');
    expect(divideDims('784*n', 784)).toBe('n');
    expect(divideDims('784*n', 'n')).toBe(784);
    expect(divideDims('n+1', 2)).toBeUndefined();
    expect(divideDims(6, 4)).toBeUndefined();
    expect(divideDims('n', 0)).toBeUndefined();
    expect(sizeOfShape(['n', 2, 'm'])).toBe('2*m*n');
    expect(namesInDim('2*m*n+m')).toEqual(['m', 'n']);
    expect(subtractDims('n', 'n')).toBe(0);
  });

  it('compute with names as with numbers', () => {
    fc.assert(
      fc.property(dims, dims, (x, y) => {
        const [p, q] = [evaluateDim(x, bindings), evaluateDim(y, bindings)];
        expect(evaluateDim(addDims(x, y), bindings)).toBe(p + q);
        expect(evaluateDim(multiplyDims(x, y), bindings)).toBe(p * q);
        expect(divideDims(multiplyDims(x, y), y)).toBe(x);
        expect(normalizeDim(x)).toBe(x);
        expect(addDims(x, y)).toBe(addDims(y, x));
      }),
      { numRuns: 200 },
    );
  });
});
