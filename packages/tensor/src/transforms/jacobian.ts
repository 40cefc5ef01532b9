import { InvalidArgumentError } from '@pct/core';
import { describeType } from '../graph/describe.js';
import { sizeOfShape } from '../graph/dim.js';
import { isFloat } from '../graph/dtype.js';
import { cast } from '../primitives/cast.js';
import { equal } from '../primitives/equal.js';
import { zerosLike } from '../primitives/full.js';
import { iota } from '../primitives/iota.js';
import { reshape } from '../primitives/reshape.js';
import { moveAxis } from '../primitives/transpose.js';
import { keepNames } from '../trace/names.js';
import { Tensor } from '../trace/Tensor.js';
import type { FlatTree, TreeOf } from '../trace/tree.js';
import { unflattenTree } from '../trace/tree.js';
import { flattenTensors, placeInputs } from './arguments.js';
import { batchProgram } from './batch.js';
import type { GradOptions } from './grad.js';
import { grad } from './grad.js';
import { pullback } from './pullback.js';
import { pushforward } from './pushforward.js';

/**
 * Jacobian of a function: for each array of the result a tree like the argument. The array for a result [...r] and
 * an argument [...a] is [...r, ...a]; one for a tensor of a tensor function.
 */
export type JacobianOf<R, X> = TreeOf<R, TreeOf<X, Tensor>>;

/**
 * Jacobian of a function, one row at a time but all at once: the products of its transposed derivative with all unit
 * vectors of the result. The way to take where the result has fewer elements than the argument.
 *
 * @param fn - function of trees of tensors with floating point results
 * @param options - {@link GradOptions}, for one argument
 * @returns function of the same arguments; its result is {@link JacobianOf}. Its memory is that of one run times the
 *   number of elements of the result
 * @throws when called: {@link InvalidArgumentError} if a leaf of the argument or the result is not floating point
 * @example
 * ```ts
 * jacobianReverse((x: Tensor) => matmul(a, x)); // a
 * ```
 */
export function jacobianReverse<A extends readonly unknown[], R, const K extends number = 0>(
  fn: (...args: A) => R,
  options: GradOptions<K> = {},
): (...args: A) => JacobianOf<R, A[K]> {
  return jacobianBy('jacobianReverse', fn, options, (inputs, outputs) =>
    outputs.map((output, k) => {
      const seeds = (unit: Tensor): (Tensor | undefined)[] =>
        outputs.map((_, i) => (i === k ? unit : undefined));
      return alongUnits(output, inputs, (unit) => pullback(outputs, seeds(unit), inputs)).map((rows, j) =>
        reshape(rows, [...output.shape, ...inputs[j]!.shape]),
      );
    }),
  );
}

/**
 * Jacobian of a function, one column at a time but all at once: the derivatives along all unit vectors of the
 * argument. The way to take where the argument has fewer elements than the result, and for second derivatives.
 *
 * @param fn - function of trees of tensors with floating point results
 * @param options - {@link GradOptions}, for one argument
 * @returns function of the same arguments; its result is {@link JacobianOf}. Its memory is that of one run times the
 *   number of elements of the argument
 * @throws when called: {@link InvalidArgumentError} if a leaf of the argument or the result is not floating point
 */
export function jacobianForward<A extends readonly unknown[], R, const K extends number = 0>(
  fn: (...args: A) => R,
  options: GradOptions<K> = {},
): (...args: A) => JacobianOf<R, A[K]> {
  return jacobianBy('jacobianForward', fn, options, (inputs, outputs) => {
    const columns = inputs.map((input, j) => {
      const seeds = (unit: Tensor): (Tensor | undefined)[] =>
        inputs.map((_, i) => (i === j ? unit : undefined));
      return alongUnits(input, outputs, (unit) => pushforward(inputs, seeds(unit), outputs)).map(
        (rows, k) => {
          const { shape } = outputs[k]!;
          const behind = moveAxis(reshape(rows, [sizeOfShape(input.shape), sizeOfShape(shape)]), 0, 1);
          return reshape(behind, [...shape, ...input.shape]);
        },
      );
    });
    return outputs.map((_, k) => columns.map((column) => column[k]!));
  });
}

/**
 * Hessian of a scalar function: the Jacobian of its gradient, forward over reverse. For large arguments use
 * `hessianVectorProduct`, which does not make the matrix.
 *
 * @param fn - function of trees of tensors whose result is one floating point number
 * @param options - {@link GradOptions}, for one argument
 * @returns function of the same arguments; for an argument [...a] an array [...a, ...a], for a tree a tree of trees
 * @throws when called: what `grad` throws
 * @example
 * ```ts
 * hessian((x: Tensor) => sum(pow(x, 3))); // [n, n], 6 x on the diagonal
 * ```
 */
export function hessian<A extends readonly unknown[], const K extends number = 0>(
  fn: (...args: A) => Tensor,
  options: GradOptions<K> = {},
): (...args: A) => JacobianOf<A[K], A[K]> {
  const argument: number = options.argument ?? 0;
  const gradient = grad<A, K>(fn, { argument: argument as K }) as (...args: A) => A[K];
  return jacobianForward<A, A[K], K>(gradient, options);
}

type Blocks = (inputs: readonly Tensor[], outputs: readonly Tensor[]) => readonly (readonly Tensor[])[];

function jacobianBy<A extends readonly unknown[], R, K extends number>(
  name: string,
  fn: (...args: A) => R,
  options: GradOptions<K>,
  blocksOf: Blocks,
): (...args: A) => JacobianOf<R, A[K]> {
  const position: number = options.argument ?? 0;
  return keepNames((...args: A): JacobianOf<R, A[K]> => {
    if (!Number.isInteger(position) || position < 0 || position >= args.length)
      throw new InvalidArgumentError(
        `${name}: there is no argument ${position}, the function got ${args.length}`,
      );
    const placed = placeInputs(name, `args[${position}]`, args[position]);
    const result = fn(...(args.with(position, placed.tree) as unknown as A));
    const outputs = flattenTensors(name, 'output', result);
    checkFloats(name, outputs);
    const blocks = blocksOf(placed.leaves, outputs.leaves);
    // Trees of trees: the leaves of the outer one are put in as they are.
    const trees = blocks.map((row) => unflattenTree(placed.structure, row));
    return unflattenTree(outputs.structure, trees as never) as JacobianOf<R, A[K]>;
  }, fn);
}

/** Linear map of one tensor applied to all its unit vectors: a first axis for these in each result. */
function alongUnits(
  like: Tensor,
  results: readonly Tensor[],
  map: (unit: Tensor) => readonly (Tensor | undefined)[],
): Tensor[] {
  const count = sizeOfShape(like.shape);
  const numbers = iota(count);
  const identity = cast(equal(reshape(numbers, [count, 1]), numbers), like.dtype);
  const units = reshape(identity, [count, ...like.shape]);
  const rows = batchProgram((places) => map(places[0]!), [units], [true], count);
  return results.map((result, i) => {
    const { dtype, shape } = result;
    const row = rows[i];
    if (row !== undefined && row.rank > result.rank) return row;
    return zerosLike(new Tensor({ dtype, shape: [count, ...shape] }));
  });
}

function checkFloats(name: string, { leaves, paths }: FlatTree<Tensor>): void {
  leaves.forEach((leaf, i) => {
    if (!isFloat(leaf.dtype))
      throw new InvalidArgumentError(
        `${name}: the result must be floating point, but ${paths[i]} is ${describeType(leaf)}`,
      );
  });
}
