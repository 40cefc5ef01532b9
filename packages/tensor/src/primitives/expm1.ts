import type { Tensor } from '../trace/Tensor.js';
import { exp } from './exp.js';
import { mul } from './mul.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** exp(x) - 1. */
export const expm1Primitive = elementwise({
  name: 'expm1',
  accepts: 'float',
  compute: Math.expm1,
  differentials: [(g, [x]) => mul(g, exp(x!))],
});

/** exp(x) - 1, exact also for small x. */
export function expm1(x: Tensor): Tensor {
  return applyElementwise(expm1Primitive, x);
}
