import type { Primitive } from '../graph/primitive.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import type { NoAttributes } from './factories/elementwise.js';

/** The same array with derivative zero. Clean-up removes it. */
export const stopGradientPrimitive: Primitive<NoAttributes> = {
  name: 'stopGradient',
  infer: ([input]) => [{ dtype: input!.dtype, shape: input!.shape }],
  batch: ({ inputs: [x] }) => [stopGradient(x!)],
  reference: ([input]) => [input!.data],
  passes: 0,
};

/** The same array, but a constant for every derivative. */
export function stopGradient(x: Tensor): Tensor {
  return applyOne(stopGradientPrimitive, [x], {});
}
