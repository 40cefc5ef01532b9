import { widenHalf } from '../io/widen.js';
import type { DType, NdArray } from '../graph/types.js';
import type { OnnxTensor, OnnxType } from '../onnx/model.js';
import { constant } from '../primitives/constant.js';
import type { OnnxValue } from './Known.js';
import { Known } from './Known.js';

type FloatType = 'float32' | 'float64';

/** Element type that arrays of an ONNX element type have in a program whose float32 is `float`. */
export function dtypeOfOnnx(type: OnnxType, float: FloatType): DType {
  if (type === 'float32' || type === 'float16') return float;
  return type === 'float64' || type === 'bool' ? type : 'int32';
}

/** Whether elements are floating point numbers, so that the array may be trained. */
export function isFloatType(type: OnnxType): boolean {
  return type === 'float32' || type === 'float64' || type === 'float16';
}

/** Array of floating point numbers, owned by the caller. */
export function floatArray({ type, shape, data }: OnnxTensor, float: FloatType): NdArray {
  const { buffer } = data.slice();
  const own = [...shape];
  if (type === 'float64') return { data: new Float64Array(buffer), shape: own };
  const numbers = type === 'float16' ? widenHalf(new Uint16Array(buffer)) : new Float32Array(buffer);
  return { data: float === 'float64' ? Float64Array.from(numbers) : numbers, shape: own };
}

/** A constant of the model: integers and truth values are known while tracing. */
export function constantOf(tensor: OnnxTensor, float: FloatType): OnnxValue {
  if (isFloatType(tensor.type)) return constant(floatArray(tensor, float));
  return new Known(tensor.type === 'bool' ? 'bool' : 'int32', tensor.shape, integersOf(tensor));
}

function integersOf({ type, data }: OnnxTensor): number[] {
  const { buffer } = data.slice();
  switch (type) {
    case 'int64':
      return Array.from(new BigInt64Array(buffer), Number);
    case 'uint64':
      return Array.from(new BigUint64Array(buffer), Number);
    case 'int32':
      return Array.from(new Int32Array(buffer));
    case 'uint32':
      return Array.from(new Uint32Array(buffer));
    case 'int16':
      return Array.from(new Int16Array(buffer));
    case 'uint16':
      return Array.from(new Uint16Array(buffer));
    case 'int8':
      return Array.from(new Int8Array(buffer));
    case 'bool':
      return Array.from(new Uint8Array(buffer), (byte) => (byte === 0 ? 0 : 1));
    default:
      return Array.from(new Uint8Array(buffer));
  }
}
