import { InvalidArgumentError } from '@pct/core';
import { add } from '../primitives/add.js';
import type { TensorLike } from '../primitives/constant.js';
import { div } from '../primitives/div.js';
import { erf } from '../primitives/erf.js';
import { expm1 } from '../primitives/expm1.js';
import { greater } from '../primitives/greater.js';
import { less } from '../primitives/less.js';
import { logicalNot } from '../primitives/logicalNot.js';
import { equal } from '../primitives/equal.js';
import { mul } from '../primitives/mul.js';
import { sigmoid } from '../primitives/sigmoid.js';
import { sin } from '../primitives/sin.js';
import { cos } from '../primitives/cos.js';
import { sqrt } from '../primitives/sqrt.js';
import { where } from '../primitives/where.js';
import type { Tensor } from '../trace/Tensor.js';

/** x². */
export function square(x: Tensor): Tensor {
  return mul(x, x);
}

/** 1 / sqrt(x). */
export function rsqrt(x: Tensor): Tensor {
  return div(1, sqrt(x));
}

/** Tangent of each element, in radians. */
export function tan(x: Tensor): Tensor {
  return div(sin(x), cos(x));
}

/** Tells where elements differ; true where one is NaN. */
export function notEqual(a: TensorLike, b: TensorLike): Tensor {
  return logicalNot(equal(a, b));
}

/** Tells where elements are NaN. */
export function isNaN(x: Tensor): Tensor {
  return notEqual(x, x);
}

/**
 * Limits elements to a range; NaN stays NaN. The derivative is 1 inside and at the limits, 0 outside.
 *
 * @throws {@link InvalidArgumentError} if the range is empty
 */
export function clip(x: Tensor, min: number, max: number): Tensor {
  if (!(min <= max)) throw new InvalidArgumentError(`clip: min must be at most max, got ${min} and ${max}`);
  return where(less(x, min), min, where(greater(x, max), max, x));
}

/**
 * Elements below 0 times a slope, others as they are. The derivative at 0 is 1.
 *
 * @param slope - @defaultValue `0.01`
 */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  return where(less(x, 0), mul(x, slope), x);
}

/**
 * alpha (exp(x) - 1) up to 0, x above. The derivative at 0 is alpha.
 *
 * @param alpha - @defaultValue `1`
 * @see Clevert, Unterthiner and Hochreiter 2016, arXiv:1511.07289, eq. 15
 */
export function elu(x: Tensor, alpha = 1): Tensor {
  // The exponential only sees what is below 0, so that large elements give no infinite derivative.
  const above = greater(x, 0);
  return where(above, x, mul(expm1(where(above, 0, x)), alpha));
}

/** x sigmoid(x), also called swish. */
export function silu(x: Tensor): Tensor {
  return mul(x, sigmoid(x));
}

/**
 * x Φ(x) with the normal distribution function Φ.
 *
 * @see Hendrycks and Gimpel 2016, arXiv:1606.08415
 */
export function gelu(x: Tensor): Tensor {
  return mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));
}
