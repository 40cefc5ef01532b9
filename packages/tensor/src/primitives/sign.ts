import type { Tensor } from '../trace/Tensor.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** -1, 0 or 1. */
export const signPrimitive = elementwise({
  name: 'sign',
  accepts: 'number',
  compute: Math.sign,
});

/** -1, 0 or 1 by the sign of each element; NaN for NaN. The derivative is 0. */
export function sign(x: Tensor): Tensor {
  return applyElementwise(signPrimitive, x);
}
