import type { Primitive } from '../graph/primitive.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import type { NoAttributes } from './factories/elementwise.js';

/** The same array. Clean-up removes it. */
export const identityPrimitive: Primitive<NoAttributes> = {
  name: 'identity',
  infer: ([input]) => [{ dtype: input!.dtype, shape: input!.shape }],
  jvp: (_, [tangent]) => [tangent],
  vjp: (_, [cotangent]) => [cotangent],
  batch: ({ inputs: [x] }) => [identity(x!)],
  reference: ([input]) => [input!.data],
  passes: 0,
};

/** The same array as a new tensor, so that a derivative with respect to this use alone can be taken. */
export function identity(x: Tensor): Tensor {
  return applyOne(identityPrimitive, [x], {});
}
