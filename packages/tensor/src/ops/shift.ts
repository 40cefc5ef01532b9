import { abs } from '../primitives/abs.js';
import { less } from '../primitives/less.js';
import { stopGradient } from '../primitives/stopGradient.js';
import { where } from '../primitives/where.js';
import type { Tensor } from '../trace/Tensor.js';

/**
 * What to subtract before taking exponentials so that they do not overflow: the largest elements, as constants for
 * every derivative; 0 for infinite ones, which cannot be subtracted, and NaN.
 */
export function finiteShift(largest: Tensor): Tensor {
  const constant = stopGradient(largest);
  return where(less(abs(constant), Infinity), constant, 0);
}
