import { ShapeError } from '@pct/core';
import { sameShape } from '../graph/check.js';
import { describeShape, describeType } from '../graph/describe.js';
import type { Dim } from '../graph/dim.js';
import { divideDims, normalizeDim, sizeOfShape } from '../graph/dim.js';
import type { Primitive } from '../graph/primitive.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import type { ShapeAttributes } from './broadcastTo.js';

/** The same elements in row-major order with other axes. */
export const reshapePrimitive: Primitive<ShapeAttributes> = {
  name: 'reshape',
  infer([input], { shape }) {
    const from = sizeOfShape(input!.shape);
    const to = sizeOfShape(shape);
    if (from !== to)
      throw new ShapeError(
        `reshape: the number of elements must stay the same, got ${describeType(input!)} (${from} elements) and shape ${describeShape(shape)} (${to})`,
      );
    return [{ dtype: input!.dtype, shape }];
  },
  jvp: ({ attributes }, [tangent]) => [tangent && reshape(tangent, attributes.shape)],
  vjp: ({ inputs }, [cotangent]) => [cotangent && reshape(cotangent, inputs[0]!.shape)],
  batch: ({ inputs: [x], attributes: { shape }, size }) => [reshape(x!, [size, ...shape])],
  reference: ([input]) => [input!.data],
};

/**
 * Gives an array other axes; the elements stay in row-major order.
 *
 * @param x - any array
 * @param shape - sizes of the result; one of them may be `-1`: whatever is left
 * @throws {@link ShapeError} if the number of elements would change, or the size for `-1` is not a whole one
 *   whatever the named sizes are
 * @example
 * ```ts
 * reshape(images, ['batch', 784]);
 * reshape(images, [-1, 784]); // the same
 * ```
 */
export function reshape(x: Tensor, shape: readonly Dim[]): Tensor {
  const free = shape.indexOf(-1);
  const others = shape.filter((_, axis) => axis !== free).map(normalizeDim);
  if (free < 0) return sameShape(x.shape, others) ? x : applyOne(reshapePrimitive, [x], { shape: others });
  const left = divideDims(sizeOfShape(x.shape), sizeOfShape(others));
  if (left === undefined)
    throw new ShapeError(
      `reshape: ${describeType(x)} (${sizeOfShape(x.shape)} elements) does not fill ${describeShape(shape)}: the size for -1 is not a whole number`,
    );
  return reshape(x, shape.with(free, left));
}
