import { ShapeError } from '@pct/core';
import { checkAxis, checkElements } from '../graph/check.js';
import { describeType } from '../graph/describe.js';
import type { Primitive } from '../graph/primitive.js';
import { aroundAxis } from '../reference/indexing.js';
import type { Tensor } from '../trace/Tensor.js';
import { apply, applyOne } from '../trace/Tensor.js';
import type { AxisAttributes } from './concat.js';
import { withoutAxes } from './factories/reduction.js';
import { neg } from './neg.js';

/** Index of the largest element along an axis, the first of several. */
export const argmaxPrimitive: Primitive<AxisAttributes> = {
  name: 'argmax',
  infer([input], { axis }) {
    checkElements('argmax', [input!], 'number');
    if (input!.shape[axis] === 0)
      throw new ShapeError(`argmax: has no value for no elements, got ${describeType(input!)}`);
    return [{ dtype: 'int32', shape: withoutAxes(input!.shape, [axis]) }];
  },
  batch: ({ primitive, inputs, attributes: { axis } }) => apply(primitive, inputs, { axis: axis + 1 }),
  reference([input], { attributes: { axis } }) {
    const [before, length, after] = aroundAxis(input!.shape, axis);
    const out = new Int32Array(before * after);
    if (length === 0 && out.length > 0)
      throw new ShapeError(`argmax: has no value for no elements, got shape [${input!.shape.join(', ')}]`);
    for (let i = 0; i < out.length; i++) {
      const start = Math.floor(i / after) * length * after + (i % after);
      let best = 0;
      for (let j = 1; j < length; j++)
        if (input!.data[start + j * after]! > input!.data[start + best * after]!) best = j;
      out[i] = best;
    }
    return [out];
  },
};

/**
 * Index of the largest element along an axis, the first of several; without derivative. Unspecified where an
 * element is NaN.
 *
 * @param x - numbers
 * @param axis - negative ones counted from the end. @defaultValue `-1`
 * @returns int32, without that axis
 */
export function argmax(x: Tensor, axis = -1): Tensor {
  return applyOne(argmaxPrimitive, [x], { axis: checkAxis('argmax', axis, x.rank) });
}

/** Index of the smallest element along an axis; see {@link argmax}. */
export function argmin(x: Tensor, axis = -1): Tensor {
  return argmax(neg(x), axis);
}
