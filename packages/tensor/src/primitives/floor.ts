import type { Tensor } from '../trace/Tensor.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';

/** Largest whole number that is not above. */
export const floorPrimitive = elementwise({
  name: 'floor',
  accepts: 'float',
  compute: Math.floor,
});

/** Rounds each element down. The derivative is 0. */
export function floor(x: Tensor): Tensor {
  return applyElementwise(floorPrimitive, x);
}
