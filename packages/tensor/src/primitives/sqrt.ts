import type { Tensor } from '../trace/Tensor.js';
import { div } from './div.js';
import { mul } from './mul.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** Square root. */
export const sqrtPrimitive = elementwise({
  name: 'sqrt',
  accepts: 'float',
  compute: Math.sqrt,
  differentials: [(g, _, y) => div(g, mul(y, 2))],
});

/**
 * Square root of each element; NaN below 0. The derivative at 0 is infinite, and NaN times a derivative of
 * 0: guard the argument, `sqrt(where(positive, x, 1))`.
 */
export function sqrt(x: Tensor): Tensor {
  return applyElementwise(sqrtPrimitive, x);
}
