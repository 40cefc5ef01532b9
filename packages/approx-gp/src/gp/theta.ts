import type { Hyperparameters } from './options.js';

/** Bounds of the logit of the additive share: from 0.001 to 0.999. */
export const SHARE_LIMIT = Math.log(999);
const LEAST_NOISE = 1e-12;

/** Hyper-parameters as {@link fromTheta} gives them. */
export type FullHyperparameters = Hyperparameters & {
  readonly lengthScales: Float64Array;
  readonly additiveShare: number;
  readonly additiveScale: number;
};

/**
 * Hyper-parameters as numbers that may be searched without bounds: log ℓ_1 … log ℓ_d, log λ, `[d + 1]`; with an additive
 * part also the logit of its share a and the logarithm of its scale r, `[d + 3]`.
 *
 * @param isAdditive - whether to have a and r @defaultValue whether a is not 0
 */
export function toTheta(
  { lengthScales, noise, additiveShare = 0, additiveScale }: Hyperparameters,
  isAdditive = additiveShare > 0,
): Float64Array {
  const d = lengthScales.length;
  const theta = new Float64Array(isAdditive ? d + 3 : d + 1);
  for (let j = 0; j < d; j++) theta[j] = Math.log(lengthScales[j]!);
  theta[d] = Math.log(Math.max(noise, LEAST_NOISE));
  if (!isAdditive) return theta;
  const logit = Math.log(additiveShare / (1 - additiveShare));
  theta[d + 1] = Math.min(SHARE_LIMIT, Math.max(-SHARE_LIMIT, logit));
  theta[d + 2] = additiveScale === undefined ? -0.5 * Math.log(d) : Math.log(additiveScale);
  return theta;
}

/** The inverse of {@link toTheta}. */
export function fromTheta(theta: Float64Array, dimensions: number): FullHyperparameters {
  const d = dimensions;
  const isAdditive = theta.length > d + 1;
  return {
    lengthScales: theta.slice(0, d).map(Math.exp),
    noise: Math.exp(theta[d]!),
    additiveShare: isAdditive ? 1 / (1 + Math.exp(-theta[d + 1]!)) : 0,
    additiveScale: isAdditive ? Math.exp(theta[d + 2]!) : d ** -0.5,
  };
}
