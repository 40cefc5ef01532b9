import { ShapeError } from '@pct/core';
import { sameShape } from '../graph/check.js';
import { describeShape, describeType } from '../graph/describe.js';
import type { Dim } from '../graph/dim.js';
import { normalizeDim } from '../graph/dim.js';
import type { Primitive } from '../graph/primitive.js';
import { broadcastStrides, positions } from '../reference/indexing.js';
import { pick } from '../reference/pick.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import { sumTo } from './sumTo.js';
import { withRank } from './factories/batch.js';

/** Attributes of {@link broadcastTo}. */
export interface ShapeAttributes {
  readonly shape: readonly Dim[];
}

/** Copies of an array along new axes and axes of size 1. */
export const broadcastToPrimitive: Primitive<ShapeAttributes> = {
  name: 'broadcastTo',
  infer([input], { shape }) {
    const missing = shape.length - input!.shape.length;
    const fits =
      missing >= 0 && input!.shape.every((size, axis) => size === 1 || size === shape[axis + missing]);
    if (!fits)
      throw new ShapeError(
        `broadcastTo: axes of ${describeType(input!)} must be 1 or equal to those of ${describeShape(shape)}, counted from the end`,
      );
    return [{ dtype: input!.dtype, shape }];
  },
  jvp: ({ attributes }, [tangent]) => [tangent && broadcastTo(tangent, attributes.shape)],
  vjp: ({ inputs }, [cotangent]) => [cotangent && sumTo(cotangent, inputs[0]!.shape)],
  batch({ inputs: [x], attributes: { shape }, size }) {
    return [broadcastTo(withRank(x!, true, shape.length), [size, ...shape])];
  },
  reference([input], { outputs }) {
    const { dtype, shape } = outputs[0]!;
    return [pick(input!.data, positions(shape, broadcastStrides(input!.shape, shape)), dtype)];
  },
};

/**
 * Repeats an array along axes of size 1 and along new axes in front, as in NumPy.
 *
 * @param x - any array
 * @param shape - sizes of the result; may have names that occur in the program's inputs
 * @throws {@link ShapeError} if an axis is neither 1 nor of the wanted size
 */
export function broadcastTo(x: Tensor, shape: readonly Dim[]): Tensor {
  const normal = shape.map(normalizeDim);
  return sameShape(x.shape, normal) ? x : applyOne(broadcastToPrimitive, [x], { shape: normal });
}
