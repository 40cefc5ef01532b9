export { linearSumAssignment } from './linearSumAssignment.js';
export type {
  Assignment,
  AssignmentSolver,
  CostMatrix,
  DenseCostMatrix,
  LinearSumAssignmentOptions,
  ReadableMatrix,
  UnmatchedCosts,
} from './types.js';
