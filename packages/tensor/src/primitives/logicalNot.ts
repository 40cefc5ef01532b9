import type { Tensor } from '../trace/Tensor.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** not x. */
export const logicalNotPrimitive = elementwise({
  name: 'logicalNot',
  accepts: 'bool',
  compute: (x) => 1 - x,
});

/** Tells where elements are false; elements must be bool. */
export function logicalNot(x: Tensor): Tensor {
  return applyElementwise(logicalNotPrimitive, x);
}
