import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { radixOrder } from '../src/radixOrder.js';

const key = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer(), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1));

describe('radixOrder', () => {
  it('is the stable order of a comparison sort', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, key)), (rows) => {
        const order = radixOrder(
          [Int32Array.from(rows, (row) => row[0]), Int32Array.from(rows, (row) => row[1])],
          rows.length,
        );
        const expected = rows
          .map((_, index) => index)
          .sort((i, j) => rows[i]![0] - rows[j]![0] || rows[i]![1] - rows[j]![1] || i - j);
        expect([...order]).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
