export { trackingEnvironment } from './environment/trackingEnvironment.js';
export type { ResetResult, TrackingEnvironment } from './environment/trackingEnvironment.js';
export type { RewardOptions, TrackingEnvironmentOptions } from './environment/settings.js';
export { frameStatics } from './environment/frameStatics.js';
export type { FrameStaticsOptions } from './environment/frameStatics.js';
export type { LookAhead } from './environment/lookAhead.js';
export { NODE_FEATURES, SEGMENT_FEATURES } from './environment/types.js';
export type {
  Decision,
  Evaluate,
  Evaluation,
  FrameStatics,
  StepInfo,
  StepResult,
} from './environment/types.js';
export { blendRewards } from './reward/blend.js';
export type { BlendOptions } from './reward/blend.js';
export { KinkModel } from './reward/KinkModel.js';
export { RewardScaler } from './reward/RewardScaler.js';
export type { RewardScalerOptions, RewardScalerState } from './reward/RewardScaler.js';
export { assignmentBlocks, blockArrays, blockSpecs, joinBlocks } from './safety/blocks.js';
export type { AssignmentBlocks } from './safety/blocks.js';
export { assignJointAction, independentAction } from './safety/jointAction.js';
export type { JointActionOptions } from './safety/jointAction.js';
export { safeAssignment } from './safety/safeAssignment.js';
export type { SafeAssignmentOptions, SafetyMargin } from './safety/safeAssignment.js';
export { actor } from './rollout/actor.js';
export type { Act, ActorOptions } from './rollout/actor.js';
export { rollout, rolloutBlocks } from './rollout/rollout.js';
export type { Rollout, RolloutOptions } from './rollout/rollout.js';
export { rlTracker } from './tracker/rlTracker.js';
export type { RlTracker, RlTrackerOptions } from './tracker/rlTracker.js';
export { eventFileHeader, eventRecord, jsonLine } from './log/entries.js';
export type { LogEntry } from './log/entries.js';
export { simplePolicy } from './policy/simplePolicy.js';
export type { SimplePolicyOptions } from './policy/simplePolicy.js';
export { attentionPolicy } from './policy/attentionPolicy.js';
export type { AttentionPolicyOptions } from './policy/attentionPolicy.js';
export { PolicyRunner } from './policy/PolicyRunner.js';
export { decisionSample, decisionSpecs } from './policy/samples.js';
export { decodePolicy, encodePolicy } from './policy/policyModel.js';
export type { PolicyModel } from './policy/policyModel.js';
export type {
  Critic,
  PolicyArchitecture,
  PolicyParameters,
  Sample,
  Scores,
  TrackingPolicy,
} from './policy/types.js';
export { explainedVariance, generalizedAdvantages } from './ppo/advantages.js';
export type { AdvantageOptions, Advantages } from './ppo/advantages.js';
export { trainPolicy } from './ppo/trainPolicy.js';
export type {
  AssignmentGradient,
  CheckpointOptions,
  IterationRecord,
  PolicyValidation,
  TrainPolicyOptions,
  TrainPolicyProgress,
  TrainPolicyResult,
} from './ppo/types.js';
export type { LossParts, SafetySettings } from './ppo/loss.js';
export { trainSupervised } from './supervised/trainSupervised.js';
export type { SupervisedOptions, SupervisedResult } from './supervised/trainSupervised.js';
export { trueDecision } from './supervised/trueDecision.js';
export type { TrueDecision } from './supervised/trueDecision.js';
export { policyObjective } from './objective/policyObjective.js';
export type { PolicyObjective, PolicyObjectiveOptions } from './objective/policyObjective.js';
export { pretrainedPolicy } from './weights/pretrainedPolicy.js';
