import { checkInteger, describeValue, InvalidArgumentError } from '@pct/core';
import type { Frame, Track, Tracker } from '@pct/detector';
import type { CompileOptions } from '@pct/tensor';
import type { FrameStaticsOptions } from '../environment/frameStatics.js';
import { episodeSettings, type TrackingEnvironmentOptions } from '../environment/settings.js';
import { FrameEnvironment } from '../environment/trackingEnvironment.js';
import type { Evaluate } from '../environment/types.js';
import { checkPolicyParameters, type PolicyModel } from '../policy/policyModel.js';
import { PolicyRunner } from '../policy/PolicyRunner.js';
import { actor, type ActorOptions } from '../rollout/actor.js';

/** Options of {@link rlTracker}; those of `compile` choose the engine of a policy. */
export interface RlTrackerOptions
  extends
    FrameStaticsOptions,
    Pick<ActorOptions, 'constraint'>,
    Pick<TrackingEnvironmentOptions, 'beamEnergyMeV' | 'firstSegment' | 'firstWidth' | 'kinkWidth'>,
    Omit<CompileOptions, 'precision' | 'signal'> {
  /**
   * Widest kink, in units of the standard deviation that the track expects, > 0: a track that has no straighter way on ends,
   * instead of taking the hit of another one.
   * @defaultValue `6`
   */
  readonly maxKink?: number | undefined;
  /**
   * Tracks are kept if they have at least this many hits, >= 1.
   * @defaultValue `2`
   */
  readonly minHits?: number | undefined;
}

/** Chosen on validation frames; docs/tracking-rl.md has the numbers. */
const MAX_KINK = 6;

/** A {@link Tracker} that acts by a policy. Holds an engine's memory until disposed, if it was given a model. */
export interface RlTracker extends Tracker, AsyncDisposable {
  /** Frees what the engine holds; the next frame would compile the policy again. */
  dispose(): Promise<void>;
}

/**
 * Tracks by a policy: one episode per frame, in which the safety layer takes the best joint action at every layer. Without
 * constraint tracks may share hits.
 *
 * @param policy - a policy with its parameters, such as `trainPolicy` returns, or any function that scores candidates
 * @param options - {@link RlTrackerOptions}; those of the environment should be as in training
 * @returns a tracker; tracks come by their first hit, deepest layer first
 * @throws InvalidArgumentError if an option is out of range or parameters do not fit their policy; `reconstruct` rejects
 * with it for a malformed frame, and with NumericalError if a score is not finite
 * @example
 * ```ts
 * const straightest = rlTracker(({ cosine }) => ({ logits: cosine }));
 * const tracks = await straightest.reconstruct(frame);
 * ```
 * @see Kortus, Keidel, Gauger and Kieseler 2025, arXiv:2501.05113
 */
export function rlTracker(policy: PolicyModel | Evaluate, options: RlTrackerOptions = {}): RlTracker {
  const { minHits = 2, maxKink = MAX_KINK, constraint = 'assignment', firstSegment, ...others } = options;
  const { geometry, maxAngleCalorimeter, maxAngleTracker, beamEnergyMeV, firstWidth, kinkWidth, ...engine } =
    others;
  checkInteger('rlTracker', 'minHits', minHits, { min: 1 });
  const { evaluate, runner } = evaluation(policy, engine);
  const act = actor(evaluate, { constraint });
  const environmentOptions: TrackingEnvironmentOptions = {
    ...{ firstSegment, geometry, maxAngleCalorimeter, maxAngleTracker, beamEnergyMeV, firstWidth, kinkWidth },
    ...{ maxKink, sharedHits: constraint === 'none' },
  };
  const settings = episodeSettings('rlTracker', environmentOptions);
  const dispose = async (): Promise<void> => {
    await runner?.dispose();
  };
  return {
    async reconstruct(frame: Frame): Promise<Track[]> {
      const environment = new FrameEnvironment([frame], environmentOptions, settings);
      let { decision } = environment;
      while (decision.agents > 0)
        decision = environment.step(await act(decision, environment.statics)).observations;
      return environment.tracks(minHits)[0]!;
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

/** Scores of a policy, and what runs it if it is a model. */
function evaluation(
  policy: PolicyModel | Evaluate,
  engine: CompileOptions,
): { evaluate: Evaluate; runner?: PolicyRunner } {
  if (typeof policy === 'function') return { evaluate: policy };
  if (typeof policy !== 'object' || policy === null || !('policy' in policy && 'parameters' in policy))
    throw new InvalidArgumentError(
      `rlTracker: policy must be a model { policy, parameters } or a function, got ${describeValue(policy)}`,
    );
  checkPolicyParameters('rlTracker', policy.policy, policy.parameters);
  const runner = new PolicyRunner(policy.policy, engine);
  return { evaluate: runner.evaluate(policy.parameters), runner };
}
