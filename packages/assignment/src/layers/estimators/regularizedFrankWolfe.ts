import { checkInteger, checkPositive, InvalidArgumentError } from '@pct/core';
import { checkUnmatched } from '../../validation.js';
import type { BatchSolution } from '../solve.js';
import type { CostBatch, Estimator, EstimatorContext } from '../types.js';
import { ActiveSet } from './ActiveSet.js';
import { fixedSums, polish } from './faces.js';
import { projectToMarginals } from './marginals.js';

/** Options of {@link regularizedFrankWolfe}. */
export interface RegularizedFrankWolfeOptions {
  /**
   * μ, weight of the square, in the unit of the costs, above 0: small is an assignment, large is nearly uniform.
   *
   * @defaultValue `1`
   */
  readonly regularization?: number | undefined;
  /**
   * Most steps per problem, at least 1. What there is after that many is the output.
   *
   * @defaultValue `2000`
   */
  readonly iterations?: number | undefined;
  /**
   * Duality gap at which steps end, per row and relative to μ, above 0.
   *
   * @defaultValue `1e-6`
   */
  readonly tolerance?: number | undefined;
}

/**
 * Sparse soft assignments y = argmin ⟨c, y⟩ + (μ / 2) ‖y‖² over the convex hull of all assignments: mixtures of few
 * assignments, with the true derivative.
 *
 * Found by Frank-Wolfe steps with exact line search, each for the price of one assignment problem, and steps between
 * the assignments found so far, which cost next to nothing. On the way back, y is the projection of -c / μ to the
 * face of the hull on which it lies, so that J g = -(1 / μ) times the projection of g to directions that keep the
 * zeros of y and the row and column sums that are 1: a linear system, no further assignment problems.
 *
 * @param options - {@link RegularizedFrankWolfeOptions}
 * @throws {@link InvalidArgumentError} if an option is outside its range
 * @see Dalle, Baty, Bouvier & Parmentier 2022, "Learning with combinatorial optimization layers: a probabilistic
 * approach", arXiv:2207.13513, section 3.4 (RegularizedFrankWolfe)
 * @see Tsuji, Tanaka & Pokutta 2022, "Pairwise conditional gradients without swap steps and sparser kernel herding",
 * ICML, arXiv:2110.12650, for the order of the steps
 */
export function regularizedFrankWolfe({
  regularization = 1,
  iterations = 2000,
  tolerance = 1e-6,
}: RegularizedFrankWolfeOptions = {}): Estimator {
  const name = 'regularizedFrankWolfe';
  checkPositive(name, 'regularization', regularization);
  checkInteger(name, 'iterations', iterations, { min: 1 });
  checkPositive(name, 'tolerance', tolerance);
  return {
    name,
    symmetric: true,
    forward(batch, context) {
      const size = batch.rows * batch.columns;
      const output = new Float64Array(batch.cost.length);
      const first = context.solve(batch.cost).rowToColumn;
      for (let k = 0; k < batch.batch; k++) {
        const one = { ...batch, batch: 1, cost: batch.cost.subarray(k * size, (k + 1) * size) };
        const start = first.subarray(k * batch.rows, (k + 1) * batch.rows);
        output.set(minimize(one, start, context, regularization, iterations, tolerance), k * size);
      }
      return { output, saved: [] };
    },
    backward(batch, output, _saved, cotangent, context) {
      const { rows, columns } = batch;
      const size = rows * columns;
      const gradient = new Float64Array(output.length);
      for (let k = 0; k < batch.batch; k++) {
        const y = Float64Array.from({ length: size }, (_, at) => output[k * size + at]!);
        const face = { rows, columns, weights: y.map((value) => (value > 0 ? 1 : 0)) };
        const fixed = fixedSums(y, batch, context.unmatchedCost !== undefined);
        const projected = projectToMarginals(
          { ...face, ...fixed },
          cotangent.subarray(k * size, (k + 1) * size),
        );
        for (let at = 0; at < size; at++) gradient[k * size + at] = -projected[at]! / regularization;
      }
      return gradient;
    },
  };
}

/** y of one problem, `[n, m]`. */
function minimize(
  batch: CostBatch,
  first: Int32Array,
  context: EstimatorContext,
  regularization: number,
  iterations: number,
  tolerance: number,
): Float64Array {
  const { rows, columns } = batch;
  const linear = withoutPrices(batch, context);
  const active = new ActiveSet(linear, regularization, rows, columns);
  active.start(checkComplete(first, batch, context));
  const shorter = Math.max(1, Math.min(rows, columns));
  const least = tolerance * regularization * shorter + 1e-14 * active.magnitude();
  let estimate = Infinity;
  let start: BatchSolution | undefined;
  for (let step = 0; step < iterations; step++) {
    const pair = active.widestPair();
    if (pair.gap >= estimate) {
      active.movePair(pair);
      continue;
    }
    start = context.solve(active.slopes(batch.cost), start);
    const { rowToColumn } = start;
    const gap = active.gapTo(rowToColumn);
    if (gap <= least) break;
    if (gap >= estimate / 2 || estimate === Infinity) active.moveTo(rowToColumn);
    if (gap < estimate) estimate = Math.max(gap / 2, least / 2);
  }
  return polish(active.rebuild(), linear, batch, regularization, context.unmatchedCost !== undefined);
}

/**
 * Costs without prices of staying unmatched: what a pair costs more than leaving both of its ends; 0 where forbidden,
 * as y is 0 there.
 */
function withoutPrices(
  { cost, rows, columns }: CostBatch,
  { name, unmatchedCost }: EstimatorContext,
): Float64Array {
  const linear = cost.map((c) => (c === Infinity ? 0 : c));
  if (unmatchedCost === undefined) return linear;
  const prices = checkUnmatched(name, unmatchedCost, { rows, columns }, false);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) {
      if (cost[at] !== Infinity) linear[at] = linear[at]! - prices.rows[i]! - prices.columns[j]!;
    }
  }
  return linear;
}

/** A solver of the user's may leave rows unmatched at prices that are not known here. */
function checkComplete(
  rowToColumn: Int32Array,
  { rows, columns }: CostBatch,
  { name, unmatchedCost }: EstimatorContext,
): Int32Array {
  if (unmatchedCost !== undefined) return rowToColumn;
  const matched = rowToColumn.reduce((count, j) => count + (j >= 0 ? 1 : 0), 0);
  if (matched < Math.min(rows, columns)) {
    throw new InvalidArgumentError(
      `${name}: solver must match all of the shorter side; give unmatchedCost to the layer, without a solver, ` +
        `if some may stay unmatched; got ${matched} pairs of ${Math.min(rows, columns)}`,
    );
  }
  return rowToColumn;
}
