import type { DType, TypedArray } from './types.js';

/** Whether elements are floating point numbers, so that derivatives exist. */
export function isFloat(dtype: DType): dtype is 'float32' | 'float64' {
  return dtype === 'float32' || dtype === 'float64';
}

/** New array for elements of this type. */
export function allocate(dtype: DType, length: number): TypedArray {
  if (dtype === 'float32') return new Float32Array(length);
  if (dtype === 'float64') return new Float64Array(length);
  return dtype === 'int32' ? new Int32Array(length) : new Uint8Array(length);
}

/** New array for elements of this type in the interpreter, which computes float32 in float64. */
export function allocateWide(dtype: DType, length: number): TypedArray {
  return allocate(dtype === 'float32' ? 'float64' : dtype, length);
}

/** Element type of a typed array; undefined if it is none that programs use. */
export function dtypeOf(data: unknown): DType | undefined {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof Int32Array) return 'int32';
  return data instanceof Uint8Array ? 'bool' : undefined;
}
