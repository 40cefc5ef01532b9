import { customOp, reshape, where, type Tensor } from '@pct/tensor';
import type { UnmatchedCosts } from '../types.js';
import { batchDims, batchShape, readCosts, type BatchShape } from './shapes.js';
import { solveBatch } from './solve.js';

/**
 * Costs for estimators that are array operations: checked when the program runs, with forbidden pairs apart, as these
 * operations cannot do. Differentiates to any order.
 *
 * @param name - opens messages
 * @param costs - `[n, m]` or `[b, n, m]`, `Infinity` for forbidden pairs
 * @param mask - bool, 0 for forbidden pairs
 * @returns costs with 0 for forbidden pairs, and bool, 0 for these; both `[b, n, m]`
 */
export function checkedCosts(
  name: string,
  costs: Tensor,
  mask: Tensor | undefined,
  unmatchedCost: number | UnmatchedCosts | undefined,
): { readonly finite: Tensor; readonly allowed: Tensor } {
  const [finite, allowed] = customOp({
    name: `${name} costs`,
    infer([cost]) {
      const { batch, rows, columns } = batchDims(name, 'cost', cost!);
      const shape = [batch, rows, columns];
      return [
        { dtype: cost!.dtype, shape },
        { dtype: 'bool', shape },
      ];
    },
    run([cost, maskNow]) {
      const shape = batchShape(name, 'cost', cost!.shape);
      const read = readCosts(name, cost!.data, shape, { mask: maskNow?.data });
      const open = Uint8Array.from(read, (value) => (value < Infinity ? 1 : 0));
      for (let at = 0; at < read.length; at++) if (open[at] === 0) read[at] = 0;
      checkFeasible(name, open, shape, unmatchedCost);
      return [read, open];
    },
    vjp: ([cost], [, open], [g]) => [g && reshape(where(open!, g, 0), cost!.shape)],
  })(costs, ...(mask === undefined ? [] : [mask]));
  return { finite: finite!, allowed: allowed! };
}

/**
 * Checks that allowed pairs permit an assignment of all of the shorter side.
 *
 * @param open - `[b, n, m]`, 0 for forbidden pairs
 * @throws {@link InfeasibleAssignmentError} with the index of the problem
 */
export function checkFeasible(
  name: string,
  open: ArrayLike<number>,
  shape: BatchShape,
  unmatchedCost: number | UnmatchedCosts | undefined,
): void {
  if (unmatchedCost !== undefined) return;
  const costs = new Float64Array(open.length);
  let forbidden = false;
  for (let at = 0; at < costs.length; at++) {
    if (open[at] !== 0) continue;
    costs[at] = Infinity;
    forbidden = true;
  }
  if (forbidden) solveBatch(costs, shape, { name });
}
