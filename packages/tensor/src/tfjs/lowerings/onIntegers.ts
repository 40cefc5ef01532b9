import type { TfModule, TfTensor } from '../types.js';

/**
 * Moves truth values as integers, for kernels that handle every element as one of four bytes: on truth values those
 * of the backend `wasm` write beyond the end of their result.
 */
export function onIntegers(
  tf: TfModule,
  values: readonly TfTensor[],
  move: (integers: readonly TfTensor[]) => TfTensor,
): TfTensor {
  return tf.cast(move(values.map((value) => tf.cast(value, 'int32'))), 'bool');
}
