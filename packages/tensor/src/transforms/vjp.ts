import type { Tensor } from '../trace/Tensor.js';
import { derivativeTree, flattenTensors, placeInputs, tensorsLike } from './arguments.js';
import { pullback } from './pullback.js';

/**
 * Value of a function and the map v -> Jᵀ v of its derivative there.
 *
 * @param fn - function of trees of tensors
 * @param primals - arguments; all floating point
 * @returns the result, and a function from a tree like the result to a list of trees like the arguments
 * @throws {@link InvalidArgumentError} for arguments that are not floating point; the returned function throws
 *   it, or {@link ShapeError}, if its argument is not like the result
 */
export function vjp<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  ...primals: A
): [value: R, pull: (cotangent: R) => A] {
  const placed = placeInputs('vjp', 'args', primals);
  const value = fn(...(placed.tree as A));
  const outputs = flattenTensors('vjp', 'output', value);
  const pull = (cotangent: R): A => {
    const seeds: Tensor[] = tensorsLike('vjp', 'cotangent', cotangent, outputs);
    const derivatives = pullback(outputs.leaves, seeds, placed.leaves);
    return derivativeTree(placed.structure, derivatives, placed.leaves) as A;
  };
  return [value, pull];
}
