export type {
  Axis,
  BatchNormMode,
  Eigenpairs,
  MergeTree,
  PathProfile,
  Provenance,
  Result,
  Spectrum,
  Surface,
  Trajectory,
} from './results/types.js';

export { decodeResult, encodeResult, recoverResult } from './files/resultFile.js';
export type { DecodeResultOptions, RecoveredResult } from './files/resultFile.js';
export type { ResultArray } from './files/structure.js';
export { surfaceToNpz } from './files/surfaceToNpz.js';
export { surfaceToVtp, trajectoryToVtp } from './files/vtp.js';
export type { VtpOptions } from './files/vtp.js';

export { memoryJournal } from './journal/journal.js';
export type { Journal } from './journal/journal.js';

export type { CurvatureObjective } from './objective/curvatureObjective.js';
export { openObjective, releaseObjectives } from './objective/source.js';
export type {
  DescribedObjective,
  ObjectiveFacts,
  ObjectiveLike,
  ObjectiveSource,
  OutputAxis,
} from './objective/source.js';
export type { EvaluateOptions } from './objective/evaluate.js';

export { descentDirection, directionBetween, eigenDirections, planeThrough } from './directions/between.js';
export type { PlaneOfThree } from './directions/between.js';
export { tensorOutputAxis } from './directions/filters.js';
export { cosines, orthogonalize } from './directions/geometry.js';
export { normalizeDirection } from './directions/normalize.js';
export type { Normalization, NormalizeOptions, SmallArrayRule } from './directions/normalize.js';
export { randomDirections } from './directions/random.js';
export type { RandomDirectionOptions } from './directions/random.js';
export type { Direction } from './directions/types.js';

export { estimateSurface } from './surface/estimateSurface.js';
export type { EstimateSurfaceOptions, SurfaceEstimate } from './surface/estimateSurface.js';
export type { GridAxis } from './surface/grid.js';
export { sampleSurface } from './surface/sampleSurface.js';
export type { SampleSurfaceOptions, SurfaceAxis } from './surface/sampleSurface.js';

export type { CheckpointLoader, Checkpoints } from './trajectory/checkpoints.js';
export { projectTrajectory } from './trajectory/projectTrajectory.js';
export type { Plane, ProjectTrajectoryOptions } from './trajectory/projectTrajectory.js';
export { randomWalkVariances } from './trajectory/randomWalk.js';
export { trajectoryPca } from './trajectory/trajectoryPca.js';
export type { TrajectoryPca, TrajectoryPcaOptions } from './trajectory/trajectoryPca.js';
export { frameTrajectories, trajectorySurface } from './trajectory/trajectorySurface.js';
export type {
  FrameOptions,
  TrajectorySurface,
  TrajectorySurfaceOptions,
} from './trajectory/trajectorySurface.js';

export { joinStatistics, withBatchNorm } from './objective/batchNorm.js';
export type { BatchNormModel, WithBatchNormOptions } from './objective/batchNorm.js';

export { bezierPath, chainPath, linePath, pointOnPath } from './paths/path.js';
export type { Path } from './paths/path.js';
export { learnCurve } from './paths/learnCurve.js';
export type { LearnCurveOptions, LearnedCurve } from './paths/learnCurve.js';
export { pathProfile } from './paths/pathProfile.js';
export type { PathProfileOptions } from './paths/pathProfile.js';

export { densityFigure, densityRidgesFigure } from './figures/densityFigures.js';
export type { DensityFigureOptions } from './figures/densityFigures.js';
export { eigenRatioFigure } from './figures/eigenRatioFigure.js';
export type { EigenRatioFigureOptions } from './figures/eigenRatioFigure.js';
export type { FigureOptions } from './figures/frame.js';
export { pathFigure, profileFigure, screeFigure, trajectoryLossFigure } from './figures/lineFigures.js';
export type { LineFigureOptions } from './figures/lineFigures.js';
export type { LossScaleName } from './figures/lossScale.js';
export { mergeTreeFigure } from './figures/mergeTreeFigure.js';
export type { MergeTreeFigureOptions } from './figures/mergeTreeFigure.js';
export { contourFigure, mapFigure } from './figures/planeFigure.js';
export type { ContourFigureOptions, MapFigureOptions } from './figures/planeFigure.js';
export { surfaceFigure } from './figures/surfaceFigure.js';
export type { SurfaceFigureOptions } from './figures/surfaceFigure.js';
export type { AxisScale } from './figures/scales.js';

export { batchedObjective } from './adapters/batchedObjective.js';
export type { Batch } from './adapters/batchedObjective.js';
export type { LossChoice, LossName } from './adapters/losses.js';
export { networkObjective } from './adapters/networkObjective.js';
export type { NetworkLoss, NetworkObjective, NetworkObjectiveOptions } from './adapters/networkObjective.js';
export { onnxObjective } from './adapters/onnxObjective.js';
export type { NetworkData, OnnxObjectiveOptions } from './adapters/onnxObjective.js';

export { checkOperator } from './curvature/checkOperator.js';
export type { CheckOperatorOptions, OperatorCheck } from './curvature/checkOperator.js';
export type { BlockChoice } from './curvature/blocks.js';
export { curvatureAlong } from './curvature/curvatureAlong.js';
export type { CurvatureAlong, CurvatureAlongOptions } from './curvature/curvatureAlong.js';
export { curvatureMap } from './curvature/curvatureMap.js';
export type { CurvatureMap, CurvatureMapOptions } from './curvature/curvatureMap.js';
export { negativeMass, smoothDensity, traceOf } from './curvature/density.js';
export type { Density, MeanWithError, SmoothDensityOptions } from './curvature/density.js';
export { eigenpairs } from './curvature/eigenpairs.js';
export type { EigenpairsOptions, EigenpairsResult } from './curvature/eigenpairs.js';
export type { FollowOptions } from './curvature/follow.js';
export { gaussNewtonOperator, hessianOperator } from './curvature/hessianOperator.js';
export type { HessianOperatorOptions, OperatorOptions } from './curvature/hessianOperator.js';
export { lanczos } from './curvature/lanczos.js';
export type { LanczosOptions, LanczosResult } from './curvature/lanczos.js';
export type { BasisPrecision } from './linalg/Basis.js';
export { lobpcg } from './curvature/lobpcg.js';
export type { LobpcgOptions } from './curvature/lobpcg.js';
export type { OperatorRecipe, SymmetricOperator } from './curvature/operator.js';
export type { ProbeDistribution } from './curvature/probes.js';
export type { Estimate, SamplingOptions } from './curvature/sampling.js';
export type { SketchOptions } from './curvature/sketch.js';
export { xDiagonal } from './curvature/sketchDiagonal.js';
export { hutchPlusPlusTrace, xTrace } from './curvature/sketchTrace.js';
export { spectralDensity } from './curvature/spectralDensity.js';
export type { SpectralDensityOptions } from './curvature/spectralDensity.js';
export { frobeniusNorm, hutchinsonDiagonal, hutchinsonTrace } from './curvature/trace.js';
export type { DiagonalEstimate } from './curvature/trace.js';

export { landscapeProfile } from './topology/landscapeProfile.js';
export type { BasinProfile, LandscapeProfileOptions } from './topology/landscapeProfile.js';
export { mergeTree } from './topology/mergeTree.js';
export type { GridValues } from './topology/grid.js';
export {
  bottleneckDistance,
  meanSaddleMinimumGap,
  persistencePairs,
  simplifyMergeTree,
} from './topology/persistence.js';
export type { PersistencePair } from './topology/persistence.js';

export { averageSharpness, boxSharpness, edgeOfStability, gradientSharpness } from './compare/sharpness.js';
export type {
  AverageSharpnessOptions,
  BoxSharpnessOptions,
  EdgeOfStability,
  Sharpness,
  SharpnessOptions,
} from './compare/sharpness.js';
export { CkaAccumulator, linearCka, predictionDisagreement } from './compare/similarity.js';
export type { CkaOptions } from './compare/similarity.js';
export { gradientPredictiveness } from './compare/smoothness.js';
export type { GradientPredictiveness } from './compare/smoothness.js';
