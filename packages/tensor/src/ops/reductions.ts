import { axesOf } from '../primitives/factories/reduction.js';
import type { ReductionOptions } from '../primitives/factories/reduction.js';
import { sizeOfShape } from '../graph/dim.js';
import { checkElements } from '../graph/check.js';
import { add } from '../primitives/add.js';
import { dimension } from '../primitives/dimension.js';
import { div } from '../primitives/div.js';
import { exp } from '../primitives/exp.js';
import { log } from '../primitives/log.js';
import { max } from '../primitives/max.js';
import { reshape } from '../primitives/reshape.js';
import { sub } from '../primitives/sub.js';
import { sum } from '../primitives/sum.js';
import type { Tensor } from '../trace/Tensor.js';
import { square } from './elementwise.js';
import { finiteShift } from './shift.js';

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
 * log of the sum of exponentials along axes, all by default, without overflow; -Infinity where all elements are. The
 * derivative is the softmax, NaN where the result is infinite.
 *
 * @param x - floating point
 * @param options - {@link ReductionOptions}
 */
export function logSumExp(x: Tensor, options: ReductionOptions = {}): Tensor {
  const shift = finiteShift(max(x, { ...options, keepDims: true }));
  const total = log(sum(exp(sub(x, shift)), options));
  return add(total, reshape(shift, total.shape));
}
