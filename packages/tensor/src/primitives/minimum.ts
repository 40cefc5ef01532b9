import type { Tensor } from '../trace/Tensor.js';
import { cast } from './cast.js';
import type { TensorLike } from './constant.js';
import { equal } from './equal.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';
import { less } from './less.js';
import { mul } from './mul.js';
import { where } from './where.js';

/** The smaller element. */
export const minimumPrimitive = elementwise({
  name: 'minimum',
  accepts: 'number',
  compute: (a, b) => Math.min(a, b),
  differentials: [(g, [a, b]) => mul(g, share(a!, b!)), (g, [a, b]) => mul(g, share(b!, a!))],
});

/** 1 where the first one is taken, 0 where the other one is, 1/2 for each where they are equal. */
function share(taken: Tensor, other: Tensor): Tensor {
  const taking = cast(less(taken, other), taken.dtype);
  return where(equal(taken, other), 0.5, taking);
}

/**
 * Takes the smaller of two elements; NaN if either is NaN. Where they are equal the derivative is split in halves.
 *
 * Operands broadcast together as in NumPy and have one element type; a number takes that of the other one.
 *
 * @throws {@link ShapeError} if the shapes do not broadcast; {@link InvalidArgumentError} if the element
 *   types differ or are not numbers
 */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return applyElementwise(minimumPrimitive, a, b);
}
