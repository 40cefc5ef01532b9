import type { Tensor } from '../trace/Tensor.js';
import { mul } from './mul.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** Exponential. */
export const expPrimitive = elementwise({
  name: 'exp',
  accepts: 'float',
  compute: Math.exp,
  differentials: [(g, _, y) => mul(g, y)],
});

/** e to the power of each element. */
export function exp(x: Tensor): Tensor {
  return applyElementwise(expPrimitive, x);
}
