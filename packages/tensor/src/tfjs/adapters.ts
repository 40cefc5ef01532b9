import { describeValue, InvalidArgumentError, ShapeError } from '@pct/core';
import { dtypeOf } from '../graph/dtype.js';
import type { NdArray } from '../graph/types.js';
import { countElements } from '../reference/indexing.js';
import { typed } from './execute.js';
import type { TfDType } from './execute.js';
import type { TfModule, TfTensor } from './types.js';

/** Whether an element type of tfjs is one of ours. */
export function isShared(dtype: string): dtype is TfDType {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
}

/** Whether a value is a tensor of tfjs, of whichever copy of the package. */
export function isTfTensor(value: unknown): value is TfTensor {
  if (typeof value !== 'object' || value === null) return false;
  const { dataId, dataSync, shape, dtype } = value as Partial<TfTensor>;
  return (
    dataId !== undefined && typeof dataSync === 'function' && Array.isArray(shape) && dtype !== undefined
  );
}

/**
 * Elements and shape of a tensor of tfjs.
 *
 * @param tensor - float32, int32 or bool; stays the caller's and is not disposed
 * @returns a copy
 * @throws {@link InvalidArgumentError} if it is no tensor, or its elements are strings or complex numbers
 */
export async function fromTf(tensor: TfTensor): Promise<NdArray> {
  if (!isTfTensor(tensor))
    throw new InvalidArgumentError(`fromTf: needs a tensor of tfjs, got ${describeValue(tensor)}`);
  if (!isShared(tensor.dtype))
    throw new InvalidArgumentError(
      `fromTf: elements must be float32, int32 or bool, got ${tensor.dtype}[${tensor.shape.join(', ')}]`,
    );
  const data = await tensor.data<'float32' | 'int32' | 'bool'>();
  // The backend may hand out the array that it keeps.
  return { data: typed(data, tensor.dtype).slice(), shape: [...tensor.shape] };
}

/**
 * Makes a tensor of tfjs.
 *
 * @param tf - module of tfjs that is to own it
 * @param array - `{ data, shape }` of float32, int32 or bool; copied
 * @returns a tensor that the caller disposes
 * @throws {@link InvalidArgumentError} for float64, which tfjs does not have, and for what is no array;
 *   {@link ShapeError} if data and shape do not fit
 */
export function toTf(tf: TfModule, array: NdArray): TfTensor {
  const dtype = dtypeOf(array?.data);
  if (dtype === undefined)
    throw new InvalidArgumentError(
      `toTf: needs an array { data, shape } with a Float32Array, Int32Array or Uint8Array, got ${describeValue(array?.data)}`,
    );
  const { data, shape } = array;
  if (dtype === 'float64')
    throw new InvalidArgumentError(
      `toTf: tfjs has no float64, got float64[${shape.join(', ')}]; convert with Float32Array.from(data)`,
    );
  if (countElements(shape) !== data.length)
    throw new ShapeError(
      `toTf: data must have ${countElements(shape)} elements for shape [${shape.join(', ')}], got ${data.length}`,
    );
  return tf.tensor(data.slice(), [...shape], dtype);
}
