/** Operations with a body in TypeScript that losses need: the best assignment, and a check of a given one. */
import { InfeasibleAssignmentError, InvalidArgumentError } from '@pct/core';
import { customOp, stopGradient, where } from '@pct/tensor';
import type { NdArray, Tensor } from '@pct/tensor';
import type { AssignmentSolver } from '../../types.js';
import { placeOf } from '../shapes.js';
import type { BatchShape } from '../shapes.js';
import { solveBatch } from '../solve.js';

/**
 * Best assignment of each problem, 1 for its pairs and 0 elsewhere. A constant for every derivative: the losses
 * here have the derivative of the optimal value (Danskin), in which the solution stays as it is.
 *
 * @param name - of the loss, for messages
 * @param argument - of the loss that the costs come from, for messages
 * @param cost - finite where allowed, [batch, rows, columns]
 * @param forbidden - bool, like cost
 * @returns like cost
 */
export function bestPairs(
  name: string,
  argument: string,
  cost: Tensor,
  forbidden: Tensor,
  solver?: AssignmentSolver,
): Tensor {
  const op = customOp({
    name: `${name}.bestAssignment`,
    infer: (inputs) => inputs,
    run: ([costs]) => [solvePairs(name, argument, costs!, solver).y],
    vjp: () => [undefined],
  });
  return op(stopGradient(where(forbidden, Infinity, cost)))[0]!;
}

/**
 * Solves the problems of a run-time array.
 *
 * @param costs - [batch, rows, columns], `Infinity` where forbidden
 * @returns pairs, [batch, rows, columns], and column of each row, [batch, rows]
 */
export function solvePairs(
  name: string,
  argument: string,
  costs: NdArray,
  solver?: AssignmentSolver,
): { readonly y: Float64Array; readonly rowToColumn: Int32Array } {
  const shape = batchOf(costs);
  checkCosts(name, argument, costs.data, shape);
  const found = solveBatch(costs.data as Float64Array, shape, { name, solver });
  if (solver !== undefined) checkComplete(name, found.rowToColumn, shape);
  return found;
}

/** Sizes of an array [batch, rows, columns]. */
export function batchOf({ shape }: NdArray): BatchShape {
  return { batch: shape[0]!, rows: shape[1]!, columns: shape[2]! };
}

/** @throws {@link InvalidArgumentError} for NaN and -Infinity, with the place */
export function checkCosts(
  name: string,
  argument: string,
  costs: ArrayLike<number>,
  shape: BatchShape,
): void {
  for (let at = 0; at < costs.length; at++) {
    if (costs[at]! > -Infinity) continue;
    throw new InvalidArgumentError(
      `${name}: ${argument} must be finite, or Infinity where a pair is forbidden, got ${costs[at]} at ${placeOf(at, shape)}`,
    );
  }
}

/** A solver of the user's may leave rows unmatched. */
function checkComplete(
  name: string,
  rowToColumn: ArrayLike<number>,
  { batch, rows, columns }: BatchShape,
): void {
  const wanted = Math.min(rows, columns);
  for (let k = 0; k < batch; k++) {
    let pairs = 0;
    for (let i = 0; i < rows; i++) if (rowToColumn[k * rows + i]! >= 0) pairs++;
    if (pairs === wanted) continue;
    throw new InvalidArgumentError(
      `${name}: solver must match all ${wanted} of the shorter side, it matched ${pairs} in problem ${k}; this loss has no price for staying unmatched`,
    );
  }
}

/**
 * The given assignment, once it is one: 0 or 1, every row and every column at most once, as many pairs as the
 * shorter side has, none of them forbidden. A constant for every derivative.
 *
 * @param pairs - [batch, rows, columns]
 * @param forbidden - bool, [batch, rows, columns]
 */
export function checkedPairs(name: string, argument: string, pairs: Tensor, forbidden: Tensor): Tensor {
  const op = customOp({
    name: `${name}.${argument}`,
    infer: ([given]) => [given!],
    run: ([given, banned]) => {
      columnsOf(name, argument, given!, banned!.data);
      return [given!.data.slice()];
    },
    vjp: () => [undefined, undefined],
  });
  return op(stopGradient(pairs), forbidden)[0]!;
}

/**
 * Column of each row, [batch, rows], -1 for none, of an array that has to be an assignment.
 *
 * @param forbidden - 1 where a pair is forbidden, [batch, rows, columns]
 * @throws {@link InvalidArgumentError} if it is not one, {@link InfeasibleAssignmentError} if it has a forbidden pair
 */
export function columnsOf(
  name: string,
  argument: string,
  pairs: NdArray,
  forbidden: ArrayLike<number>,
): Int32Array {
  const shape = batchOf(pairs);
  const { batch, rows, columns } = shape;
  const rowToColumn = new Int32Array(batch * rows).fill(-1);
  const columnTaken = new Uint8Array(batch * columns);
  const counts = new Int32Array(batch);
  for (let at = 0; at < pairs.data.length; at++) {
    const value = pairs.data[at]!;
    if (value === 0) continue;
    const row = Math.floor(at / columns);
    const column = Math.floor(row / rows) * columns + (at % columns);
    if (value !== 1)
      throw new InvalidArgumentError(
        `${name}: ${argument} must be 1 for its pairs and 0 elsewhere, got ${value} at ${placeOf(at, shape)}`,
      );
    if (forbidden[at] !== 0)
      throw new InfeasibleAssignmentError(
        `${name}: ${argument} has a forbidden pair at ${placeOf(at, shape)}; allow it, or leave the problem out`,
      );
    if (rowToColumn[row] !== -1 || columnTaken[column] !== 0)
      throw new InvalidArgumentError(
        `${name}: ${argument} must have every row and every column at most once, got a second pair at ${placeOf(at, shape)}`,
      );
    rowToColumn[row] = at % columns;
    columnTaken[column] = 1;
    const k = Math.floor(row / rows);
    counts[k] = counts[k]! + 1;
  }
  const wanted = Math.min(rows, columns);
  const short = counts.findIndex((count) => count !== wanted);
  if (short >= 0)
    throw new InvalidArgumentError(
      `${name}: ${argument} must have as many pairs as the shorter side, ${wanted}, got ${counts[short]} in problem ${short}`,
    );
  return rowToColumn;
}
