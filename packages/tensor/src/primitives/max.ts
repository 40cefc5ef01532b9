import type { Tensor } from '../trace/Tensor.js';
import { extremeRules } from './factories/extreme.js';
import type { ReductionOptions } from './factories/reduction.js';
import { applyReduction, reduction } from './factories/reduction.js';

/** Largest element. */
export const maxPrimitive = reduction({
  name: 'max',
  accepts: 'number',
  initial: -Infinity,
  combine: Math.max,
  rejectEmpty: true,
  ...extremeRules,
});

/**
 * Takes the largest elements along axes, all by default; NaN if one is NaN. The derivative is shared equally by
 * several largest elements.
 *
 * @param x - numbers
 * @param options - {@link ReductionOptions}
 * @throws {@link ShapeError} if a reduced axis has size 0; a named size that is 0 at run time gives -Infinity
 *   in the interpreter and may be an error elsewhere
 */
export function max(x: Tensor, options: ReductionOptions = {}): Tensor {
  return applyReduction(maxPrimitive, x, options);
}
