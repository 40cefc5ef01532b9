import { SolutionCache } from '@pct/assignment/layers';
import { createRng } from '@pct/core';
import type { Tensor } from '@pct/tensor';
import fc from 'fast-check';
import { allPairs, differentiate, expectNear, f64, matrixOf, realMatrix, shapes } from './support.js';

/** Column of each row of a list of pairs. */
const columnsOf = (pairs: readonly number[], columns: number): number[] =>
  matrixOf(pairs, columns).map((row) => row.indexOf(1));

export function cacheOf(
  pool: readonly number[][],
  rows: number,
  columns: number,
  solveProbability = 0,
): SolutionCache {
  const cache = new SolutionCache({ rows, columns, capacity: pool.length + 3, solveProbability, seed: 4 });
  for (const pairs of pool) cache.add(columnsOf(pairs, columns));
  return cache;
}

/** Predicted and true costs, and a pool of some assignments, the true one among them. */
export const problem = shapes.chain(([n, m]) =>
  fc
    .tuple(realMatrix(n, m), realMatrix(n, m), fc.integer(), fc.nat())
    .map(([predicted, cost, seed, size]) => {
      const all = createRng(seed).shuffle(allPairs(cost));
      const truth = all[0]!;
      return { predicted, cost, truth, pool: all.slice(0, 1 + (size % all.length)) };
    }),
);

export const mean = (numbers: readonly number[]): number =>
  numbers.reduce((a, b) => a + b, 0) / numbers.length;

/** Expects value and gradient as enumeration has them; the gradient by its coefficients of the pool. */
export function expectLoss(
  loss: (c: Tensor, t: Tensor, y: Tensor) => Tensor,
  { predicted, cost, truth }: { predicted: number[][]; cost: number[][]; truth: number[] },
  value: number,
  gradient: readonly number[],
): void {
  const arrays = [f64(predicted), f64(cost), f64(matrixOf(truth, cost[0]!.length))];
  const found = differentiate(loss, ...arrays);
  expectNear([found.value], [value], 1e-8);
  expectNear(found.gradient, gradient, 1e-8);
}

export const combine = (pool: readonly number[][], factors: readonly number[]): number[] =>
  pool[0]!.map((_, at) => pool.reduce((sum, y, s) => sum + y[at]! * factors[s]!, 0));
