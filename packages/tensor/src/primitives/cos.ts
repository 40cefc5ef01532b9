import type { Tensor } from '../trace/Tensor.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { sin } from './sin.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** Cosine. */
export const cosPrimitive = elementwise({
  name: 'cos',
  accepts: 'float',
  compute: Math.cos,
  differentials: [(g, [x]) => neg(mul(g, sin(x!)))],
});

/** Cosine of each element, in radians. */
export function cos(x: Tensor): Tensor {
  return applyElementwise(cosPrimitive, x);
}
