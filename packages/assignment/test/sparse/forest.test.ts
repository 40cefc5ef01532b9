import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { augmentForest } from '../../src/sparse/forest.js';
import { IndexedHeap } from '../../src/sparse/IndexedHeap.js';
import { openProblem, totalOf } from '../../src/sparse/openProblem.js';
import { costs, flat } from '../helpers/arbitraries.js';
import { bruteForce } from '../helpers/bruteForce.js';
import { expectClose } from '../helpers/certificate.js';

describe('augmentForest', () => {
  it('assigns everything that can be, at the least cost, from no start at all', () => {
    let solved = 0;
    let stuck = 0;
    const square = costs(6, { least: 1, forbidden: Infinity }).map(({ cost, columns }) => {
      const size = Math.min(cost.length, columns);
      return { columns: size, cost: cost.slice(0, size).map((row) => row.slice(0, size)) };
    });
    fc.assert(
      fc.property(square, (matrix) => {
        const { problem } = openProblem('test', flat(matrix), {});
        const size = problem.rows;
        const state = {
          rowToEntry: new Int32Array(size).fill(-1),
          columnToRow: new Int32Array(size).fill(-1),
          columnDuals: new Float64Array(size),
          heap: new IndexedHeap(size),
          previousEntry: new Int32Array(size),
          previousRow: new Int32Array(size),
          settled: new Int32Array(size),
          settledCount: 0,
          free: Int32Array.from({ length: size }, (_, i) => i),
        };
        const memory = { rootOf: new Int32Array(size), endOf: new Int32Array(size) };
        let left = size;
        for (let before = size + 1; left > 0 && left < before;) {
          before = left;
          left = augmentForest(problem, state, before, Infinity, memory);
        }
        const wanted = bruteForce(matrix.cost, size);
        expect(left > 0).toBe(wanted === undefined);
        if (wanted === undefined) {
          stuck++;
          return;
        }
        solved++;
        const sizes = matrix.cost.flat().filter(Number.isFinite);
        expectClose(totalOf(problem, state.rowToEntry), wanted, sizes, 'cost');
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(Math.min(solved, stuck)).toBeGreaterThan(10);
  });
});
