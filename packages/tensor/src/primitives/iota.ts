import type { Dim } from '../graph/dim.js';
import { normalizeDim } from '../graph/dim.js';
import { allocateWide } from '../graph/dtype.js';
import type { Primitive } from '../graph/primitive.js';
import type { DType } from '../graph/types.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';

/** Attributes of {@link iota} and of `dimension`. */
export interface SizeAttributes {
  readonly size: Dim;
  readonly dtype: DType;
}

/** 0, 1, 2, ... */
export const iotaPrimitive: Primitive<SizeAttributes> = {
  name: 'iota',
  infer: (_, { size, dtype }) => [{ dtype, shape: [size] }],
  reference: (_, { outputs }) => [allocateWide(outputs[0]!.dtype, outputs[0]!.shape[0]!).map((_, i) => i)],
};

/**
 * The numbers 0, 1, ..., size - 1.
 *
 * @param size - may be a named size
 * @param dtype - element type. @defaultValue `'int32'`
 * @returns [size]
 */
export function iota(size: Dim, dtype: Exclude<DType, 'bool'> = 'int32'): Tensor {
  return applyOne(iotaPrimitive, [], { size: normalizeDim(size), dtype });
}
