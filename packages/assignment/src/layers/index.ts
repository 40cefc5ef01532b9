export { assignmentLayer } from './assignmentLayer.js';
export { blackbox } from './estimators/blackbox.js';
export type { BlackboxOptions } from './estimators/blackbox.js';
export { identity } from './estimators/identity.js';
export type { IdentityOptions, IdentityProjection } from './estimators/identity.js';
export { perturbed } from './estimators/perturbed.js';
export type { PerturbedOptions } from './estimators/perturbed.js';
export { imle } from './estimators/imle.js';
export type { ImleOptions } from './estimators/imle.js';
export { aimle, aimleState } from './estimators/aimle.js';
export type { AimleOptions, AimleState } from './estimators/aimle.js';
export type { NoisyOptions } from './estimators/noisy.js';
export { lpgd } from './estimators/lpgd.js';
export type { LpgdOptions } from './estimators/lpgd.js';
export { sinkhorn } from './estimators/sinkhorn.js';
export type { SinkhornOptions } from './estimators/sinkhorn.js';
export { regularizedFrankWolfe } from './estimators/regularizedFrankWolfe.js';
export type { RegularizedFrankWolfeOptions } from './estimators/regularizedFrankWolfe.js';
export { fillNoise, fillSumOfGamma, noiseScore, noiseStream } from './noise.js';
export type { NoiseKind, SumOfGammaOptions } from './noise.js';
export { solveBatch } from './solve.js';
export type { BatchSolution, BatchStart, SolveBatchOptions } from './solve.js';
export type { BatchShape } from './shapes.js';
export type {
  AssignmentLayerOptions,
  CostBatch,
  Estimator,
  EstimatorContext,
  EstimatorResult,
  Margin,
  SavedAxis,
  TraceContext,
  TracedEstimator,
} from './types.js';
export { SolutionCache } from './SolutionCache.js';
export type { SolutionCacheOptions } from './SolutionCache.js';
export { caveLoss } from './losses/cave.js';
export type { CaveLossOptions } from './losses/cave.js';
export { contrastiveMapLoss, noiseContrastiveLoss } from './losses/contrastive.js';
export type { ContrastiveLossOptions } from './losses/contrastive.js';
export { fenchelYoungLoss } from './losses/fenchelYoung.js';
export type {
  FenchelYoungLossOptions,
  PerturbedFenchelYoungOptions,
  RegularizedFenchelYoungOptions,
} from './losses/fenchelYoung.js';
export type { PerturbationOptions } from './losses/fenchelYoungPerturbed.js';
export type { RegularizationOptions } from './losses/fenchelYoungRegularized.js';
export { hammingLoss } from './losses/hamming.js';
export type { HammingLossOptions } from './losses/hamming.js';
export type { LossOptions, Reduction, SolvingLossOptions } from './losses/problem.js';
export { listwiseRankingLoss, pairwiseRankingLoss, pointwiseRankingLoss } from './losses/ranking.js';
export type {
  ListwiseRankingLossOptions,
  PairwiseRankingLossOptions,
  RankingLossOptions,
} from './losses/ranking.js';
export { normalizedRegret, regret } from './losses/regret.js';
export type { RegretOptions } from './losses/regret.js';
export { spoPlusLoss } from './losses/spoPlus.js';
export type { SpoPlusLossOptions } from './losses/spoPlus.js';
export { structuredHingeLoss } from './losses/structuredHinge.js';
export type { StructuredHingeLossOptions } from './losses/structuredHinge.js';
