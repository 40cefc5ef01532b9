import { derivativeTree, flattenTensors, placeInputs, tensorsLike } from './arguments.js';
import { pushforward } from './pushforward.js';

/**
 * Value of a function and its derivative J u along a direction.
 *
 * @param fn - function of trees of tensors
 * @param primals - arguments; all floating point
 * @param tangents - direction: trees like the arguments
 * @returns the result and its derivative
 * @throws {@link InvalidArgumentError} for arguments that are not floating point, or a direction with another
 *   structure; {@link ShapeError} for a direction with other shapes
 */
export function jvp<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  primals: A,
  tangents: A,
): [value: R, derivative: R] {
  const placed = placeInputs('jvp', 'primals', primals);
  const directions = tensorsLike('jvp', 'tangents', tangents, placed);
  const value = fn(...(placed.tree as A));
  const outputs = flattenTensors('jvp', 'output', value);
  const derivatives = pushforward(placed.leaves, directions, outputs.leaves);
  return [value, derivativeTree(outputs.structure, derivatives, outputs.leaves) as R];
}
