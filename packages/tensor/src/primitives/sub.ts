import type { Tensor } from '../trace/Tensor.js';
import type { TensorLike } from './constant.js';
import { neg } from './neg.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** a - b. */
export const subPrimitive = elementwise({
  name: 'sub',
  accepts: 'number',
  compute: (a, b) => a - b,
  differentials: [(g) => g, (g) => neg(g)],
});

/**
 * Subtracts arrays.
 *
 * Operands broadcast together as in NumPy and have one element type; a number takes that of the other one.
 *
 * @throws {@link ShapeError} if the shapes do not broadcast; {@link InvalidArgumentError} if the element
 *   types differ or do not fit
 */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return applyElementwise(subPrimitive, a, b);
}
