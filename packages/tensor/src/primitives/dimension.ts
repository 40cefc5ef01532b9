import type { Dim } from '../graph/dim.js';
import { normalizeDim } from '../graph/dim.js';
import { allocateWide } from '../graph/dtype.js';
import type { Primitive } from '../graph/primitive.js';
import type { DType } from '../graph/types.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import { scalar } from './constant.js';
import type { SizeAttributes } from './iota.js';

/** A size as a number. */
export const dimensionPrimitive: Primitive<SizeAttributes> = {
  name: 'dimension',
  infer: (_, { dtype }) => [{ dtype, shape: [] }],
  reference: (_, { attributes, size }) => [allocateWide(attributes.dtype, 1).fill(size(attributes.size))],
};

/**
 * A size as an array without axes, to compute with.
 *
 * @param size - may be a named size such as `'2*batch'`
 * @param dtype - element type
 */
export function dimension(size: Dim, dtype: Exclude<DType, 'bool'>): Tensor {
  const normal = normalizeDim(size);
  if (typeof normal === 'number') return scalar('dimension', normal, dtype);
  return applyOne(dimensionPrimitive, [], { size: normal, dtype });
}
