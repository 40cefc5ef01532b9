import { allocateWide } from '../graph/dtype.js';
import type { DType, TypedArray } from '../graph/types.js';

/** Elements at given positions. */
export function pick(data: TypedArray, at: Int32Array, dtype: DType): TypedArray {
  const out = allocateWide(dtype, at.length);
  for (let i = 0; i < out.length; i++) out[i] = data[at[i]!]!;
  return out;
}
