/**
 * What all losses share: costs as [batch, rows, columns] without their infinities, which pairs are forbidden, and
 * the reduction over the batch.
 */
import { checkOneOf, InvalidArgumentError, ShapeError } from '@pct/core';
import {
  cast,
  equal,
  expandDims,
  logicalNot,
  logicalOr,
  mean,
  mul,
  reshape,
  squeeze,
  sum,
  Tensor,
  where,
} from '@pct/tensor';
import type { AssignmentSolver } from '../../types.js';

/** How the losses of the problems of a batch become one: their mean, their sum, or one number each, `[batch]`. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Options of every loss. */
export interface LossOptions {
  /**
   * Pairs that may be matched, bool, false where a pair is forbidden; `[rows, columns]` for all problems or
   * `[batch, rows, columns]`. A cost of `Infinity` forbids a pair as well. Forbidden pairs have no part in the loss,
   * and its derivative is 0 there.
   *
   * @defaultValue `undefined`: only `Infinity` forbids
   */
  readonly mask?: Tensor | undefined;
  /**
   * {@link Reduction} over the batch. Without a batch axis the loss is one number in any case.
   *
   * @defaultValue `'mean'`
   */
  readonly reduction?: Reduction | undefined;
}

/** Options of the losses that solve assignment problems. */
export interface SolvingLossOptions extends LossOptions {
  /**
   * What solves them.
   *
   * @defaultValue `linearSumAssignment`
   */
  readonly solver?: AssignmentSolver | undefined;
}

/** One or several cost arrays of the same problems, ready for sums over pairs. */
export interface OpenedProblem {
  /** Each argument as `[batch, rows, columns]`, 0 where the pair is forbidden. */
  readonly arrays: readonly Tensor[];
  /** Where a pair is forbidden, bool `[batch, rows, columns]`. */
  readonly forbidden: Tensor;
  /** Whether the arguments had a batch axis. */
  readonly batched: boolean;
}

const REDUCTIONS = ['mean', 'sum', 'none'] as const;

/**
 * Brings the costs of a loss into one form.
 *
 * @param name - of the loss, for messages
 * @param costs - arguments by name, floating point, all `[rows, columns]` or all `[batch, rows, columns]`
 * @throws {@link InvalidArgumentError} for what is no floating point tensor, or another reduction
 * @throws {@link ShapeError} if the shapes do not fit
 */
export function openProblem(
  name: string,
  costs: Readonly<Record<string, Tensor>>,
  { mask, reduction = 'mean' }: LossOptions,
): OpenedProblem {
  checkOneOf(name, 'reduction', reduction, REDUCTIONS);
  const [first, ...others] = Object.entries(costs);
  const [firstName, like] = first!;
  checkMatrix(name, firstName, like);
  for (const [argument, other] of others) checkLike(name, firstName, like, argument, other);
  const batched = like.rank === 3;
  const arrays = Object.values(costs).map((cost) => (batched ? cost : expandDims(cost, 0)));
  const infinite = arrays.map((cost) => equal(cost, Infinity));
  const forbidden = [...infinite, ...openMask(name, mask, like, firstName)].reduce((a, b) => logicalOr(a, b));
  return { arrays: arrays.map((cost) => where(forbidden, 0, cost)), forbidden, batched };
}

/**
 * An assignment, 0 or 1 per pair, in the element type of the costs and as `[batch, rows, columns]`.
 *
 * @throws {@link InvalidArgumentError} or {@link ShapeError} if it does not fit the costs
 */
export function openPairs(
  name: string,
  argument: string,
  pairs: Tensor,
  like: Tensor,
  likeName: string,
): Tensor {
  checkTensor(name, argument, pairs);
  checkShape(name, likeName, like, argument, pairs);
  const same = cast(pairs, like.dtype);
  return like.rank === 3 ? same : expandDims(same, 0);
}

/** Sum over the pairs of each problem: [batch, rows, columns] to [batch]. */
export function sumPairs(x: Tensor): Tensor {
  return sum(x, { axes: [1, 2] });
}

/** Total of some pairs at some costs, per problem: [batch]. */
export function total(cost: Tensor, pairs: Tensor): Tensor {
  return sumPairs(mul(cost, pairs));
}

/** Losses of the problems, [batch], as the caller wants them. */
export function reduceBatch(losses: Tensor, batched: boolean, reduction: Reduction = 'mean'): Tensor {
  if (!batched) return reshape(losses, []);
  if (reduction === 'none') return losses;
  return reduction === 'sum' ? sum(losses) : mean(losses);
}

/** The result of [batch, rows, columns] in the rank of the arguments. */
export function closeArray(x: Tensor, batched: boolean): Tensor {
  return batched ? x : squeeze(x, 0);
}

/** @throws {@link InvalidArgumentError} or {@link ShapeError} unless it is a floating point matrix or batch of such */
export function checkMatrix(name: string, argument: string, cost: unknown): asserts cost is Tensor {
  checkTensor(name, argument, cost);
  if (cost.dtype !== 'float32' && cost.dtype !== 'float64')
    throw new InvalidArgumentError(`${name}: ${argument} must be floating point, got ${cost.toString()}`);
  if (cost.rank !== 2 && cost.rank !== 3)
    throw new ShapeError(
      `${name}: ${argument} must be [rows, columns] or [batch, rows, columns], got ${cost.toString()}`,
    );
}

function checkLike(name: string, likeName: string, like: Tensor, argument: string, other: unknown): void {
  checkMatrix(name, argument, other);
  if (other.dtype !== like.dtype)
    throw new InvalidArgumentError(
      `${name}: ${argument} must have the element type of ${likeName}, ${like.dtype}, got ${other.dtype}; cast one of them`,
    );
  checkShape(name, likeName, like, argument, other);
}

function checkShape(name: string, likeName: string, like: Tensor, argument: string, other: Tensor): void {
  if (other.rank !== like.rank || other.shape.some((size, axis) => size !== like.shape[axis]))
    throw new ShapeError(
      `${name}: ${argument} must have the shape of ${likeName}, ${like.toString()}, got ${other.toString()}`,
    );
}

function checkTensor(name: string, argument: string, value: unknown): asserts value is Tensor {
  if (!(value instanceof Tensor))
    throw new InvalidArgumentError(
      `${name}: ${argument} must be a tensor of a program; pass run-time arrays as its inputs or with constant()`,
    );
}

function openMask(name: string, mask: Tensor | undefined, like: Tensor, likeName: string): Tensor[] {
  if (mask === undefined) return [];
  checkTensor(name, 'mask', mask);
  if (mask.dtype !== 'bool')
    throw new InvalidArgumentError(
      `${name}: mask must be bool, false where a pair is forbidden, got ${mask.toString()}`,
    );
  if (mask.rank !== 2 || like.rank !== 3) checkShape(name, likeName, like, 'mask', mask);
  else if (mask.shape.some((size, axis) => size !== like.shape[axis + 1]))
    throw new ShapeError(
      `${name}: mask must be [rows, columns] or [batch, rows, columns] like ${likeName}, ${like.toString()}, got ${mask.toString()}`,
    );
  return [logicalNot(mask.rank === 2 ? expandDims(mask, 0) : mask)];
}
