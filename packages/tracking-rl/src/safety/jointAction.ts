import { checkFinite, NumericalError, ShapeError, type Rng } from '@pct/core';
import type { Decision, FrameStatics } from '../environment/types.js';
import { assignmentBlocks, solveBlocks } from './blocks.js';

/** Options of {@link assignJointAction} and {@link independentAction}. */
export interface JointActionOptions {
  /**
   * Source of Gumbel noise that is added to the logits: the joint action is then random. Its draws go on from call to
   * call.
   * @defaultValue `undefined`: no noise, the best joint action
   */
  readonly rng?: Rng | undefined;
  /**
   * Scale of the noise, >= 0. With 1, single agents follow the softmax of their logits.
   * @defaultValue `1`
   */
  readonly temperature?: number | undefined;
}

/**
 * The safety layer: the joint action of all agents as one assignment per frame and layer, so that no two agents take the
 * same hit. As many agents as can get one of their candidates, and among these the total of the logits is largest.
 *
 * With `rng` this is perturb-and-MAP: logits with Gumbel noise give a random joint action, which obeys the same rules.
 *
 * @param decision - of an environment
 * @param statics - the frames of its agents
 * @param logits - higher is better, [pairs]. A constant that is added to all logits of an agent makes it more or less
 *   likely to get one of several agents' common hits; log-probabilities rule that out
 * @param options - {@link JointActionOptions}
 * @returns pair of every agent, −1 for none; [agents], for `TrackingEnvironment.step`
 * @throws ShapeError if there is not one logit per pair
 * @throws NumericalError that names frame and agent if a logit is not finite
 * @see Kortus, Keidel, Gauger and Kieseler 2025, arXiv:2501.05113 (safety layer); Papandreou and Yuille 2011,
 * "Perturb-and-MAP random fields", ICCV
 */
export function assignJointAction(
  decision: Decision,
  statics: readonly FrameStatics[],
  logits: ArrayLike<number>,
  options: JointActionOptions = {},
): Int32Array {
  const scores = perturbed('assignJointAction', decision, statics, logits, options);
  for (let p = 0; p < scores.length; p++) scores[p] = -scores[p]!;
  return solveBlocks(assignmentBlocks(decision, statics), scores);
}

/**
 * A joint action without constraint: each agent takes its best candidate, whatever the others do, or with `rng` a random
 * one by the softmax of its logits. For environments with `sharedHits`.
 *
 * @param decision - of an environment
 * @param statics - the frames of its agents
 * @param logits - [pairs]
 * @param options - {@link JointActionOptions}
 * @returns pair of every agent, [agents]; of equal candidates the first
 * @throws as {@link assignJointAction}
 */
export function independentAction(
  decision: Decision,
  statics: readonly FrameStatics[],
  logits: ArrayLike<number>,
  options: JointActionOptions = {},
): Int32Array {
  const scores = perturbed('independentAction', decision, statics, logits, options);
  const { agents, offsets } = decision;
  const chosen = new Int32Array(agents);
  for (let i = 0; i < agents; i++) {
    let best = offsets[i]!;
    for (let p = best + 1; p < offsets[i + 1]!; p++) if (scores[p]! > scores[best]!) best = p;
    chosen[i] = best;
  }
  return chosen;
}

/** Logits with noise, checked; a new array. */
function perturbed(
  caller: string,
  { pairs, agents, offsets, environment }: Decision,
  statics: readonly FrameStatics[],
  logits: ArrayLike<number>,
  { rng, temperature = 1 }: JointActionOptions,
): Float64Array {
  checkFinite(caller, 'temperature', temperature, { min: 0 });
  if (logits.length !== pairs)
    throw new ShapeError(
      `${caller}: logits must have one entry for each of the ${pairs} pairs, got ${logits.length}`,
    );
  const scores = new Float64Array(pairs);
  for (let i = 0; i < agents; i++) {
    for (let p = offsets[i]!; p < offsets[i + 1]!; p++) {
      const logit = logits[p]!;
      if (!Number.isFinite(logit))
        throw new NumericalError(
          `${caller}: the logits of agent ${i} of frame ${statics[environment[i]!]!.frame.index} must be finite, ` +
            `got ${logit} for pair ${p}; look at the parameters of the policy`,
        );
      scores[p] = rng === undefined ? logit : logit + temperature * rng.gumbel();
    }
  }
  return scores;
}
