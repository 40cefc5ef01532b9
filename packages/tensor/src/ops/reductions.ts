import { axesOf } from '../primitives/factories/reduction.js';
import type { ReductionOptions } from '../primitives/factories/reduction.js';
import { sizeOfShape } from '../graph/dim.js';
import { checkElements } from '../graph/check.js';
import { abs } from '../primitives/abs.js';
import { add } from '../primitives/add.js';
import { dimension } from '../primitives/dimension.js';
import { div } from '../primitives/div.js';
import { exp } from '../primitives/exp.js';
import { less } from '../primitives/less.js';
import { log } from '../primitives/log.js';
import { max } from '../primitives/max.js';
import { reshape } from '../primitives/reshape.js';
import { stopGradient } from '../primitives/stopGradient.js';
import { sub } from '../primitives/sub.js';
import { sum } from '../primitives/sum.js';
import { where } from '../primitives/where.js';
import type { Tensor } from '../trace/Tensor.js';
import { square } from './elementwise.js';

/**
 * Mean of elements along axes, all by default; NaN for none.
 *
 * @param x - floating point
 * @param options - {@link ReductionOptions}
 */
export function mean(x: Tensor, options: ReductionOptions = {}): Tensor {
  const dtype = checkElements('mean', [x], 'float') as 'float32' | 'float64';
  const count = sizeOfShape(axesOf('mean', x, options.axes).map((axis) => x.shape[axis]!));
  return div(sum(x, options), dimension(count, dtype));
}

/**
 * Mean square distance from the mean along axes, all by default (divided by n, not n - 1).
 *
 * @param x - floating point
 * @param options - {@link ReductionOptions}
 */
export function variance(x: Tensor, options: ReductionOptions = {}): Tensor {
  return mean(square(sub(x, mean(x, { ...options, keepDims: true }))), options);
}

/**
 * log of the sum of exponentials along axes, all by default, without overflow; -Infinity where all elements are.
 *
 * @param x - floating point
 * @param options - {@link ReductionOptions}
 */
export function logSumExp(x: Tensor, options: ReductionOptions = {}): Tensor {
  const largest = stopGradient(max(x, { ...options, keepDims: true }));
  // Infinite ones cannot be subtracted; the sum is right without.
  const shift = where(less(abs(largest), Infinity), largest, 0);
  const total = log(sum(exp(sub(x, shift)), options));
  return add(total, reshape(shift, total.shape));
}
