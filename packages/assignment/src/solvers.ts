import { linearSumAssignment } from './linearSumAssignment.js';
import { sparseAssignment } from './sparse/sparseAssignment.js';
import type { SparseAssignmentOptions, SparseAssignmentSolver } from './sparse/types.js';
import type { AssignmentSolver, LinearSumAssignmentOptions } from './types.js';

/**
 * {@link linearSumAssignment} with fixed options, for code that takes any {@link AssignmentSolver}.
 *
 * @param options - {@link LinearSumAssignmentOptions}, used for every problem
 * @example
 * ```ts
 * denseSolver({ unmatchedCost: 3 }).solve([[4, 1], [9, 8]]).rowToColumn; // Int32Array [1, -1]
 * ```
 */
export function denseSolver(options: LinearSumAssignmentOptions = {}): AssignmentSolver {
  return { solve: (cost) => linearSumAssignment(cost, options) };
}

/**
 * {@link sparseAssignment} with fixed options, for code that takes any {@link AssignmentSolver}. It solves dense costs
 * too, and is the better choice for those of which most pairs are forbidden.
 *
 * @param options - {@link SparseAssignmentOptions}, used for every problem
 */
export function sparseSolver(options: SparseAssignmentOptions = {}): SparseAssignmentSolver {
  return { acceptsSparse: true, solve: (cost) => sparseAssignment(cost, options) };
}
