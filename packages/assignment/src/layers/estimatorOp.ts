/** An estimator as two operations of a program: forward, and backward, which the derivative of the first consists of. */
import { InvalidArgumentError } from '@pct/core';
import {
  customOp,
  normalizeDim,
  type CustomOpRule,
  type NdArray,
  type Tensor,
  type TensorType,
  type TypedArray,
} from '@pct/tensor';
import type { AssignmentSolver, UnmatchedCosts } from '../types.js';
import { batchDims, batchShape, placeOf, readCosts, type BatchShape } from './shapes.js';
import { solveBatch } from './solve.js';
import type { CostBatch, Estimator, EstimatorContext, SavedAxis } from './types.js';

/** What an estimator runs with; tensors become inputs of the operations. */
export interface EstimatorInputs {
  readonly mask: Tensor | undefined;
  readonly seed: number | Tensor;
  readonly examples: Tensor | undefined;
  readonly unmatchedCost: number | UnmatchedCosts | undefined;
  readonly solver: AssignmentSolver | undefined;
}

/** The arrays that both operations have in common at run time. */
interface Opened {
  readonly batch: CostBatch;
  readonly context: EstimatorContext;
}

/**
 * The output of an estimator for checked tensors.
 *
 * @param name - opens messages
 * @param costs - `[n, m]` or `[b, n, m]`
 * @returns of the type of `costs`
 */
export function estimatorOp(
  name: string,
  costs: Tensor,
  estimator: Estimator,
  { mask, seed, examples, unmatchedCost, solver }: EstimatorInputs,
): Tensor {
  const seedInput = typeof seed === 'number' ? undefined : seed;
  const inputs = [costs, mask, seedInput, examples].filter((input) => input !== undefined);
  const saved = estimator.saved ?? [];

  const open = (arrays: readonly NdArray[]): Opened => {
    const [cost, ...others] = arrays as readonly [NdArray, ...NdArray[]];
    const allowed = mask && others.shift()!.data;
    const seedNow = typeof seed === 'number' ? seed : others.shift()!.data[0]!;
    const indices = examples && others[0]!.data;
    const shape = batchShape(name, 'cost', cost.shape);
    const batch = { ...shape, cost: readCosts(name, cost.data, shape, { mask: allowed }) };
    const size = shape.rows * shape.columns;
    const context: EstimatorContext = {
      name,
      seed: seedNow,
      examples: indices ?? Int32Array.from({ length: shape.batch }, (_, k) => k),
      unmatchedCost,
      solve(matrices, start) {
        const batch = size === 0 ? shape.batch : matrices.length / size;
        return solveBatch(matrices, { ...shape, batch }, { name, solver, unmatchedCost, start });
      },
    };
    return { batch, context };
  };

  const backward = customOp({
    name: `${name} backward`,
    infer: ([cost]) => [cost!],
    run(arrays) {
      const { batch, context } = open(arrays);
      const [output, ...kept] = arrays.slice(inputs.length, -1).map(({ data }) => data);
      const cotangent = readCotangent(name, arrays.at(-1)!.data, batch);
      const gradient = estimator.backward(batch, output!, kept.map(fromWords), cotangent, context);
      for (let at = 0; at < gradient.length; at++) if (batch.cost[at] === Infinity) gradient[at] = 0;
      return [gradient];
    },
  });
  const derivative: CustomOpRule['vjp'] = (given, outputs, [direction]) =>
    direction === undefined ? [] : backward(...given, ...outputs, direction);

  const forward = customOp({
    name,
    infer: ([cost]) => [cost!, ...saved.map((axes) => savedType(name, axes, cost!))],
    run(arrays) {
      const { batch, context } = open(arrays);
      const { output, saved: kept } = estimator.forward(batch, context);
      return [output, ...kept.map(toWords)];
    },
    vjp: derivative,
    jvp(given, outputs, tangents) {
      if (estimator.symmetric === true) return derivative(given, outputs, tangents);
      throw new InvalidArgumentError(
        `${name}: this estimator defines gradients only; use grad or vjp, or an estimator whose derivative is ` +
          'symmetric, such as sinkhorn',
      );
    },
  });
  return forward(...inputs)[0]!;
}

/**
 * Engines without float64 would round what is kept: it travels as pairs of int32, along the last axis. Duals that
 * are not exact are hardly worth keeping.
 */
function savedType(name: string, axes: readonly SavedAxis[], cost: TensorType): TensorType {
  const dims = batchDims(name, 'cost', cost);
  const shape = axes.map((axis) => (typeof axis === 'number' ? axis : dims[axis]));
  const last = shape.pop() ?? 1;
  return {
    dtype: 'int32',
    shape: [...shape, typeof last === 'number' ? 2 * last : normalizeDim(`2*${last}`)],
  };
}

function toWords(kept: Float64Array): Int32Array {
  return new Int32Array(kept.buffer, kept.byteOffset, 2 * kept.length);
}

function fromWords(words: TypedArray): Float64Array {
  const aligned = words.byteOffset % 8 === 0 ? words : words.slice();
  return new Float64Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
}

/** The gradient that comes in, with 0 where pairs are forbidden. */
function readCotangent(name: string, data: ArrayLike<number>, batch: CostBatch & BatchShape): Float64Array {
  const read = new Float64Array(data.length);
  for (let at = 0; at < read.length; at++) {
    if (batch.cost[at] === Infinity) continue;
    const value = data[at]!;
    if (!Number.isFinite(value)) {
      throw new InvalidArgumentError(
        `${name}: the gradient with respect to the assignment must be finite, got ${value} at ${placeOf(at, batch)}; ` +
          'look at the loss',
      );
    }
    read[at] = value;
  }
  return read;
}
