export {
  ConfidenceBound,
  ExpectedImprovement,
  LogExpectedImprovement,
  LogProbabilityOfImprovement,
} from './acquisition/analytic.js';
export type { AnalyticAcquisition } from './acquisition/analytic.js';
export { LogHypervolumeImprovement } from './acquisition/hypervolume.js';
export { HypervolumeSurface } from './acquisition/HypervolumeSurface.js';
export { maximizeSurface, unitCube } from './acquisition/maximize.js';
export type { LocalMaximum, MaximizeOptions, SearchSpace } from './acquisition/maximize.js';
export { PendingImprovementSurface } from './acquisition/PendingImprovementSurface.js';
export { FeasibilityTerm, LocalPenalty, PosteriorSurface, ThompsonSurface } from './acquisition/surface.js';
export type { AcquisitionSurface, SurfaceTerm } from './acquisition/surface.js';
export {
  ackley,
  branin,
  griewank,
  hartmann3,
  hartmann6,
  levy,
  michalewicz,
  rastrigin,
  rosenbrock,
  shekel,
  sixHumpCamel,
  styblinskiTang,
} from './benchmarks/testFunctions.js';
export type { TestFunction } from './benchmarks/testFunctions.js';
export { CandidatePool } from './gp/CandidatePool.js';
export type { JointPosterior, LeaveOneOut } from './gp/diagnostics.js';
export { fitHyperparameters } from './gp/fitHyperparameters.js';
export type { FitOptions, FitResult } from './gp/fitHyperparameters.js';
export type { AmplitudeRule, MeanRule } from './gp/GpState.js';
export { GpEnsemble } from './gp/GpEnsemble.js';
export { LazyGaussianProcess } from './gp/LazyGaussianProcess.js';
export type { AppendReport } from './gp/LazyGaussianProcess.js';
export type { Hyperparameters, LazyGaussianProcessOptions } from './gp/options.js';
export type { PosteriorEvaluator, PosteriorPool } from './gp/mixture.js';
export { PathwiseSample } from './gp/PathwiseSample.js';
export type { PathwiseSampleOptions } from './gp/PathwiseSample.js';
export type { PointPosterior } from './gp/PointPosterior.js';
export type { HyperpriorOptions } from './gp/prior.js';
export { RefitSchedule } from './gp/RefitSchedule.js';
export type { RefitPolicy } from './gp/RefitSchedule.js';
export type { CoordinateKind } from './kernels/Kernel.js';
export type { KernelName } from './kernels/radial.js';
export { hyperbandPruner } from './pruners/hyperband.js';
export type { HyperbandOptions } from './pruners/hyperband.js';
export { medianPruner, percentilePruner } from './pruners/percentile.js';
export type { PercentilePrunerOptions } from './pruners/percentile.js';
export { nopPruner, patientPruner, thresholdPruner } from './pruners/simple.js';
export type { PatientPrunerOptions, ThresholdPrunerOptions } from './pruners/simple.js';
export { successiveHalvingPruner } from './pruners/successiveHalving.js';
export type { SuccessiveHalvingOptions } from './pruners/successiveHalving.js';
export type { Pruner, PrunerContext } from './pruners/types.js';
export { parameterImportances } from './report/importances.js';
export type { ImportanceOptions, ParameterImportance } from './report/importances.js';
export { studyReport } from './report/studyReport.js';
export type { StudyReportOptions } from './report/studyReport.js';
export { evolutionSampler } from './samplers/evolution/evolutionSampler.js';
export type { EvolutionSamplerOptions } from './samplers/evolution/evolutionSampler.js';
export { gpSampler } from './samplers/gp/gpSampler.js';
export { paperSettings } from './samplers/gp/options.js';
export type {
  AcquisitionName,
  GpSamplerOptions,
  PaperSettings,
  PendingStrategy,
} from './samplers/gp/options.js';
export { randomSampler } from './samplers/randomSampler.js';
export { SOBOL_DIMENSIONS, SobolSequence } from './samplers/sobol/SobolSequence.js';
export type { SobolOptions } from './samplers/sobol/SobolSequence.js';
export { sobolSampler } from './samplers/sobol/sobolSampler.js';
export type { SobolSamplerOptions } from './samplers/sobol/sobolSampler.js';
export { tpeSampler } from './samplers/tpe/tpeSampler.js';
export type { TpeSamplerOptions } from './samplers/tpe/tpeSampler.js';
export type {
  Direction,
  EncodedCondition,
  EncodedDimension,
  EncodedSpace,
  EncodedState,
  EncodedTrial,
  IntermediateValue,
  Prediction,
  Sampler,
  SamplerContext,
} from './samplers/types.js';
export { categorical, float, int, when } from './space/parameters.js';
export type {
  CategoricalParameter,
  Choice,
  ConditionalParameter,
  FloatOptions,
  FloatParameter,
  IntOptions,
  IntParameter,
  ParamsOf,
  PlainParameter,
  Space,
  ValueOf,
} from './space/parameters.js';
export { memoryStorage } from './storage/memoryStorage.js';
export type { MemoryStorage } from './storage/memoryStorage.js';
export type { Attributes, Json, TrialState } from './storage/records.js';
export type { Storage } from './storage/types.js';
export { createStudy } from './study/createStudy.js';
export type { EnqueueOptions, FinishedTrial, Study } from './study/Study.js';
export type { Trial } from './study/Trial.js';
export { openTaskTrial } from './study/taskChannel.js';
export type { OpenTaskTrial } from './study/taskChannel.js';
export { TrialPruned } from './study/TrialPruned.js';
export type {
  Objective,
  ObjectiveValue,
  OptimizeOptions,
  StudyOptions,
  StudyTrial,
  TaskOutcome,
  TaskTrial,
  TellOptions,
} from './study/types.js';
