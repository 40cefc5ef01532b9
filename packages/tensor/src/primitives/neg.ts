import type { Tensor } from '../trace/Tensor.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** -x. */
export const negPrimitive = elementwise({
  name: 'neg',
  accepts: 'number',
  compute: (x) => -x,
  differentials: [(g) => neg(g)],
});

/** Changes the sign of numbers. */
export function neg(x: Tensor): Tensor {
  return applyElementwise(negPrimitive, x);
}
