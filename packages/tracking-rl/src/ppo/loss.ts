import {
  abs,
  add,
  cast,
  constant,
  div,
  exp,
  float32,
  gather,
  greater,
  int32,
  maximum,
  mean,
  minimum,
  mul,
  neg,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type TensorSpec,
} from '@pct/tensor';
import { blockSpecs, type AssignmentBlocks } from '../safety/blocks.js';
import { safeAssignment } from '../safety/safeAssignment.js';
import { candidateLogProbabilities, choiceEntropy } from '../policy/candidates.js';
import type { PolicyParameters, Sample, TrackingPolicy } from '../policy/types.js';

/** What was done in the steps of a minibatch, and how it went. */
export interface Targets<Leaf = Tensor> {
  /** Candidate that the agent took, any one where it took none; int32 [agents]. */
  readonly action: Leaf;
  /** 1 where the agent took one, else 0; [agents]. */
  readonly acted: Leaf;
  /** log π(action) of the policy that collected the step, [agents]. */
  readonly logProbability: Leaf;
  /** Advantages, not normalised; [agents]. */
  readonly advantage: Leaf;
  /** Targets of the critic, [agents]. */
  readonly return: Leaf;
  /** The critic's value when the step was collected, [agents]. */
  readonly value: Leaf;
}

/** Numbers of the loss, which schedules may change. */
export interface Coefficients<Leaf = Tensor> {
  /** ε of the ratio. */
  readonly clip: Leaf;
  /** Limit of how far values move at once. */
  readonly valueClip: Leaf;
  readonly value: Leaf;
  readonly entropy: Leaf;
  readonly assignment: Leaf;
}

/** Types of {@link Targets}. */
export const targetSpecs: Targets<TensorSpec> = {
  action: int32('agents'),
  acted: float32('agents'),
  logProbability: float32('agents'),
  advantage: float32('agents'),
  return: float32('agents'),
  value: float32('agents'),
};

/** Types of {@link Coefficients}. */
export const coefficientSpecs: Coefficients<TensorSpec> = {
  ...{ clip: float32(), valueClip: float32(), value: float32(), entropy: float32(), assignment: float32() },
};

/** Parts of the loss and what tells how an update goes, each one number. */
export interface LossParts<Leaf = Tensor> {
  readonly policyLoss: Leaf;
  readonly valueLoss: Leaf;
  readonly entropy: Leaf;
  readonly assignmentLoss: Leaf;
  /** Estimate of the divergence from the policy that collected the steps, E[(ρ − 1) − log ρ]. */
  readonly approximateKl: Leaf;
  /** Share of the steps whose ratio is clipped. */
  readonly clipFraction: Leaf;
}

/** Added to the standard deviation of advantages. */
const EPSILON = 1e-8;

/** How the safety layer takes part in the loss. */
export interface SafetySettings {
  /** λ of the blackbox estimator: how far costs move for an advantage of 1, nats. */
  readonly lambda: number;
  readonly margin: { readonly kind: 'totalCost' | 'pairwise'; readonly alpha: number } | undefined;
}

/** What the safety layer needs to know of a minibatch. */
export interface SafetyArrays<Leaf = Tensor> {
  readonly blocks: AssignmentBlocks<Leaf>;
  /** 1 for the pairs that were executed, else 0; [pairs]. */
  readonly executed: Leaf;
}

/** Types of {@link SafetyArrays}. */
export const safetySpecs: SafetyArrays<TensorSpec> = {
  ...{ blocks: blockSpecs, executed: float32('pairs') },
};

/**
 * The loss of PPO for agents that share a policy, in the mean over those that took an action:
 *
 * L = −E[min(ρᵢ Âᵢ, clip(ρᵢ, 1 − ε, 1 + ε) Âᵢ)] + c_V ½ E[max((Vᵢ − Rᵢ)², (V̂ᵢ − Rᵢ)²)] − c_H E[H(πᵢ)] + c_Y L_Y
 *
 * with ρᵢ = π(aᵢ | oᵢ) / π_old(aᵢ | oᵢ), V̂ᵢ = V_old,ᵢ + clip(Vᵢ − V_old,ᵢ, ±ε_V), advantages Âᵢ of mean 0 and variance 1
 * over the minibatch, and aᵢ the action that was executed, which under the safety layer is that of the assignment. Values
 * are learned for all agents. With the safety layer y = y(c) at costs c = −log π, an assignment of 0/1,
 *
 * L_Y = −E[Âᵢ Σⱼ aᵢⱼ yᵢⱼ(c)],
 *
 * whose derivative is that of the blackbox estimator, −(y(c) − y(c + λ ∂L_Y/∂y)) / λ. The assignment is that of the policy
 * without noise, as after training: an executed action that did well is pulled into it if it is missing by less than
 * λ |Âᵢ|, and one that did badly is pushed out if others are as near. The margin `totalCost` adds α E[Σⱼ cᵢⱼ yᵢⱼ(c)], by its
 * derivative at fixed y; `pairwise` asks executed actions to win by α before they count as chosen.
 *
 * @see Schulman et al. 2017, arXiv:1707.06347, eq. 7 and 9; Huang et al. 2022, "The 37 implementation details of PPO";
 * Vlastelica et al. 2020, arXiv:1912.02175
 */
export function ppoLoss(policy: TrackingPolicy, safety?: SafetySettings) {
  return (
    parameters: PolicyParameters,
    frames: Sample<Tensor>,
    sample: Sample<Tensor>,
    targets: Targets,
    coefficients: Coefficients,
    arrays: SafetyArrays,
  ): [Tensor, LossParts] => {
    const { action, acted } = targets;
    const agent = sample['agent']!;
    const agents = action.shape[0]!;
    const { logits, values } = policy.score(parameters, policy.embed(parameters, frames), sample);
    const all = candidateLogProbabilities(logits, agent, agents);
    const count = maximum(sum(acted), 1);
    const over = (x: Tensor): Tensor => div(sum(mul(x, acted)), count);

    const centred = sub(targets.advantage, over(targets.advantage));
    const advantage = div(centred, add(sqrt(over(square(centred))), EPSILON));
    const logRatio = mul(sub(gather(all, action), targets.logProbability), acted);
    const ratio = exp(logRatio);
    const { clip: range } = coefficients;
    const limited = minimum(maximum(ratio, sub(1, range)), add(1, range));
    const policyLoss = neg(over(minimum(mul(ratio, advantage), mul(limited, advantage))));

    const moved = sub(values, targets.value);
    const { valueClip } = coefficients;
    const near = add(targets.value, minimum(maximum(moved, neg(valueClip)), valueClip));
    const errors = maximum(square(sub(values, targets.return)), square(sub(near, targets.return)));
    const valueLoss = mul(0.5, mean(errors));

    const entropy = over(choiceEntropy(all, agent, agents));
    const ppo = sub(add(policyLoss, mul(coefficients.value, valueLoss)), mul(coefficients.entropy, entropy));
    const assignmentLoss =
      safety === undefined
        ? constant(0)
        : neg(over(mul(advantage, gather(assignment(all, count, safety, arrays), action))));
    return [
      add(ppo, mul(coefficients.assignment, assignmentLoss)),
      {
        ...{ policyLoss, valueLoss, entropy, assignmentLoss },
        approximateKl: over(sub(sub(ratio, 1), logRatio)),
        clipFraction: over(cast(greater(abs(sub(ratio, 1)), range), 'float32')),
      },
    ];
  };
}

/**
 * The joint actions that the safety layer makes of log-probabilities without noise, as it does after training; 0/1.
 *
 * The loss is a mean over n agents, so that its derivative with respect to y is one over n. Costs that are divided by n
 * as well make λ and α independent of how many agents there are.
 */
function assignment(
  logProbabilities: Tensor,
  count: Tensor,
  { lambda, margin }: SafetySettings,
  { blocks, executed }: SafetyArrays,
): Tensor {
  const scores = div(logProbabilities, count);
  const chosen = add(0.5, div(sub(executed, 0.5), count));
  return safeAssignment(scores, blocks, {
    lambda,
    margin: margin && { kind: margin.kind, alpha: margin.alpha, chosen },
  });
}
