import { checkOneOf } from '@pct/core';
import type { Decision, Evaluate, FrameStatics } from '../environment/types.js';
import { assignJointAction, independentAction, type JointActionOptions } from '../safety/jointAction.js';

/** Chooses a joint action: pair of every agent, −1 for none; [agents]. */
export type Act = (
  decision: Decision,
  statics: readonly FrameStatics[],
) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** Options of {@link actor}; `rng` makes it explore. */
export interface ActorOptions extends JointActionOptions {
  /**
   * `assignment`: the safety layer chooses, see `assignJointAction`. `none`: each agent by itself, for environments with
   * `sharedHits`.
   * @defaultValue `'assignment'`
   */
  readonly constraint?: 'assignment' | 'none' | undefined;
}

/**
 * Makes a policy act.
 *
 * @param evaluate - scores of a policy
 * @param options - {@link ActorOptions}
 * @throws InvalidArgumentError if the constraint is unknown
 * @example
 * ```ts
 * const straightest = actor((decision) => ({ logits: decision.cosine }));
 * ```
 */
export function actor(evaluate: Evaluate, options: ActorOptions = {}): Act {
  const { constraint = 'assignment', ...rest } = options;
  checkOneOf('actor', 'constraint', constraint, ['assignment', 'none']);
  const choose = constraint === 'assignment' ? assignJointAction : independentAction;
  return async (decision, statics) => {
    const { logits } = await evaluate(decision, statics);
    return choose(decision, statics, logits, rest);
  };
}
