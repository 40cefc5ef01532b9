import { isFloat } from '../graph/dtype.js';
import { allocateWide } from '../graph/dtype.js';
import type { Primitive } from '../graph/primitive.js';
import type { DType } from '../graph/types.js';
import type { Tensor } from '../trace/Tensor.js';
import { apply, applyOne } from '../trace/Tensor.js';

/** Attributes of {@link cast}. */
export interface CastAttributes {
  readonly dtype: DType;
}

/** Conversion of elements. */
export const castPrimitive: Primitive<CastAttributes> = {
  name: 'cast',
  infer: ([input], { dtype }) => [{ dtype, shape: input!.shape }],
  jvp: ({ inputs, attributes: { dtype } }, [tangent]) => [
    tangent && isFloat(dtype) && isFloat(inputs[0]!.dtype) ? cast(tangent, dtype) : undefined,
  ],
  vjp: ({ inputs, attributes: { dtype } }, [cotangent]) => [
    cotangent && isFloat(dtype) && isFloat(inputs[0]!.dtype) ? cast(cotangent, inputs[0]!.dtype) : undefined,
  ],
  batch: ({ primitive, inputs, attributes }) => apply(primitive, inputs, attributes),
  reference([input], { attributes: { dtype } }) {
    const { data } = input!;
    const out = allocateWide(dtype, data.length);
    for (let i = 0; i < data.length; i++) {
      const element = data[i]!;
      if (dtype === 'bool') out[i] = Number(element !== 0);
      else if (dtype === 'int32') out[i] = Math.trunc(element);
      else out[i] = dtype === 'float32' ? Math.fround(element) : element;
    }
    return [out];
  },
};

/**
 * Converts elements: to int32 towards 0, to bool whether they differ from 0, from bool to 0 and 1.
 *
 * Floating point numbers outside of the range of int32, and NaN, become an unspecified integer.
 *
 * @param x - any array
 * @param dtype - wanted element type
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : applyOne(castPrimitive, [x], { dtype });
}
