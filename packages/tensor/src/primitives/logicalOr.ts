import type { Tensor } from '../trace/Tensor.js';
import type { TensorLike } from './constant.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** a | b. */
export const logicalOrPrimitive = elementwise({
  name: 'logicalOr',
  accepts: 'bool',
  compute: (a, b) => a | b,
});

/**
 * Tells where at least one is true.
 *
 * @throws {@link ShapeError} if the shapes do not broadcast; {@link InvalidArgumentError} if the elements
 *   are not bool
 */
export function logicalOr(a: TensorLike, b: TensorLike): Tensor {
  return applyElementwise(logicalOrPrimitive, a, b);
}
