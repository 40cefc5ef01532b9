import { denseSolver, sparseAssignment, sparseSolver, linearSumAssignment } from '@pct/assignment';
import { describe, expect, it } from 'vitest';
import { describeSolver } from './conformance.js';

describeSolver('denseSolver', denseSolver);
describeSolver('sparseSolver', sparseSolver);
describeSolver('linearSumAssignment', (options) => ({ solve: (cost) => linearSumAssignment(cost, options) }));

describe('sparseSolver', () => {
  it('takes sparse costs', () => {
    const cost = { rows: 2, columns: 2, rowOffsets: [0, 1, 2], columnIndices: [1, 0], values: [5, 6] };
    const solver = sparseSolver({ unmatchedCost: 10 });
    expect(solver.acceptsSparse).toBe(true);
    expect(solver.solve(cost)).toEqual(sparseAssignment(cost, { unmatchedCost: 10 }));
    expect(solver.solve(cost).cost).toBe(11);
  });
});
