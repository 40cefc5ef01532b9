import { assignmentsByCost, sparseAssignment } from '@pct/assignment';
import { bench, describe } from 'vitest';
import { makeCosts } from './costs.js';
import { makeSparseCosts, SPARSE_TYPES } from './sparseCosts.js';

const OPTIONS = { time: 300, warmupTime: 100, warmupIterations: 2, iterations: 3 };

describe.each([1000, 10_000])('sparseAssignment, n = %d, 10 pairs per row', (size) => {
  for (const type of SPARSE_TYPES) {
    const cost = makeSparseCosts(type, size, 10, 1);
    const expected = sparseAssignment(cost).cost;
    bench(
      type,
      () => {
        // Using the result keeps the work from being optimised away.
        if (sparseAssignment(cost).cost !== expected) throw new Error(`${type}: another result`);
      },
      OPTIONS,
    );
  }
});

describe('assignmentsByCost, the best 100', () => {
  for (const size of [20, 50, 100]) {
    const cost = { rows: size, columns: size, data: makeCosts('uniform', size, size, 1) };
    bench(
      `uniform, ${size} x ${size}`,
      () => {
        let count = 0;
        for (const _ of assignmentsByCost(cost)) if (++count === 100) break;
        if (count < 100) throw new Error('too few');
      },
      OPTIONS,
    );
  }
});
