import { checkAxis } from '../graph/check.js';
import { addDims, sizeOfShape } from '../graph/dim.js';
import type { NdArray } from '../graph/types.js';
import { add } from '../primitives/add.js';
import { dimension } from '../primitives/dimension.js';
import { div } from '../primitives/div.js';
import { mul } from '../primitives/mul.js';
import { reshape } from '../primitives/reshape.js';
import { sqrt } from '../primitives/sqrt.js';
import { stopGradient } from '../primitives/stopGradient.js';
import { sub } from '../primitives/sub.js';
import { mean, variance } from '../ops/reductions.js';
import type { Tensor } from '../trace/Tensor.js';
import type { InitializeOptions } from './initialize.js';
import { ones, zeros } from './initialize.js';

/** Parameters of a normalisation: scale [channels], offset [channels]. */
export interface NormParameters<Leaf = Tensor> {
  readonly scale: Leaf;
  readonly offset: Leaf;
}

/** Running statistics of a batch normalisation: mean [channels], variance [channels]. */
export interface BatchNormState<Leaf = Tensor> {
  readonly mean: Leaf;
  readonly variance: Leaf;
}

/** Options of the batch normalisation. */
export interface BatchNormOptions {
  /**
   * Axis of the channels, negative ones counted from the end: 1 for images [n, c, h, w].
   * @defaultValue `-1`
   */
  readonly axis?: number | undefined;
  /**
   * Added to the variance.
   * @defaultValue `1e-5`
   */
  readonly epsilon?: number | undefined;
  /**
   * Part of the new statistics in the running ones, 0 to 1.
   * @defaultValue `0.1`
   */
  readonly momentum?: number | undefined;
}

/** Initial parameters of a normalisation: scale 1, offset 0. */
export function normParameters(channels: number, options: InitializeOptions = {}): NormParameters<NdArray> {
  return { scale: ones([channels], options), offset: zeros([channels], options) };
}

/** Initial running statistics: mean 0, variance 1. */
export function batchNormState(channels: number, options: InitializeOptions = {}): BatchNormState<NdArray> {
  return { mean: zeros([channels], options), variance: ones([channels], options) };
}

/**
 * Batch normalisation while training: channels get mean 0 and variance 1 over the batch, then a scale and an
 * offset.
 *
 * @param parameters - {@link NormParameters}
 * @param state - running statistics so far
 * @param x - floating point, at least two elements per channel
 * @param options - {@link BatchNormOptions}
 * @returns result like x, and new running statistics (of the variance with n - 1, as PyTorch does), through
 *   which nothing is differentiated
 * @see Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1
 */
export function batchNormTraining(
  parameters: NormParameters,
  state: BatchNormState,
  x: Tensor,
  options: BatchNormOptions = {},
): [result: Tensor, state: BatchNormState] {
  const axis = checkAxis('batchNorm', options.axis ?? -1, x.rank);
  const axes = [...x.shape.keys()].filter((other) => other !== axis);
  const batch = { mean: mean(x, { axes }), variance: variance(x, { axes }) };
  const count = sizeOfShape(axes.map((other) => x.shape[other]!));
  const dtype = x.dtype as 'float32' | 'float64';
  const unbiased = mul(batch.variance, div(dimension(count, dtype), dimension(addDims(count, -1), dtype)));
  const { momentum = 0.1 } = options;
  const blend = (old: Tensor, now: Tensor): Tensor =>
    add(mul(old, 1 - momentum), mul(stopGradient(now), momentum));
  return [
    batchNormInference(parameters, batch, x, options),
    { mean: blend(state.mean, batch.mean), variance: blend(state.variance, unbiased) },
  ];
}

/**
 * Batch normalisation with given statistics.
 *
 * @param parameters - {@link NormParameters}
 * @param state - running statistics
 * @param x - floating point
 * @param options - {@link BatchNormOptions}
 * @returns like x
 */
export function batchNormInference(
  { scale, offset }: NormParameters,
  state: BatchNormState,
  x: Tensor,
  options: BatchNormOptions = {},
): Tensor {
  const axis = checkAxis('batchNorm', options.axis ?? -1, x.rank);
  const shape = x.shape.map((size, other) => (other === axis ? size : 1));
  const spread = (channel: Tensor): Tensor => reshape(channel, shape);
  const factor = div(scale, sqrt(add(state.variance, options.epsilon ?? 1e-5)));
  return add(mul(sub(x, spread(state.mean)), spread(factor)), spread(offset));
}

/**
 * Layer normalisation: the last axis gets mean 0 and variance 1, then a scale and an offset.
 *
 * @param parameters - {@link NormParameters}
 * @param x - floating point, [..., channels]
 * @param epsilon - added to the variance. @defaultValue `1e-5`
 * @returns like x
 * @see Ba, Kiros and Hinton 2016, arXiv:1607.06450
 */
export function layerNorm({ scale, offset }: NormParameters, x: Tensor, epsilon = 1e-5): Tensor {
  const options = { axes: -1, keepDims: true };
  const centred = sub(x, mean(x, options));
  const deviation = sqrt(add(variance(x, options), epsilon));
  return add(mul(div(centred, deviation), scale), offset);
}
