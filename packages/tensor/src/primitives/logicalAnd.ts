import type { Tensor } from '../trace/Tensor.js';
import type { TensorLike } from './constant.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** a & b. */
export const logicalAndPrimitive = elementwise({
  name: 'logicalAnd',
  accepts: 'bool',
  compute: (a, b) => a & b,
});

/**
 * Tells where both are true.
 *
 * @throws {@link ShapeError} if the shapes do not broadcast; {@link InvalidArgumentError} if the elements
 *   are not bool
 */
export function logicalAnd(a: TensorLike, b: TensorLike): Tensor {
  return applyElementwise(logicalAndPrimitive, a, b);
}
