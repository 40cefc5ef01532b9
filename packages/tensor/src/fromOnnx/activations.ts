/** Activations of exchange formats that are no operations of their own here. */
import { clip, elu } from '../ops/elementwise.js';
import { abs } from '../primitives/abs.js';
import { add } from '../primitives/add.js';
import { div } from '../primitives/div.js';
import { mul } from '../primitives/mul.js';
import { softplus } from '../primitives/softplus.js';
import { tanh } from '../primitives/tanh.js';
import type { Tensor } from '../trace/Tensor.js';

/** Gaussian error linear unit with a hyperbolic tangent for the error function (Hendrycks and Gimpel 2016). */
export function tanhGelu(x: Tensor): Tensor {
  const inner = mul(add(x, mul(mul(x, mul(x, x)), 0.044715)), Math.sqrt(2 / Math.PI));
  return mul(mul(x, 0.5), add(tanh(inner), 1));
}

/** gamma elu(x, alpha); the numbers are those of Klambauer et al. 2017, arXiv:1706.02515, eq. 14, as float32. */
export function selu(
  x: Tensor,
  alpha = 1.67326319217681884765625,
  gamma = 1.05070102214813232421875,
): Tensor {
  return mul(elu(x, alpha), gamma);
}

/** alpha x + beta, limited to 0 to 1. */
export function hardSigmoid(x: Tensor, alpha = 0.2, beta = 0.5): Tensor {
  return clip(add(mul(x, alpha), beta), 0, 1);
}

/** x tanh(softplus(x)); Misra 2019, arXiv:1908.08681. */
export function mish(x: Tensor): Tensor {
  return mul(x, tanh(softplus(x)));
}

/** x / (|x| + 1). */
export function softsign(x: Tensor): Tensor {
  return div(x, add(abs(x), 1));
}
