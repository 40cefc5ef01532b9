import type { Dim } from '../graph/dim.js';
import type { DType } from '../graph/types.js';
import type { Tensor } from '../trace/Tensor.js';
import { broadcastTo } from './broadcastTo.js';
import { scalar } from './constant.js';

/**
 * Array with the same number everywhere.
 *
 * @param shape - sizes of the axes; may have names that occur in the program's inputs
 * @param value - the number
 * @param dtype - element type. @defaultValue `'float32'`
 */
export function full(shape: readonly Dim[], value: number, dtype: DType = 'float32'): Tensor {
  return broadcastTo(scalar('full', value, dtype), shape);
}

/** Zeros of the type of another array. */
export function zerosLike(x: Tensor): Tensor {
  return full(x.shape, 0, x.dtype);
}

/** Ones of the type of another array. */
export function onesLike(x: Tensor): Tensor {
  return full(x.shape, 1, x.dtype);
}
