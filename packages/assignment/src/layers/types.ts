import type { Tensor } from '@pct/tensor';
import type { AssignmentSolver, UnmatchedCosts } from '../types.js';
import type { BatchShape } from './shapes.js';
import type { BatchSolution, BatchStart } from './solve.js';

/** A batch of problems as an estimator gets it: costs to be minimised. */
export interface CostBatch extends BatchShape {
  /** `[b, n, m]`; `Infinity` for forbidden pairs, all others finite and at most 1e300 in size. Not to be changed. */
  readonly cost: Float64Array;
}

/** What an estimator computes with, besides the costs. */
export interface EstimatorContext {
  /** What messages of errors should open with. */
  readonly name: string;
  /** The estimator's seed in this run; 0 if it has none. */
  readonly seed: number;
  /** `[b]`, index by which each problem's noise is keyed; see {@link noiseStream}. */
  readonly examples: ArrayLike<number>;
  /** What staying unmatched costs; `undefined` if all of the shorter side has to be matched, or a solver decides. */
  readonly unmatchedCost: number | UnmatchedCosts | undefined;
  /**
   * Best assignments of problems of the batch's shape, with the caller's solver and prices of staying unmatched.
   *
   * @param cost - `[k, n, m]` for any number k of problems, finite or `Infinity`
   * @param start - where to start, such as the solution for similar costs
   */
  readonly solve: (cost: Float64Array, start?: BatchStart) => BatchSolution;
}

/** An axis of an array that an estimator keeps: of the batch, or of fixed length. */
export type SavedAxis = 'batch' | 'rows' | 'columns' | number;

/**
 * A differentiable stand-in for argmin ⟨c, y⟩ over assignments y: what the layer gives out, and what counts as its
 * derivative.
 *
 * Functions of their inputs alone, so that every engine gives the same results, and a batch the same as its problems
 * one by one. Masks, margins, shapes, element types and bad input are the layer's business: arrays come checked, in
 * float64, and what is returned for forbidden pairs is set to 0.
 *
 * @see examples/custom-estimator.ts for one that is not among the layer's own
 */
export interface Estimator {
  /** Name for messages and printed graphs. */
  readonly name: string;
  /**
   * Seed of the noise: a safe integer, or an int32 tensor without axes that changes from run to run.
   *
   * @defaultValue `undefined`: there is no noise
   */
  readonly seed?: number | Tensor | undefined;
  /**
   * Shapes of the arrays that `forward` keeps for `backward`.
   *
   * @defaultValue `[]`
   */
  readonly saved?: readonly (readonly SavedAxis[])[] | undefined;
  /**
   * The layer's output.
   *
   * @returns `output`, `[b, n, m]`: 0/1, or anything between; and `saved`, arrays of the shapes declared, all new
   */
  forward(batch: CostBatch, context: EstimatorContext): EstimatorResult;
  /**
   * What stands for Jᵀ g.
   *
   * @param output - of `forward`, `[b, n, m]`, rounded to the element type of the costs
   * @param saved - of `forward`
   * @param cotangent - g, derivative of the loss with respect to the output, `[b, n, m]`, finite; 0 where forbidden
   * @returns derivative of the loss with respect to the costs, `[b, n, m]`, a new array
   */
  backward(
    batch: CostBatch,
    output: ArrayLike<number>,
    saved: readonly Float64Array[],
    cotangent: Float64Array,
    context: EstimatorContext,
  ): Float64Array;
  /**
   * Whether `backward` is linear in the cotangent with a symmetric matrix: then J = Jᵀ, and `jvp` works as well.
   *
   * @defaultValue `false`
   */
  readonly symmetric?: boolean | undefined;
}

/** What {@link Estimator.forward} returns. */
export interface EstimatorResult {
  readonly output: Float64Array;
  readonly saved: readonly Float64Array[];
}

/**
 * An estimator written in array operations of `@pct/tensor`, which differentiates it, to any order.
 */
export interface TracedEstimator {
  /** Name for messages. */
  readonly name: string;
  /**
   * The layer's output.
   *
   * @param cost - costs to be minimised, `[b, n, m]`; 0 for forbidden pairs
   * @param allowed - bool `[b, n, m]`
   * @param context - what staying unmatched costs
   * @returns `[b, n, m]`, 0 for forbidden pairs
   */
  trace(cost: Tensor, allowed: Tensor, context: TraceContext): Tensor;
}

/** What a {@link TracedEstimator} computes with, besides the costs. */
export interface TraceContext {
  readonly name: string;
  readonly unmatchedCost: number | UnmatchedCosts | undefined;
}

/**
 * A margin between true and other pairs that training has to keep, or a price on the chosen ones.
 *
 * @see Rolínek et al. 2020, "Deep graph matching via blackbox differentiation of combinatorial solvers", ECCV,
 * arXiv:2003.11657, section 3.3
 */
export type Margin =
  | {
      /** True pairs cost α/2 more and all others α/2 less, so that truth has to win by a margin. For training only. */
      readonly kind: 'pairwise';
      /** α, in the unit of the costs, finite. */
      readonly alpha: number;
      /** 1 or true for true pairs: bool, or the type of the costs, `[b, n, m]` or `[n, m]`. */
      readonly truth: Tensor;
    }
  | {
      /** α y is added to the gradient with respect to the costs: that of α ⟨c, y(c)⟩, the total cost of the chosen. */
      readonly kind: 'totalCost';
      /** α, finite. */
      readonly alpha: number;
    };

/** Options of {@link assignmentLayer}. */
export interface AssignmentLayerOptions {
  /**
   * What the output is and how it is differentiated.
   *
   * @defaultValue `blackbox({ lambda: 20 })`
   */
  readonly estimator?: Estimator | TracedEstimator | undefined;
  /**
   * Pairs that may be matched: bool, `[b, n, m]`, or `[n, m]` for all problems. Others count as costs of `Infinity`;
   * output and gradient are 0 there.
   *
   * @defaultValue `undefined`: all whose cost is finite
   */
  readonly mask?: Tensor | undefined;
  /**
   * Lets rows and columns stay unmatched at this price, in the unit of the costs, as the option of
   * `linearSumAssignment`. There is no gradient with respect to it.
   *
   * @defaultValue `undefined`: every row or every column, whichever are fewer, must be matched
   */
  readonly unmatchedCost?: number | UnmatchedCosts | undefined;
  /**
   * Solves the problems, instead of `linearSumAssignment`. Estimators without such problems do not use it.
   *
   * @defaultValue `undefined`
   */
  readonly solver?: AssignmentSolver | undefined;
  /**
   * Margin for training, see {@link Margin}.
   *
   * @defaultValue `undefined`: none
   */
  readonly margin?: Margin | undefined;
  /**
   * Whether the first argument holds scores, of which the largest total is looked for; `-Infinity` then forbids a
   * pair. All that is said about costs holds for minus the scores.
   *
   * @defaultValue `false`
   */
  readonly maximize?: boolean | undefined;
  /**
   * Index by which each problem's noise is keyed, int32 `[b]`: give an index into the data set, and an example gets
   * the same noise in every batch.
   *
   * @defaultValue `undefined`: 0, 1, ..., b - 1
   */
  readonly examples?: Tensor | undefined;
}
