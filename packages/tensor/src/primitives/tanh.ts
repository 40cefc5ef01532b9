import type { Tensor } from '../trace/Tensor.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** Hyperbolic tangent. */
export const tanhPrimitive = elementwise({
  name: 'tanh',
  accepts: 'float',
  compute: Math.tanh,
  differentials: [(g, _, y) => mul(g, sub(1, mul(y, y)))],
});

/** Hyperbolic tangent of each element. */
export function tanh(x: Tensor): Tensor {
  return applyElementwise(tanhPrimitive, x);
}
