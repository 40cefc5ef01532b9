import {
  exp,
  gather,
  log,
  mul,
  neg,
  segmentMax,
  segmentSum,
  stopGradient,
  sub,
  type Dim,
  type Tensor,
} from '@pct/tensor';

/**
 * Logarithm of the softmax among the candidates of each agent.
 *
 * @param logits - [pairs]
 * @param agent - agent of each candidate, int32 [pairs]
 * @param agents - their number
 * @returns [pairs]
 */
export function candidateLogProbabilities(logits: Tensor, agent: Tensor, agents: Dim): Tensor {
  // The shift cancels, so that its derivative need not be taken.
  const shifted = sub(logits, gather(stopGradient(segmentMax(logits, agent, agents)), agent));
  return sub(shifted, gather(log(segmentSum(exp(shifted), agent, agents)), agent));
}

/**
 * Entropy of the choice of each agent, −Σⱼ π(j) log π(j); 0 without candidates.
 *
 * @param logProbabilities - of {@link candidateLogProbabilities}, [pairs]
 * @returns [agents]
 */
export function choiceEntropy(logProbabilities: Tensor, agent: Tensor, agents: Dim): Tensor {
  return neg(segmentSum(mul(exp(logProbabilities), logProbabilities), agent, agents));
}
