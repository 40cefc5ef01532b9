import type { Tensor } from '../trace/Tensor.js';
import { mul } from './mul.js';
import { sign } from './sign.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** Absolute value. */
export const absPrimitive = elementwise({
  name: 'abs',
  accepts: 'number',
  compute: Math.abs,
  differentials: [(g, [x]) => mul(g, sign(x!))],
});

/** Absolute value of each element. The derivative at 0 is 0. */
export function abs(x: Tensor): Tensor {
  return applyElementwise(absPrimitive, x);
}
