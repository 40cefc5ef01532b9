import { InvalidArgumentError, ShapeError } from '@pct/core';
import { disagreement } from '@pct/gnn-dfl';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('disagreement', () => {
  it.each([
    ['the same mistakes', [0, 1, 1, 1], [0, 1, 1, 1], { m: 0, mMin: 0, mMax: 0.5, minmax: 0 }],
    ['different mistakes', [0, 1, 1, 1], [1, 0, 1, 1], { m: 0.5, mMin: 0, mMax: 0.5, minmax: 1 }],
    ['half of them', [0, 0, 1, 1], [0, 1, 0, 1], { m: 0.5, mMin: 0, mMax: 1, minmax: 0.5 }],
    ['more of the same', [0, 1, 1, 1], [0, 0, 0, 1], { m: 0.5, mMin: 0.5, mMax: 1, minmax: 0 }],
    ['more mistakes than fit', [0, 0, 0, 1], [1, 0, 0, 0], { m: 0.5, mMin: 0, mMax: 1, minmax: 0.5 }],
  ])('%s', (_, a, b, expected) => {
    expect(disagreement(a, b, [1, 1, 1, 1])).toEqual(expected);
  });

  it('has no place between equal bounds', () => {
    expect(disagreement([1, 0], [1, 1], [1, 1])).toEqual({ m: 0.5, mMin: 0.5, mMax: 0.5, minmax: NaN });
  });

  it('lies within its bounds, and is symmetric', () => {
    const bits = fc.integer({ min: 0, max: 1 });
    const three = fc.array(fc.tuple(bits, bits, bits), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(three, (rows) => {
        const [a, b, truth] = [0, 1, 2].map((k) => rows.map((row) => row[k]!));
        const found = disagreement(a!, b!, truth!);
        expect(disagreement(b!, a!, truth!)).toEqual(found);
        expect(found.m).toBeGreaterThanOrEqual(found.mMin);
        expect(found.m).toBeLessThanOrEqual(found.mMax);
        if (found.mMax > found.mMin) expect(found.minmax).toBeGreaterThanOrEqual(0);
        if (found.mMax > found.mMin) expect(found.minmax).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('refuses what does not fit', () => {
    expect(() => disagreement([1], [1, 0], [1, 0])).toThrow(ShapeError);
    expect(() => disagreement([1], [1, 0], [1, 0])).toThrow('1, 2 and 2');
    expect(() => disagreement([], [], [])).toThrow(InvalidArgumentError);
    expect(() => disagreement([1, 0.5], [1, 0], [1, 0])).toThrow('a[1] must be 0 or 1, got 0.5');
  });
});
