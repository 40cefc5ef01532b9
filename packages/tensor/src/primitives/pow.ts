import type { Tensor } from '../trace/Tensor.js';
import type { TensorLike } from './constant.js';
import { equal } from './equal.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';
import { log } from './log.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { where } from './where.js';

/**
 * Power. The guards keep the derivatives at zero exponent and zero base finite where they are: 0 times an
 * infinite power would be NaN.
 */
export const powPrimitive = elementwise({
  name: 'pow',
  accepts: 'float',
  compute: ieeePower,
  differentials: [
    (g, [a, b]) => mul(g, mul(b!, pow(a!, where(equal(b!, 0), 1, sub(b!, 1))))),
    (g, [a], y) => mul(g, mul(y, log(where(equal(a!, 0), 1, a!)))),
  ],
});

/** 1 to any power is 1 in IEEE 754, whereas JavaScript says NaN for an infinite or undefined exponent. */
function ieeePower(a: number, b: number): number {
  if (a === 1 || (a === -1 && (b === Infinity || b === -Infinity))) return 1;
  return a ** b;
}

/**
 * Raises elements to powers. A negative base with an exponent that is not whole gives NaN.
 *
 * The derivative with respect to the exponent is taken as 0 where the base is 0.
 *
 * Operands broadcast together as in NumPy and have one element type; a number takes that of the other one.
 *
 * @throws {@link ShapeError} if the shapes do not broadcast; {@link InvalidArgumentError} if the element
 *   types differ or are not floating point
 */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  return applyElementwise(powPrimitive, a, b);
}
