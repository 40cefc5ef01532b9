/** Totals of the assignments of a cache at some costs, as operations. */
import { InvalidArgumentError, ShapeError } from '@pct/core';
import { customOp, matmul, reshape, stopGradient, transpose, where } from '@pct/tensor';
import type { NdArray, Tensor } from '@pct/tensor';
import type { AssignmentSolver } from '../../types.js';
import { SolutionCache } from '../SolutionCache.js';
import { batchOf, checkCosts, columnsOf, solvePairs } from './best.js';

/** The assignments of a cache during one run. */
export interface Pool {
  /** Whether place s has an assignment that problem k allows, bool [batch, capacity]. */
  readonly usable: Tensor;
  /** ⟨cost, y_s⟩ of each problem and place, [batch, capacity]; 0 for places without assignment. */
  totals(cost: Tensor): Tensor;
}

/** What {@link openPool} needs. */
export interface PoolInputs {
  readonly cache: SolutionCache;
  /** Predicted costs, finite, [batch, rows, columns]. */
  readonly predicted: Tensor;
  /** Their name for messages. */
  readonly argument: string;
  /** True assignments, which are added, if they are known; 0 or 1, [batch, rows, columns]. */
  readonly truth?: Tensor | undefined;
  /** bool, [batch, rows, columns] */
  readonly forbidden: Tensor;
  readonly solver?: AssignmentSolver | undefined;
}

/**
 * Adds to a cache when the program runs, and then reads it.
 *
 * @throws {@link InvalidArgumentError} if `cache` is none, {@link ShapeError} if it is of another shape
 */
export function openPool(
  name: string,
  { cache, predicted, argument, truth, forbidden, solver }: PoolInputs,
): Pool {
  checkCache(name, cache, predicted);
  const { rows, columns, capacity } = cache;
  const { dtype, shape } = predicted;
  const size = rows * columns;
  const op = customOp({
    name: `${name}.cache`,
    infer: () => [
      { dtype, shape: [capacity, size] },
      { dtype: 'bool', shape: [shape[0]!, capacity] },
    ],
    run: ([costs, banned, known]) => {
      checkCosts(name, argument, costs!.data, batchOf(costs!));
      if (known !== undefined) addAll(cache, columnsOf(name, 'truth', known, banned!.data));
      if (cache.drawSolve()) addAll(cache, solvePairs(name, argument, costs!, solver).rowToColumn);
      return readPool(cache, costs!, banned!);
    },
    vjp: (inputs) => inputs.map(() => undefined),
  });
  const inputs = [stopGradient(where(forbidden, Infinity, predicted)), forbidden];
  const [pairs, usable] = op(...inputs, ...(truth === undefined ? [] : [stopGradient(truth)]));
  return {
    usable: usable!,
    totals: (cost) => matmul(reshape(cost, [shape[0]!, size]), transpose(pairs!)),
  };
}

function addAll(cache: SolutionCache, rowToColumn: Int32Array): void {
  const { rows } = cache;
  for (let first = 0; first < rowToColumn.length; first += rows)
    cache.add(rowToColumn.subarray(first, first + rows));
}

/** Pairs of the places, [capacity, rows * columns], and whether each problem allows them, [batch, capacity]. */
function readPool(cache: SolutionCache, costs: NdArray, banned: NdArray): [Float64Array, Uint8Array] {
  const { rows, columns, capacity } = cache;
  const size = rows * columns;
  const batch = costs.shape[0]!;
  const pairs = new Float64Array(capacity * size);
  const usable = new Uint8Array(batch * capacity);
  for (let place = 0; place < cache.size; place++) {
    const rowToColumn = cache.at(place);
    for (let k = 0; k < batch; k++) usable[k * capacity + place] = 1;
    for (let i = 0; i < rows; i++) {
      const j = rowToColumn[i]!;
      if (j < 0) continue;
      pairs[place * size + i * columns + j] = 1;
      for (let k = 0; k < batch; k++)
        if (banned.data[k * size + i * columns + j] !== 0) usable[k * capacity + place] = 0;
    }
  }
  return [pairs, usable];
}

function checkCache(name: string, cache: unknown, predicted: Tensor): void {
  if (!(cache instanceof SolutionCache))
    throw new InvalidArgumentError(`${name}: cache must be a SolutionCache`);
  const [, rows, columns] = predicted.shape;
  if (rows !== cache.rows || columns !== cache.columns)
    throw new ShapeError(
      `${name}: cache is for problems [${cache.rows}, ${cache.columns}], got costs ${predicted.toString()}`,
    );
}
