import { add, customOp, expandDims, mul, sub, where } from '@pct/tensor';
import type { NdArray, Tensor } from '@pct/tensor';
import type { AssignmentSolver } from '../../types.js';
import { assignmentLayer } from '../assignmentLayer.js';
import { regularizedFrankWolfe } from '../estimators/regularizedFrankWolfe.js';
import { sinkhorn } from '../estimators/sinkhorn.js';
import { batchOf, checkCosts } from './best.js';
import { sumPairs, total } from './problem.js';

/** How long the regularised {@link fenchelYoungLoss} looks for its soft assignment. */
export interface RegularizationOptions {
  /**
   * Most iterations per problem, at least 1.
   *
   * @defaultValue that of `regularizedFrankWolfe` or `sinkhorn`
   */
  readonly iterations?: number | undefined;
  /**
   * Tolerance at which iterations end, above 0.
   *
   * @defaultValue that of `regularizedFrankWolfe` or `sinkhorn`
   */
  readonly tolerance?: number | undefined;
}

/** What {@link regularizedLosses} needs. */
interface Regularized extends RegularizationOptions {
  readonly smoothing: 'quadratic' | 'entropic';
  readonly temperature: number;
  readonly solver: AssignmentSolver | undefined;
}

/**
 * Regularised Fenchel-Young losses, [batch]: ⟨c, y⟩ + Ω(y) - min_p (⟨c, p⟩ + Ω(p)) over soft assignments p, where Ω is
 * ε/2 ‖p‖² or ε Σ p log p (with the entries of slack lines, if one side is longer).
 *
 * @param cost - finite, [batch, rows, columns]
 * @param truth - y, checked
 * @see Blondel, Martins & Niculae 2020, section 3, also for the gradient y - p
 */
export function regularizedLosses(
  name: string,
  cost: Tensor,
  truth: Tensor,
  forbidden: Tensor,
  { smoothing, temperature, iterations, tolerance, solver }: Regularized,
): Tensor {
  const settings = { iterations, tolerance };
  const quadratic = smoothing === 'quadratic';
  const estimator = quadratic
    ? regularizedFrankWolfe({ ...settings, regularization: temperature })
    : sinkhorn({ ...settings, temperature });
  const known = checkedCosts(name, cost);
  const soft = assignmentLayer(where(forbidden, Infinity, known), { estimator, solver });
  const penalty = quadratic ? halfSquare : negativeEntropy;
  const smallest = customOp({
    name: `${name}.${smoothing}`,
    infer: ([costs]) => [{ dtype: costs!.dtype, shape: [costs!.shape[0]!] }],
    run: ([costs, p]) => [minima(costs!, p!, temperature, penalty)],
    // The gradient of a minimum is its minimiser; that of the minimiser itself is the layer's.
    vjp: ([, p], _, [g]) => [g && mul(expandDims(expandDims(g, 1), 2), p!), undefined],
  });
  const [value] = smallest(known, soft);
  const atTruth = total(known, truth);
  const penalized = quadratic ? add(atTruth, mul(temperature / 2, sumPairs(truth))) : atTruth;
  return sub(penalized, value!);
}

/** The costs themselves, once they are numbers. */
function checkedCosts(name: string, cost: Tensor): Tensor {
  const op = customOp({
    name: `${name}.predictedCost`,
    infer: (inputs) => inputs,
    run: ([costs]) => {
      checkCosts(name, 'predictedCost', costs!.data, batchOf(costs!));
      return [costs!.data.slice()];
    },
    vjp: (_inputs, _outputs, cotangents) => cotangents,
  });
  return op(cost)[0]!;
}

type Penalty = (p: ArrayLike<number>, first: number, rows: number, columns: number) => number;

/** ⟨c, p⟩ + ε penalty(p) of each problem. */
function minima(costs: NdArray, p: NdArray, temperature: number, penalty: Penalty): Float64Array {
  const { batch, rows, columns } = batchOf(costs);
  const values = new Float64Array(batch);
  for (let k = 0; k < batch; k++) {
    const first = k * rows * columns;
    let sum = temperature * penalty(p.data, first, rows, columns);
    for (let at = first; at < first + rows * columns; at++) sum += costs.data[at]! * p.data[at]!;
    values[k] = sum;
  }
  return values;
}

function halfSquare(p: ArrayLike<number>, first: number, rows: number, columns: number): number {
  let sum = 0;
  for (let at = first; at < first + rows * columns; at++) sum += p[at]! ** 2;
  return sum / 2;
}

/** Σ p log p over pairs, and over what is left of the lines of the longer side. */
function negativeEntropy(p: ArrayLike<number>, first: number, rows: number, columns: number): number {
  const rowSums = new Float64Array(rows);
  const columnSums = new Float64Array(columns);
  let sum = 0;
  for (let i = 0, at = first; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) {
      sum += xLogX(p[at]!);
      rowSums[i] = rowSums[i]! + p[at]!;
      columnSums[j] = columnSums[j]! + p[at]!;
    }
  }
  if (rows < columns) for (const used of columnSums) sum += xLogX(1 - used);
  if (rows > columns) for (const used of rowSums) sum += xLogX(1 - used);
  return sum;
}

function xLogX(x: number): number {
  return x > 0 ? x * Math.log(x) : 0;
}
