import type { Tensor } from '../trace/Tensor.js';
import { mul } from './mul.js';
import { sigmoid } from './sigmoid.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** log(1 + exp(x)). */
export const softplusPrimitive = elementwise({
  name: 'softplus',
  accepts: 'float',
  compute: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  differentials: [(g, [x]) => mul(g, sigmoid(x!))],
});

/** log(1 + exp(x)) of each element, without overflow. */
export function softplus(x: Tensor): Tensor {
  return applyElementwise(softplusPrimitive, x);
}
