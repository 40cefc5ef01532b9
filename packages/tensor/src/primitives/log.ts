import type { Tensor } from '../trace/Tensor.js';
import { div } from './div.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** Natural logarithm. */
export const logPrimitive = elementwise({
  name: 'log',
  accepts: 'float',
  compute: Math.log,
  differentials: [(g, [x]) => div(g, x!)],
});

/** Natural logarithm of each element; -Infinity at 0, NaN below. */
export function log(x: Tensor): Tensor {
  return applyElementwise(logPrimitive, x);
}
