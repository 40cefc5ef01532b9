import { checkFinite, checkOneOf, checkPositive, InvalidArgumentError } from '@pct/core';
import { add, cast, customOp, mul, neg, sub, type NdArray, type Tensor } from '@pct/tensor';
import { blockInputs, solveBlocks, type AssignmentBlocks } from './blocks.js';

const NAME = 'safeAssignment';

/**
 * A cost margin, which pushes decisions of the assignment away from their boundary. Costs are minus the logits.
 *
 * @see Kortus, Keidel, Gauger and Kieseler 2025, arXiv:2501.05113 (cost margin); Rolínek et al. 2020, arXiv:2003.11657,
 * section 3.3 (pairwise)
 */
export type SafetyMargin =
  | {
      /** α y is added to the gradient with respect to the costs: that of α ⟨c, y(c)⟩, the total cost of the chosen. */
      readonly kind: 'totalCost';
      /** α, finite. */
      readonly alpha: number;
    }
  | {
      /** Chosen pairs cost α/2 more and all others α/2 less, so that they have to win by a margin. For training only. */
      readonly kind: 'pairwise';
      /** α, in the unit of the logits, finite. */
      readonly alpha: number;
      /** 1 or true for the pairs that are to win, such as those executed: bool, or the type of the logits, [pairs]. */
      readonly chosen: Tensor;
    };

/** Options of {@link safeAssignment}. */
export interface SafeAssignmentOptions {
  /**
   * λ of the blackbox estimator, how far costs are moved along the gradient, finite and above 0: λ times a typical
   * gradient should be about as large as differences of logits that matter.
   * @defaultValue `20`
   */
  readonly lambda?: number | undefined;
  /**
   * Margin for training.
   * @defaultValue `undefined`: none
   */
  readonly margin?: SafetyMargin | undefined;
}

/**
 * The safety layer as a differentiable operation: the assignments of all problems at once, y(c) = argmin ⟨c, y⟩ at
 * costs c = −logits, over the joint actions in which as many agents as can have a hit.
 *
 * Its derivative is that of the blackbox estimator: for the gradient g with respect to y, the one with respect to the
 * costs is −(y(c) − y(c + λg)) / λ, and α y(c) on top with the margin `totalCost`. Add Gumbel noise to the logits for
 * perturb-and-MAP.
 *
 * @param logits - higher is better, finite, floating point [pairs]
 * @param blocks - the problems, declared as {@link blockSpecs}
 * @param options - {@link SafeAssignmentOptions}
 * @returns 1 for the pairs chosen, else 0; [pairs]
 * @throws InvalidArgumentError if an option is out of range; while running, if a logit or a gradient is not finite
 * @example
 * ```ts
 * const loss = (p, sample, blocks) => mean(mul(price, safeAssignment(network(p, sample), blocks, { lambda: 10 })));
 * ```
 * @see Kortus, Keidel, Gauger and Kieseler 2025, arXiv:2501.05113; Vlastelica et al. 2020, arXiv:1912.02175, algorithm 1
 */
export function safeAssignment(
  logits: Tensor,
  blocks: AssignmentBlocks<Tensor>,
  { lambda = 20, margin }: SafeAssignmentOptions = {},
): Tensor {
  checkPositive(NAME, 'lambda', lambda);
  if (margin !== undefined) {
    checkOneOf(NAME, 'margin.kind', margin.kind, ['pairwise', 'totalCost']);
    checkFinite(NAME, 'margin.alpha', margin.alpha);
  }
  const price = margin?.kind === 'totalCost' ? margin.alpha : 0;
  const backward = customOp({
    name: 'safe assignment, derivative',
    infer: ([cost]) => [cost!],
    run: (inputs) => [blackboxGradient(inputs, lambda, price)],
    // The estimator has no second derivative: what it gives counts as a constant.
    vjp: () => [],
    jvp: () => [],
  });
  const forward = customOp({
    name: 'safe assignment',
    infer: ([cost]) => [cost!],
    run: ([cost, ...structure]) => [indicator(structure, cost!.data)],
    vjp: (inputs, [y], [cotangent]) => (cotangent === undefined ? [] : backward(...inputs, y!, cotangent)),
    jvp: () => [],
  });
  return forward(withMargin(neg(logits), margin), ...blockInputs(blocks))[0]!;
}

/** Costs with half of α added to the chosen pairs and taken off all others. */
function withMargin(costs: Tensor, margin: SafetyMargin | undefined): Tensor {
  if (margin?.kind !== 'pairwise') return costs;
  const { chosen, alpha } = margin;
  const isChosen = chosen.dtype === 'bool' ? cast(chosen, costs.dtype) : chosen;
  return add(costs, mul(alpha, sub(isChosen, 0.5)));
}

/** 1 for the pairs of the best joint action, else 0. */
function indicator(
  [agentOffsets, pairOffsets, columns]: readonly NdArray[],
  costs: ArrayLike<number>,
): Float64Array {
  for (let p = 0; p < costs.length; p++)
    if (!Number.isFinite(costs[p]!))
      throw new InvalidArgumentError(
        `${NAME}: logits and gradients must be finite, got ${costs[p]} at pair ${p}`,
      );
  const blocks = {
    agentOffsets: agentOffsets!.data as Int32Array,
    pairOffsets: pairOffsets!.data as Int32Array,
    columns: columns!.data as Int32Array,
  };
  const y = new Float64Array(costs.length);
  for (const pair of solveBlocks(blocks, costs)) if (pair >= 0) y[pair] = 1;
  return y;
}

function blackboxGradient(inputs: readonly NdArray[], lambda: number, price: number): Float64Array {
  const [costs, agentOffsets, pairOffsets, columns, output, cotangent] = inputs as [NdArray, ...NdArray[]];
  const y = output!.data;
  const moved = Float64Array.from(costs.data, (cost, p) => cost + lambda * cotangent!.data[p]!);
  const gradient = indicator([agentOffsets!, pairOffsets!, columns!], moved);
  for (let p = 0; p < y.length; p++) gradient[p] = (gradient[p]! - y[p]!) / lambda + price * y[p]!;
  return gradient;
}
