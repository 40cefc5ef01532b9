import type { Dim } from '../graph/dim.js';
import type { Tensor } from '../trace/Tensor.js';
import { reshape } from './reshape.js';
import { sum } from './sum.js';

/**
 * Sums over the axes along which an array of the given shape would be repeated to get the shape of `x`: the
 * transpose of `broadcastTo`.
 */
export function sumTo(x: Tensor, shape: readonly Dim[]): Tensor {
  const missing = x.rank - shape.length;
  const axes = x.shape.flatMap((size, axis) =>
    axis < missing || (shape[axis - missing] === 1 && size !== 1) ? [axis] : [],
  );
  return axes.length === 0 ? x : reshape(sum(x, { axes }), shape);
}
