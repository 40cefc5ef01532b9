import type { Tensor } from '../trace/Tensor.js';
import { cos } from './cos.js';
import { mul } from './mul.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** Sine. */
export const sinPrimitive = elementwise({
  name: 'sin',
  accepts: 'float',
  compute: Math.sin,
  differentials: [(g, [x]) => mul(g, cos(x!))],
});

/** Sine of each element, in radians. */
export function sin(x: Tensor): Tensor {
  return applyElementwise(sinPrimitive, x);
}
