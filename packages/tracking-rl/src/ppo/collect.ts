import type { Rng } from '@pct/core';
import type { TrackingEnvironment } from '../environment/trackingEnvironment.js';
import type { Evaluate } from '../environment/types.js';
import { rollout, type Rollout } from '../rollout/rollout.js';
import { assignJointAction, independentAction } from '../safety/jointAction.js';

/** Episodes, and what the policy thought in them. */
export interface Collected extends Rollout {
  /** log π of the actions, 0 where there is none; [steps]. */
  readonly logProbabilities: Float64Array;
  /** By the critic, [steps]. */
  readonly values: Float64Array;
}

/** Options of {@link collect}. */
export interface CollectOptions {
  /** Whether the safety layer makes the joint action. */
  readonly constrained: boolean;
  /** Of the noise. */
  readonly rng: Rng;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs one episode in each frame of the environment and explores: Gumbel noise perturbs the logits. Without constraint the
 * largest perturbed logit of an agent is a sample of its softmax; with it, the best assignment is a sample from a
 * distribution over assignments (perturb and MAP).
 *
 * @param environment - reset here
 * @param evaluate - the policy, with normalised logits and with values
 * @see Papandreou and Yuille 2011, ICCV, doi:10.1109/ICCV.2011.6126242
 */
export async function collect(
  environment: TrackingEnvironment,
  evaluate: Evaluate,
  { constrained, rng, signal }: CollectOptions,
): Promise<Collected> {
  const logProbabilities: number[] = [];
  const values: number[] = [];
  const choose = constrained ? assignJointAction : independentAction;
  const episodes = await rollout(
    environment,
    async (decision, statics) => {
      const { logits, values: expected } = await evaluate(decision, statics);
      const action = choose(decision, statics, logits, { rng });
      for (let i = 0; i < decision.agents; i++) {
        logProbabilities.push(action[i]! < 0 ? 0 : logits[action[i]!]!);
        values.push(expected![i]!);
      }
      return action;
    },
    { signal },
  );
  return {
    ...episodes,
    logProbabilities: Float64Array.from(logProbabilities),
    values: Float64Array.from(values),
  };
}
