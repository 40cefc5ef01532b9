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
export { sparseAssignment } from './sparse/sparseAssignment.js';
export type {
  CooCostMatrix,
  CsrCostMatrix,
  SparseAssignmentOptions,
  SparseAssignmentSolver,
  SparseCostMatrix,
} from './sparse/types.js';
export { certificate } from './certificate.js';
export type { Certificate, CertificateOptions, CertificateStatus, Violation } from './certificateTypes.js';
export { assignmentsByCost, kBestAssignments } from './kBest/assignmentsByCost.js';
export type { RankedAssignment } from './kBest/assignmentsByCost.js';
export { multidimensionalAssignment } from './multidimensional.js';
export type {
  Chain,
  HitCost,
  LinkContext,
  LinkCosts,
  MultidimensionalAssignment,
  MultidimensionalOptions,
} from './multidimensionalTypes.js';
export { denseSolver, sparseSolver } from './solvers.js';
export { linearSumAssignments } from './batched.js';
export type { BatchedCostMatrix, BatchedCosts, LinearSumAssignmentsOptions } from './batched.js';
export { linearSumAssignmentsAsync, linearSumAssignmentsTask } from './batchedAsync.js';
export type { AssignmentGroup, LinearSumAssignmentsAsyncOptions } from './batchedAsync.js';
export { AssignmentWorkspace, createAssignmentWorkspace } from './workspace.js';
export type { StartDuals } from './types.js';
