import type { Tensor } from '../trace/Tensor.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** 1 / (1 + exp(-x)). */
export const sigmoidPrimitive = elementwise({
  name: 'sigmoid',
  accepts: 'float',
  compute: (x) => 1 / (1 + Math.exp(-x)),
  differentials: [(g, _, y) => mul(g, mul(y, sub(1, y)))],
});

/** Logistic function 1 / (1 + exp(-x)) of each element. */
export function sigmoid(x: Tensor): Tensor {
  return applyElementwise(sigmoidPrimitive, x);
}
