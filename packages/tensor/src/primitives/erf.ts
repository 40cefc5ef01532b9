import type { Tensor } from '../trace/Tensor.js';
import { erfOf } from '../reference/erf.js';
import { exp } from './exp.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';
import { mul } from './mul.js';
import { neg } from './neg.js';

/** Error function. */
export const erfPrimitive = elementwise({
  name: 'erf',
  accepts: 'float',
  compute: erfOf,
  differentials: [(g, [x]) => mul(g, mul(exp(neg(mul(x!, x!))), 2 / Math.sqrt(Math.PI)))],
});

/** Error function 2/sqrt(pi) times the integral of exp(-t^2) from 0 to each element. */
export function erf(x: Tensor): Tensor {
  return applyElementwise(erfPrimitive, x);
}
