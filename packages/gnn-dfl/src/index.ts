export { interactionNetwork } from './model/interactionNetwork.js';
export type { InteractionNetworkOptions } from './model/interactionNetwork.js';
export type { InteractionParameters } from './model/lineNetwork.js';
export type { Architecture, GraphSample, PreparedFrame, TrackingNetwork } from './model/types.js';
export type { Aggregation } from './model/aggregate.js';
export { KinkEncoding } from './model/encoding.js';
export type { EncodingMoments, KinkEncodingOptions } from './model/encoding.js';
export { decodeModel, encodeModel } from './model/trackingModel.js';
export type { TrackingModel } from './model/trackingModel.js';
export { gnnTracker } from './tracker/gnnTracker.js';
export type { GnnTracker, GnnTrackerOptions } from './tracker/gnnTracker.js';
export type { SegmentScores } from './tracker/scorer.js';
export { assignSegments } from './assign/layerPairs.js';
export type { PairStructure } from './assign/layerPairs.js';
export { edgeAssignment, graphArrays, graphSpecs } from './assign/edgeAssignment.js';
export type { GraphArrays } from './assign/edgeAssignment.js';
export { frameLoss, targetsOf, targetSpecs } from './train/loss.js';
export type { FrameLoss, LossSettings, Targets, TrainingMargin, TrainingMode } from './train/loss.js';
export { train } from './train/train.js';
export type {
  TrainCheckpoint,
  TrainOptions,
  TrainProgress,
  TrainResult,
  TrainValidation,
  TrainValidationRecord,
} from './train/types.js';
export type { EstimatorChoice } from './train/estimators.js';
export { trackingObjective } from './trackingObjective.js';
export type { TrackingObjective, TrackingObjectiveOptions } from './trackingObjective.js';
export { scoringOnnx } from './model/scoringOnnx.js';
export { disagreement } from './study/disagreement.js';
export type { Disagreement } from './study/disagreement.js';
export { linearCka, linearCkaMatrix } from './study/linearCka.js';
export type { LinearCkaOptions } from './study/linearCka.js';
export { subLayerReader } from './study/activations.js';
export type { SubLayerReader, SubLayerRows, SubLayers } from './study/activations.js';
export { bezierPath, evaluatePath, linearPath, trainBend } from './study/paths.js';
export type { EvaluatePathOptions, ParameterPath, PathPoint, TrainBendOptions } from './study/paths.js';
export { pretrainedModel } from './weights/pretrainedModel.js';
