import type { Tensor } from '../trace/Tensor.js';
import type { TensorLike } from './constant.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** a >= b. */
export const greaterEqualPrimitive = elementwise({
  name: 'greaterEqual',
  accepts: 'number',
  truth: true,
  compute: (a, b) => Number(a >= b),
});

/**
 * Tells where elements of a are at least those of b; false where one is NaN. The result is bool.
 *
 * Operands broadcast together as in NumPy and have one element type; a number takes that of the other one.
 *
 * @throws {@link ShapeError} if the shapes do not broadcast; {@link InvalidArgumentError} if the element
 *   types differ
 */
export function greaterEqual(a: TensorLike, b: TensorLike): Tensor {
  return applyElementwise(greaterEqualPrimitive, a, b);
}
