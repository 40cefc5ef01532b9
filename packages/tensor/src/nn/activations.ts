import type { Tensor } from '../trace/Tensor.js';
import { div } from '../primitives/div.js';
import { exp } from '../primitives/exp.js';
import { max } from '../primitives/max.js';
import { sub } from '../primitives/sub.js';
import { sum } from '../primitives/sum.js';
import { logSumExp } from '../ops/reductions.js';
import { finiteShift } from '../ops/shift.js';

/**
 * exp(x) divided by its sum along an axis, without overflow; NaN where all elements are -Infinity or one is Infinity.
 *
 * @param x - floating point
 * @param axis - negative ones counted from the end. @defaultValue `-1`
 * @returns like x; not negative, sums to 1 along the axis
 */
export function softmax(x: Tensor, axis = -1): Tensor {
  const options = { axes: axis, keepDims: true };
  const weights = exp(sub(x, finiteShift(max(x, options))));
  return div(weights, sum(weights, options));
}

/**
 * Logarithm of {@link softmax}, also where that is too small for a number.
 *
 * @param x - floating point
 * @param axis - negative ones counted from the end. @defaultValue `-1`
 */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return sub(x, logSumExp(x, { axes: axis, keepDims: true }));
}
