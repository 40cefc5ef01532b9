export {
  checkFinite,
  checkInteger,
  checkOneOf,
  checkPositive,
  checkProbability,
  describeValue,
} from './check.js';
export type { Limits } from './check.js';
export {
  FileFormatError,
  InfeasibleAssignmentError,
  InvalidArgumentError,
  MissingDependencyError,
  NumericalError,
  PctError,
  ShapeError,
} from './errors.js';
export type { FileLocation } from './errors.js';
export { throwIfAborted, yieldToEventLoop } from './eventLoop.js';
export { collect } from './executor/collect.js';
export { defineTask } from './executor/defineTask.js';
export { inlineExecutor } from './executor/inlineExecutor.js';
export { mapConcurrently } from './executor/mapConcurrently.js';
export type { MapSetting, StartTask } from './executor/mapConcurrently.js';
export { TaskError } from './executor/TaskError.js';
export type { Executor, MapOptions, Task, TaskContext, TaskResult, TransferItem } from './executor/types.js';
export { trackProgress } from './progress.js';
export type { Progress, ProgressTracker, TrackProgressOptions } from './progress.js';
export { createRng, Rng, toRng } from './random/Rng.js';
export type { Seed } from './random/seed.js';
export type { RngState } from './random/state.js';
export type { Objective, ParameterBlock } from './objective.js';
export { cholesky } from './linalg/cholesky.js';
export type { CholeskyOptions } from './linalg/cholesky.js';
export { GrowingCholesky } from './linalg/GrowingCholesky.js';
export type { BlockFactorOptions, FactorOptions } from './linalg/GrowingCholesky.js';
export type { FactorReport, JitterPolicy, JitterSteps } from './linalg/jitter.js';
export type { DenseMatrix, EntryMatrix, MatrixLike } from './linalg/matrix.js';
export type { GrowingCholeskyOptions } from './linalg/PackedFactor.js';
export { minimizeBounded } from './optimise/minimizeBounded.js';
export type { MinimizeResult } from './optimise/minimizeBounded.js';
export type { MinimizeBoundedOptions, MinimizeStatus, ValueAndGradient } from './optimise/options.js';
