import { allocate, dtypeOf } from '../graph/dtype.js';
import type { DType } from '../graph/types.js';
import type { OnnxTensor, OnnxType } from './model.js';

/** Typed arrays whose bytes are ONNX elements as they stand. */
export type OnnxData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

const TYPE_OF_ARRAY: readonly (readonly [new (length: number) => OnnxData, OnnxType])[] = [
  [Float32Array, 'float32'],
  [Float64Array, 'float64'],
  [Int32Array, 'int32'],
  [BigInt64Array, 'int64'],
  [Uint8Array, 'bool'],
];

/** A constant from a typed array; shares its memory. `Uint8Array` holds bool, one byte each. */
export function onnxTensor(data: OnnxData, shape: readonly number[]): OnnxTensor {
  const type = TYPE_OF_ARRAY.find(([arrayClass]) => data instanceof arrayClass)![1];
  return { type, shape, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/**
 * A constant of one of the element types of array programs, from plain numbers. Typed arrays of the same
 * element type are taken without a copy.
 */
export function onnxTensorOf(dtype: DType, values: ArrayLike<number>, shape: readonly number[]): OnnxTensor {
  if (dtypeOf(values) === dtype) return onnxTensor(values as OnnxData, shape);
  const data = allocate(dtype, values.length);
  for (let i = 0; i < values.length; i++) data[i] = dtype === 'bool' ? Number(values[i] !== 0) : values[i]!;
  return onnxTensor(data, shape);
}
