import type { Tensor } from '../trace/Tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** log(1 + x). */
export const log1pPrimitive = elementwise({
  name: 'log1p',
  accepts: 'float',
  compute: Math.log1p,
  differentials: [(g, [x]) => div(g, add(x!, 1))],
});

/** log(1 + x), exact also for small x. */
export function log1p(x: Tensor): Tensor {
  return applyElementwise(log1pPrimitive, x);
}
