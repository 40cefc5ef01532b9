/** What estimators share that ask the solver again for costs near the ones they had. */
import { describeValue, InvalidArgumentError } from '@pct/core';
import { Tensor } from '@pct/tensor';
import { LARGEST_COST } from '../../kernels/rowScans.js';
import type { BatchStart } from '../solve.js';
import type { SavedAxis } from '../types.js';

/** Shapes of duals and matchings, for {@link startFrom}. */
export const solutionSaved: readonly (readonly SavedAxis[])[] = [
  ['batch', 'rows'],
  ['batch', 'columns'],
  ['batch', 'rows'],
];

/** The solution that was kept as {@link solutionSaved}. */
export function startFrom([rowDuals, columnDuals, rowToColumn]: readonly Float64Array[]): BatchStart {
  return { rowDuals: rowDuals!, columnDuals: columnDuals!, rowToColumn: rowToColumn! };
}

/**
 * c + λ g, at least `least` and within what solvers take; `Infinity` stays.
 *
 * @param cost - c, `[b, n, m]`
 * @param direction - g, `[b, n, m]`, finite
 * @returns `[b, n, m]`, a new array
 */
export function shiftedCosts(
  cost: Float64Array,
  direction: Float64Array,
  lambda: number,
  least = -Infinity,
): Float64Array {
  const low = Math.max(least, -LARGEST_COST);
  const shifted = new Float64Array(cost.length);
  for (let at = 0; at < shifted.length; at++) {
    const c = cost[at]!;
    if (c === Infinity) shifted[at] = Infinity;
    else {
      const moved = c + lambda * direction[at]!;
      shifted[at] = moved < low ? low : bounded(moved);
    }
  }
  return shifted;
}

/** The nearest number that solvers take. */
export function bounded(cost: number): number {
  return cost < -LARGEST_COST ? -LARGEST_COST : cost > LARGEST_COST ? LARGEST_COST : cost;
}

/** @throws {@link InvalidArgumentError} unless it is a safe integer or a tensor */
export function checkSeed(name: string, seed: unknown): void {
  if (seed instanceof Tensor) return;
  if (!Number.isSafeInteger(seed)) {
    throw new InvalidArgumentError(
      `${name}: seed must be a safe integer or an int32 tensor, got ${describeValue(seed)}`,
    );
  }
}
