import type { Tensor } from '../trace/Tensor.js';
import type { TensorLike } from './constant.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** a b. */
export const mulPrimitive = elementwise({
  name: 'mul',
  accepts: 'number',
  compute: (a, b) => a * b,
  differentials: [(g, [, b]) => mul(g, b!), (g, [a]) => mul(g, a!)],
});

/**
 * Multiplies arrays element by element.
 *
 * Operands broadcast together as in NumPy and have one element type; a number takes that of the other one.
 *
 * @throws {@link ShapeError} if the shapes do not broadcast; {@link InvalidArgumentError} if the element
 *   types differ or do not fit
 */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  return applyElementwise(mulPrimitive, a, b);
}
