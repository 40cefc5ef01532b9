import type { Tensor } from '../trace/Tensor.js';
import { where } from './where.js';
import { greater } from './greater.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** max(x, 0). */
export const reluPrimitive = elementwise({
  name: 'relu',
  accepts: 'float',
  compute: (x) => (x < 0 ? 0 : x),
  // By the result, so that engines may overwrite what it was made of.
  differentials: [(g, _, y) => where(greater(y, 0), g, 0)],
});

/** Elements above 0 as they are, others as 0. The derivative at 0 is 0. */
export function relu(x: Tensor): Tensor {
  return applyElementwise(reluPrimitive, x);
}
