import { createRng } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Links } from '../../src/trackers/linkLayers.js';
import { chooseLinks } from '../../src/trackers/linkLayers.js';

/** Links of a matrix in which NaN stands for no link. */
function linksOf(matrix: number[][], columns: number): Links {
  const entries = matrix.map((row) =>
    row.flatMap((cost, column) => (Number.isNaN(cost) ? [] : [{ column, cost }])),
  );
  const offsets = [0];
  for (const row of entries) offsets.push(offsets.at(-1)! + row.length);
  return {
    rows: matrix.length,
    columns,
    offsets: Int32Array.from(offsets),
    column: Int32Array.from(entries.flat(), (entry) => entry.column),
    cost: Float64Array.from(entries.flat(), (entry) => entry.cost),
  };
}

/** Smallest total over all ways to pick links, by trying them all. */
function bruteForce(matrix: number[][], row = 0, taken = new Set<number>()): number {
  if (row === matrix.length) return 0;
  let best = bruteForce(matrix, row + 1, taken);
  matrix[row]!.forEach((cost, column) => {
    if (Number.isNaN(cost) || taken.has(column)) return;
    best = Math.min(best, cost + bruteForce(matrix, row + 1, new Set(taken).add(column)));
  });
  return best;
}

describe('chooseLinks', () => {
  it('prefers the smallest total to the best single link', () => {
    expect([
      ...chooseLinks(
        linksOf(
          [
            [-5, -4],
            [-4, -1],
          ],
          2,
        ),
      ),
    ]).toEqual([1, 0]);
  });

  it('leaves rows and columns alone', () => {
    expect([
      ...chooseLinks(
        linksOf(
          [
            [NaN, -1],
            [NaN, -2],
            [NaN, NaN],
          ],
          2,
        ),
      ),
    ]).toEqual([-1, 1, -1]);
    expect([...chooseLinks(linksOf([], 3))]).toEqual([]);
    expect([...chooseLinks(linksOf([[], []], 0))]).toEqual([-1, -1]);
  });

  it('has the smallest total of all choices, each row and column at most once', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(0.2, 0.4, 1),
        (seed, rows, columns, share) => {
          const rng = createRng(seed);
          const matrix = Array.from({ length: rows }, () =>
            Array.from({ length: columns }, () => (rng.uniform() < share ? -rng.uniform(0.01, 5) : NaN)),
          );
          const chosen = chooseLinks(linksOf(matrix, columns));
          const used = [...chosen].filter((column) => column >= 0);
          expect(new Set(used).size).toBe(used.length);
          const total = [...chosen].reduce(
            (sum, column, row) => sum + (column < 0 ? 0 : matrix[row]![column]!),
            0,
          );
          expect(total).toBeCloseTo(bruteForce(matrix), 10);
        },
      ),
      { numRuns: 150 },
    );
  });
});
