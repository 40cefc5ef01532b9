import type { Tensor } from '../trace/Tensor.js';
import type { TensorLike } from './constant.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** a / b. */
export const divPrimitive = elementwise({
  name: 'div',
  accepts: 'float',
  compute: (a, b) => a / b,
  differentials: [(g, [, b]) => div(g, b!), (g, [, b], y) => neg(mul(g, div(y, b!)))],
});

/**
 * Divides floating point arrays element by element.
 *
 * Operands broadcast together as in NumPy and have one element type; a number takes that of the other one.
 *
 * @throws {@link ShapeError} if the shapes do not broadcast; {@link InvalidArgumentError} if the element
 *   types differ or do not fit
 */
export function div(a: TensorLike, b: TensorLike): Tensor {
  return applyElementwise(divPrimitive, a, b);
}
