import { linearSumAssignment } from '@pct/assignment';
import { bench, describe } from 'vitest';
import { COST_TYPES, makeCosts } from './costs.js';

describe.each([100, 300, 1000])('linearSumAssignment, n = %d', (size) => {
  for (const type of COST_TYPES) {
    const cost = { rows: size, columns: size, data: makeCosts(type, size, size, 1) };
    const expected = linearSumAssignment(cost).cost;
    bench(
      type,
      () => {
        // Using the result keeps the work from being optimised away.
        if (linearSumAssignment(cost).cost !== expected) throw new Error(`${type}: another result`);
      },
      { time: 300, warmupTime: 100, warmupIterations: 2, iterations: 3 },
    );
  }
});
