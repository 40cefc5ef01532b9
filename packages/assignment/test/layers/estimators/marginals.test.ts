import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectToMarginals } from '../../../src/layers/estimators/marginals.js';
import { expectNear, randomArray } from '../support.js';

const problems = fc.record({
  rows: fc.integer({ min: 1, max: 5 }),
  columns: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(),
  sparse: fc.boolean(),
  free: fc.boolean(),
});

describe('projectToMarginals', () => {
  it('keeps fixed sums, weights what is left by row and column terms, and changes nothing that already fits', () => {
    fc.assert(
      fc.property(problems, ({ rows, columns, seed, sparse, free }) => {
        const values = randomArray(seed, [rows * columns], -1, 1).data as Float64Array;
        const weights = (randomArray(seed + 1, [rows * columns]).data as Float64Array).map((w) =>
          sparse && w < 0.5 ? 0 : w,
        );
        const flags = (count: number, by: number) =>
          Array.from({ length: count }, (_, k) => free && (seed + k * by) % 3 === 0);
        const [freeRows, freeColumns] = [flags(rows, 1), flags(columns, 5)];
        const pairs = { rows, columns, weights, freeRows, freeColumns };
        const found = projectToMarginals(pairs, values);
        const sums = (of: (i: number, j: number) => number, count: number, length: number) =>
          Array.from({ length: count }, (_, i) =>
            Array.from({ length }, (_, j) => found[of(i, j)]!).reduce((sum, x) => sum + x, 0),
          );
        sums((i, j) => i * columns + j, rows, columns).forEach((sum, i) => {
          if (!freeRows[i]) expect(Math.abs(sum)).toBeLessThan(1e-9);
        });
        sums((j, i) => i * columns + j, columns, rows).forEach((sum, j) => {
          if (!freeColumns[j]) expect(Math.abs(sum)).toBeLessThan(1e-9);
        });
        // What was taken off is a term per row and per column: nothing is left of it in a second projection.
        const rest = values.map((x, at) => (weights[at] === 0 ? 0 : x - found[at]! / weights[at]!));
        expectNear(projectToMarginals(pairs, rest), new Array(rows * columns).fill(0), 1e-8);
      }),
      { numRuns: 200 },
    );
  });

  it('is exact where weights are of very different size', () => {
    // A cycle of four resistors, of which the smallest conductances decide.
    const tiny = 1e-200;
    const weights = Float64Array.of(1, tiny, tiny, 1);
    const found = projectToMarginals({ rows: 2, columns: 2, weights }, Float64Array.of(1, 0, 0, 0));
    expectNear(
      found.map((x) => x / tiny),
      [0.5, -0.5, -0.5, 0.5],
      1e-12,
    );
  });
});
