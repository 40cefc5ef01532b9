import { checkFinite, checkPositive } from '@pct/core';
import {
  add,
  argmin,
  cast,
  div,
  expandDims,
  logicalAnd,
  logicalNot,
  logSoftmax,
  maximum,
  mul,
  neg,
  oneHot,
  relu,
  softmax,
  square,
  stopGradient,
  sub,
  sum,
  where,
} from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import type { SolutionCache } from '../SolutionCache.js';
import { openPool } from './pool.js';
import { checkedPairs } from './best.js';
import type { SolvingLossOptions } from './problem.js';
import { openPairs, openProblem, reduceBatch } from './problem.js';

/** Options of {@link pointwiseRankingLoss}, and of the other losses that rank. */
export interface RankingLossOptions extends SolvingLossOptions {
  /** Pool of assignments that are ranked. The loss adds to it; see {@link SolutionCache}. */
  readonly cache: SolutionCache;
  /**
   * Best assignment at the true costs, if it is known, 0 or 1, like the costs: added to the cache.
   *
   * @defaultValue `undefined`: the cache has what was added to it before, and solutions of predicted costs
   */
  readonly truth?: Tensor | undefined;
}

/** Options of {@link pairwiseRankingLoss}. */
export interface PairwiseRankingLossOptions extends RankingLossOptions {
  /**
   * By how much the predicted total of the best assignment has to be below those of others, in the unit of the
   * costs; at least 0. With 0, equal costs everywhere have no loss.
   *
   * @defaultValue `1`
   */
  readonly margin?: number | undefined;
}

/** Options of {@link listwiseRankingLoss}. */
export interface ListwiseRankingLossOptions extends RankingLossOptions {
  /**
   * Temperature of both distributions, in the unit of the costs, above 0. The smaller, the more only the best
   * assignments count.
   *
   * @defaultValue `1`
   */
  readonly temperature?: number | undefined;
}

/** No total of a place without assignment: large, but finite in float32, as 0 times Infinity is NaN. */
const NEVER = 1e30;

/**
 * Pointwise learning to rank: mean over the assignments y of the cache of (⟨ĉ, y⟩ - ⟨c, y⟩)², a regression of the
 * totals.
 *
 * @param predictedCost - ĉ, floating point, `[rows, columns]` or `[batch, rows, columns]`, of the cache's size
 * @param trueCost - c, like it
 * @param options - {@link RankingLossOptions}
 * @returns the loss, `[]`, or `[batch]` without reduction; 0 for a problem that allows no assignment of the cache
 * @throws `InvalidArgumentError` or `ShapeError` if types or shapes do not fit; when it runs, `InvalidArgumentError`
 *   for NaN or a truth that is no assignment, and `InfeasibleAssignmentError` if it has a forbidden pair
 * @see Mandi et al. 2022, "Decision-focused learning: through the lens of learning to rank", ICML, the pointwise loss,
 *   arXiv:2112.03609
 */
export function pointwiseRankingLoss(
  predictedCost: Tensor,
  trueCost: Tensor,
  options: RankingLossOptions,
): Tensor {
  const ranked = openRanking('pointwiseRankingLoss', predictedCost, trueCost, options);
  const { predicted, wanted, usable } = ranked;
  return reduceBatch(meanOf(square(sub(predicted, wanted)), usable), ranked.batched, options.reduction);
}

/**
 * Pairwise learning to rank, the best assignment against each of the others: mean over the assignments y of the cache
 * other than y⁺, the cheapest at c, of max(0, margin + ⟨ĉ, y⁺⟩ - ⟨ĉ, y⟩).
 *
 * @param predictedCost - ĉ, floating point, `[rows, columns]` or `[batch, rows, columns]`, of the cache's size
 * @param trueCost - c, like it
 * @param options - {@link PairwiseRankingLossOptions}
 * @returns the loss, `[]`, or `[batch]` without reduction; 0 for a problem that allows fewer than two assignments of
 *   the cache
 * @throws as {@link pointwiseRankingLoss}, and `InvalidArgumentError` if the margin is negative or no number
 * @see Mandi et al. 2022, ICML, the pairwise loss of the best against the rest, arXiv:2112.03609
 */
export function pairwiseRankingLoss(
  predictedCost: Tensor,
  trueCost: Tensor,
  options: PairwiseRankingLossOptions,
): Tensor {
  const name = 'pairwiseRankingLoss';
  const { margin = 1, cache, reduction } = options;
  checkFinite(name, 'margin', margin, { min: 0 });
  const { predicted, wanted, usable, batched } = openRanking(name, predictedCost, trueCost, options);
  const cheapest = argmin(stopGradient(where(usable, wanted, NEVER)), 1);
  const best = oneHot(cheapest, cache.capacity, 'bool');
  const lead = expandDims(sum(where(best, predicted, 0), { axes: 1 }), 1);
  const others = logicalAnd(usable, logicalNot(best));
  return reduceBatch(meanOf(relu(add(margin, sub(lead, predicted))), others), batched, reduction);
}

/**
 * Listwise learning to rank: cross-entropy -Σ p_c(y) log p_ĉ(y) between the distributions
 * p_c(y) ∝ exp(-⟨c, y⟩ / temperature) of true and predicted totals over the assignments of the cache.
 *
 * Smooth; its minimum over ĉ is the entropy of p_c, not 0. The paper divides by the number of assignments, which is
 * not done here.
 *
 * @param predictedCost - ĉ, floating point, `[rows, columns]` or `[batch, rows, columns]`, of the cache's size
 * @param trueCost - c, like it
 * @param options - {@link ListwiseRankingLossOptions}
 * @returns the loss, `[]`, or `[batch]` without reduction; 0 for a problem that allows no assignment of the cache
 * @throws as {@link pointwiseRankingLoss}, and `InvalidArgumentError` if the temperature is not above 0
 * @see Mandi et al. 2022, ICML, the listwise loss, arXiv:2112.03609
 */
export function listwiseRankingLoss(
  predictedCost: Tensor,
  trueCost: Tensor,
  options: ListwiseRankingLossOptions,
): Tensor {
  const name = 'listwiseRankingLoss';
  const { temperature = 1, reduction } = options;
  checkPositive(name, 'temperature', temperature);
  const { predicted, wanted, usable, batched } = openRanking(name, predictedCost, trueCost, options);
  const scores = (totals: Tensor): Tensor => where(usable, mul(totals, -1 / temperature), -NEVER);
  const logs = where(usable, logSoftmax(scores(predicted)), 0);
  const losses = neg(sum(mul(softmax(scores(wanted)), logs), { axes: 1 }));
  return reduceBatch(losses, batched, reduction);
}

interface Ranking {
  /** ⟨ĉ, y⟩ and ⟨c, y⟩, [batch, capacity]. */
  readonly predicted: Tensor;
  readonly wanted: Tensor;
  readonly usable: Tensor;
  readonly batched: boolean;
}

function openRanking(
  name: string,
  predictedCost: Tensor,
  trueCost: Tensor,
  options: RankingLossOptions,
): Ranking {
  const { cache, truth, solver } = options;
  const { arrays, forbidden, batched } = openProblem(name, { predictedCost, trueCost }, options);
  const [predicted, wanted] = arrays as [Tensor, Tensor];
  const y =
    truth &&
    checkedPairs(name, 'truth', openPairs(name, 'truth', truth, predictedCost, 'predictedCost'), forbidden);
  const pool = openPool(name, { cache, predicted, argument: 'predictedCost', truth: y, forbidden, solver });
  return {
    predicted: pool.totals(predicted),
    wanted: pool.totals(wanted),
    usable: pool.usable,
    batched,
  };
}

/** Mean of the chosen elements of each row, 0 for none: [batch, capacity] to [batch]. */
function meanOf(x: Tensor, chosen: Tensor): Tensor {
  const count = sum(cast(chosen, x.dtype), { axes: 1 });
  return div(sum(where(chosen, x, 0), { axes: 1 }), maximum(count, 1));
}
