import type { Tensor } from '../trace/Tensor.js';
import { div } from '../primitives/div.js';
import { dimension } from '../primitives/dimension.js';
import { matmul } from '../primitives/matmul.js';
import { sqrt } from '../primitives/sqrt.js';
import { swapAxes } from '../primitives/transpose.js';
import { where } from '../primitives/where.js';
import { softmax } from './activations.js';

/** Options of {@link attention}. */
export interface AttentionOptions {
  /** Which keys each query may look at: bool, broadcasts to [..., queries, keys]. All by default. */
  readonly mask?: Tensor | undefined;
}

/**
 * Scaled dot-product attention, softmax(q kᵀ / sqrt(d)) v.
 *
 * @param queries - floating point, [..., queries, d]
 * @param keys - [..., keys, d]
 * @param values - [..., keys, e]
 * @param options - {@link AttentionOptions}. A query that may look at no key gets NaN
 * @returns [..., queries, e]
 * @throws {@link ShapeError} if the shapes do not fit
 * @see Vaswani et al. 2017, arXiv:1706.03762, eq. 1
 */
export function attention(
  queries: Tensor,
  keys: Tensor,
  values: Tensor,
  options: AttentionOptions = {},
): Tensor {
  const scale = sqrt(dimension(queries.shape.at(-1) ?? 1, queries.dtype as 'float32' | 'float64'));
  const scores = div(matmul(queries, swapAxes(keys, -1, -2)), scale);
  const allowed = options.mask === undefined ? scores : where(options.mask, scores, -Infinity);
  return matmul(softmax(allowed), values);
}
