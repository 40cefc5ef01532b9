import { checkFinite, checkInteger, createRng, InvalidArgumentError, type Objective } from '@pct/core';
import type { Frame } from '@pct/detector';
import {
  flattenParameters,
  parameterBlocks,
  unflattenParameters,
  type CompileOptions,
  type NdArray,
} from '@pct/tensor';
import { episodeSettings, type TrackingEnvironmentOptions } from '../environment/settings.js';
import { FrameEnvironment } from '../environment/trackingEnvironment.js';
import { PolicyRunner } from '../policy/PolicyRunner.js';
import type { PolicyParameters, TrackingPolicy } from '../policy/types.js';
import { actor } from '../rollout/actor.js';
import { rollout } from '../rollout/rollout.js';

/** Options of {@link policyObjective}; those of `compile` choose the engine. */
export interface PolicyObjectiveOptions extends Omit<CompileOptions, 'precision' | 'signal'> {
  /** Rewards, and how frames become candidates; as in the training. @defaultValue `{}` */
  readonly environment?: Omit<TrackingEnvironmentOptions, 'parallel' | 'sharedHits' | 'seed'> | undefined;
  /** Whether the safety layer makes joint actions, or agents choose by themselves. @defaultValue `'assignment'` */
  readonly constraint?: 'assignment' | 'none' | undefined;
  /** Episodes in each frame, each with noise of its own, >= 1. @defaultValue `1` */
  readonly episodes?: number | undefined;
  /** Scale of the Gumbel noise, >= 0; 0 is the policy's best action. @defaultValue `1` */
  readonly temperature?: number | undefined;
  /** Of the noise, the same at every evaluation. @defaultValue `0` */
  readonly seed?: number | undefined;
}

/** An objective over the parameters of a policy. Holds an engine's memory until disposed. */
export interface PolicyObjective extends Objective, AsyncDisposable {
  loss(parameters: Float64Array): Promise<number>;
  /** Tree of parameters from a vector. */
  unflatten(parameters: Float64Array): PolicyParameters<NdArray>;
  /** Frees what the engine holds. */
  dispose(): Promise<void>;
}

const NAME = 'policyObjective';

/**
 * Minus the expected return of a policy, as a function of its parameters in one vector:
 *
 * L(θ) = −E[Σ r / hits],
 *
 * the rewards of all agents of an episode over the number of hits of its frame, in the mean over frames and episodes. The
 * noise of the exploration is fixed, so that L is a function and near parameters are compared by the same draws. L is
 * piecewise constant, as actions are: there is no gradient, only the landscape.
 *
 * @param policy - tells the architecture
 * @param frames - at least one; truth is not needed
 * @param options - {@link PolicyObjectiveOptions}
 * @throws InvalidArgumentError if an option is out of range or there are no frames; `loss` rejects with it for a vector of
 * another length, and with NumericalError if a score or reward is not finite
 * @example
 * ```ts
 * await using objective = policyObjective(model.policy, frames);
 * await objective.loss(flattenParameters(model.parameters));
 * ```
 */
export function policyObjective(
  policy: TrackingPolicy,
  frames: readonly Frame[],
  options: PolicyObjectiveOptions = {},
): PolicyObjective {
  const { environment = {}, constraint = 'assignment', episodes = 1, temperature = 1, seed = 0 } = options;
  const { runtime, threads } = options;
  checkInteger(NAME, 'episodes', episodes, { min: 1 });
  checkFinite(NAME, 'temperature', temperature, { min: 0 });
  if (frames.length === 0) throw new InvalidArgumentError(`${NAME}: frames must hold at least one, got none`);
  const environmentOptions = { ...environment, sharedHits: constraint === 'none' };
  const settings = episodeSettings(NAME, environmentOptions);
  const environments = frames.map((frame) => new FrameEnvironment([frame], environmentOptions, settings));
  const initial = policy.initialize(0);
  const size = flattenParameters(initial).length;
  const runner = new PolicyRunner(policy, { runtime, threads });
  const noise = createRng(seed);

  const unflatten = (parameters: Float64Array): PolicyParameters<NdArray> => {
    if (!(parameters instanceof Float64Array) || parameters.length !== size)
      throw new InvalidArgumentError(`${NAME}: parameters must be a Float64Array of length ${size}`);
    return unflattenParameters(parameters, initial);
  };
  return {
    size,
    blocks: parameterBlocks(initial),
    unflatten,
    async loss(parameters) {
      const evaluate = runner.evaluate(unflatten(parameters));
      let sum = 0;
      for (const [f, frameEnvironment] of environments.entries())
        for (let episode = 0; episode < episodes; episode++) {
          const rng = noise.split(f).split(episode);
          const act = actor(evaluate, { constraint, temperature, rng });
          const { individual } = await rollout(frameEnvironment, act);
          const total = individual.reduce((rewards, reward) => rewards + reward, 0);
          sum -= total / Math.max(1, frames[f]!.count);
        }
      return sum / (frames.length * episodes);
    },
    dispose: () => runner.dispose(),
    [Symbol.asyncDispose]: () => runner.dispose(),
  };
}
