import { InvalidArgumentError } from '@pct/core';
import { broadcastShapes, checkElements } from '../graph/check.js';
import { describeType } from '../graph/describe.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import type { TensorLike } from './constant.js';
import { lift } from './constant.js';
import { elementwise } from './factories/elementwise.js';

/** Choice between two arrays. */
export const wherePrimitive = elementwise({
  name: 'where',
  accepts: 'any',
  infer(inputs) {
    const [condition, ...branches] = inputs;
    if (condition!.dtype !== 'bool')
      throw new InvalidArgumentError(`where: the condition must be bool, got ${describeType(condition!)}`);
    return { dtype: checkElements('where', branches, 'any'), shape: broadcastShapes('where', inputs) };
  },
  compute: (condition, a, b) => (condition === 0 ? b : a),
  differentials: [
    undefined,
    (g, [condition]) => where(condition!, g, 0),
    (g, [condition]) => where(condition!, 0, g),
  ],
});

/**
 * Takes elements of `a` where the condition holds and of `b` elsewhere.
 *
 * Both are computed everywhere; an infinite or undefined derivative in the branch that is not taken becomes NaN through
 * 0 times Infinity or NaN, as in JAX, so guard the argument too: `where(positive, log(where(positive, x, 1)), 0)`.
 *
 * @param condition - bool
 * @param a - elements where it is true
 * @param b - elements where it is false, of the same element type
 * @throws {@link ShapeError} if the shapes do not broadcast; {@link InvalidArgumentError} for wrong element types
 */
export function where(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  return applyOne(wherePrimitive, [condition, ...lift('where', [a, b])], {});
}
