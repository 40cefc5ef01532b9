import type { Tensor } from '../trace/Tensor.js';
import type { TensorLike } from './constant.js';
import { constantValue } from './constant.js';
import { equal } from './equal.js';
import { applyElementwise, elementwise } from './factories/elementwise.js';
import { zerosLike } from './full.js';
import { log } from './log.js';
import { logicalAnd } from './logicalAnd.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { where } from './where.js';

/** Power. */
export const powPrimitive = elementwise({
  name: 'pow',
  accepts: 'float',
  compute: ieeePower,
  differentials: [
    (g, [a, b]) => mul(g, slope(a!, b!)),
    // The guard keeps y log(a) = 0 where both factors are at their end.
    (g, [a], y) => mul(g, mul(y, log(where(equal(a!, 0), 1, a!)))),
  ],
});

/** b a^(b - 1), and 0 where a and b are 0: 0 times an infinite power would be NaN. */
function slope(a: Tensor, b: Tensor): Tensor {
  const exponent = constantValue(b);
  if (exponent === 0) return zerosLike(a);
  const lower = sub(b, 1);
  if (exponent !== undefined) return mul(b, pow(a, lower));
  return mul(b, pow(a, where(logicalAnd(equal(a, 0), equal(b, 0)), 0, lower)));
}

/** 1 to any power is 1 in IEEE 754, whereas JavaScript says NaN for an infinite or undefined exponent. */
function ieeePower(a: number, b: number): number {
  if (a === 1 || (a === -1 && (b === Infinity || b === -Infinity))) return 1;
  return a ** b;
}

/**
 * Raises elements to powers. A negative base with an exponent that is not whole gives NaN.
 *
 * The derivative with respect to the exponent is NaN for a negative base, and taken as 0 where the base is 0 and the
 * exponent is not negative.
 *
 * Operands broadcast together as in NumPy and have one element type; a number takes that of the other one.
 *
 * @throws {@link ShapeError} if the shapes do not broadcast; {@link InvalidArgumentError} if the element
 *   types differ or are not floating point
 */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  return applyElementwise(powPrimitive, a, b);
}
