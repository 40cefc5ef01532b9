import type { Tensor } from '../trace/Tensor.js';
import { broadcastTo } from './broadcastTo.js';
import type { ReductionOptions } from './factories/reduction.js';
import { applyReduction, onesAt, reduction } from './factories/reduction.js';
import { reshape } from './reshape.js';

/** Sum of elements. */
export const sumPrimitive = reduction({
  name: 'sum',
  accepts: 'number',
  initial: 0,
  combine: (a, b) => a + b,
  jvp: ({ attributes: { axes } }, [tangent]) => [tangent && sum(tangent, { axes })],
  vjp({ inputs, attributes: { axes } }, [cotangent]) {
    const { shape } = inputs[0]!;
    return [cotangent && broadcastTo(reshape(cotangent, onesAt(shape, axes)), shape)];
  },
});

/**
 * Sums elements along axes, all by default; 0 for none.
 *
 * @param x - numbers
 * @param options - {@link ReductionOptions}
 */
export function sum(x: Tensor, options: ReductionOptions = {}): Tensor {
  return applyReduction(sumPrimitive, x, options);
}
