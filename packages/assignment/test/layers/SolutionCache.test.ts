import { SolutionCache } from '@pct/assignment/layers';
import { InvalidArgumentError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('SolutionCache', () => {
  it('keeps different assignments, the latest ones, up to its capacity', () => {
    const order = fc.array(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), { maxLength: 20 });
    fc.assert(
      fc.property(order, fc.integer({ min: 1, max: 4 }), (added, capacity) => {
        const cache = new SolutionCache({ rows: 3, columns: 3, capacity });
        let kept: string[] = [];
        for (const columns of added) {
          const isNew = !kept.includes(columns.join());
          expect(cache.has(columns)).toBe(!isNew);
          expect(cache.add(columns)).toBe(isNew);
          if (isNew) kept = [...kept, columns.join()].slice(-capacity);
        }
        const found = Array.from({ length: cache.size }, (_, place) => cache.at(place).join());
        expect(found.sort()).toEqual([...kept].sort());
      }),
    );
  });

  it('draws when to solve by its seed, and always while it is empty', () => {
    const draws = (seed: number, solveProbability: number): boolean[] => {
      const cache = new SolutionCache({ rows: 2, columns: 2, solveProbability, seed });
      expect(cache.drawSolve()).toBe(true);
      cache.add([0, 1]);
      return Array.from({ length: 1000 }, () => cache.drawSolve());
    };
    expect(draws(1, 0.3)).toEqual(draws(1, 0.3));
    expect(draws(1, 0.3)).not.toEqual(draws(2, 0.3));
    const share = draws(1, 0.3).filter(Boolean).length;
    expect(share).toBeGreaterThan(250);
    expect(share).toBeLessThan(350);
    expect(draws(1, 0)).not.toContain(true);
    expect(draws(1, 1)).not.toContain(false);
  });

  it('takes rectangular ones, neither keeps nor gives away its arrays', () => {
    const cache = new SolutionCache({ rows: 3, columns: 2 });
    const columns = Int32Array.of(1, -1, 0);
    expect(cache.add(columns)).toBe(true);
    columns[0] = 0;
    cache.at(0)[0] = 0;
    expect([...cache.at(0)]).toEqual([1, -1, 0]);
  });

  it('says what does not fit', () => {
    const cache = new SolutionCache({ rows: 2, columns: 3 });
    const message = 'SolutionCache.add: rowToColumn must';
    for (const wrong of [[0], [0, 0], [0, 3], [0.5, 1], [NaN, 1], [0, -1], null])
      expect(() => cache.add(wrong as number[])).toThrow(InvalidArgumentError);
    expect(() => cache.add([0])).toThrow(`${message} have a column for each of 2 rows`);
    expect(() => cache.add([1, 1])).toThrow(
      `${message} be different columns from 0 to 2, or -1, got 1 for row 1`,
    );
    expect(() => cache.add([1, -1])).toThrow(`${message} have 2 pairs, as many as the shorter side, got 1`);
    expect(() => cache.at(0)).toThrow('SolutionCache.at: place must');
    expect(() => new SolutionCache({ rows: 0, columns: 3 })).toThrow('SolutionCache: rows must');
    expect(() => new SolutionCache({ rows: 1, columns: 3, capacity: 0 })).toThrow('capacity must');
    expect(() => new SolutionCache({ rows: 1, columns: 3, solveProbability: 2 })).toThrow(
      'solveProbability must',
    );
  });
});
