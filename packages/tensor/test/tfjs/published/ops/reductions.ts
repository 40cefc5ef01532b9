import type { ReductionOptions, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import type * as tf from '@tensorflow/tfjs';
import type { Axes, Context, Operations } from '../context.js';

/** Operations that combine elements. */
export function reductionOps(context: Context): Operations {
  const reduce =
    (fn: (x: Tensor, options: ReductionOptions) => Tensor, kind: 'number' | 'float') =>
    (x: unknown, axis?: Axes, keepDims = false): unknown => {
      const axes = axis ?? undefined;
      return context.run((y) => fn(y, { axes, keepDims }), context[kind](x));
    };
  const moments = (x: unknown, axis?: Axes, keepDims = false): unknown => {
    const options = { axes: axis ?? undefined, keepDims };
    return context.run(
      (y) => ({ mean: t.mean(y, options), variance: t.variance(y, options) }),
      context.float(x),
    );
  };
  /** Statistics and parameters of tfjs belong to the last axis or have the shape of x. */
  const batchNorm = (
    x: unknown,
    mean: unknown,
    variance: unknown,
    offset?: unknown,
    scale?: unknown,
    epsilon = 0.001,
  ): unknown => {
    const parts = [x, mean, variance, offset ?? 0, scale ?? 1].map((part) => context.float(part));
    if (parts.slice(1).some(({ shape }) => shape.length > 1))
      context.reject('statistics of batch normalisation that are not one number per channel');
    return context.run(
      (y, m, v, o, s) => {
        const wide = (part: Tensor): Tensor => (part.rank === 0 ? t.broadcastTo(part, m.shape) : part);
        return t.batchNormInference({ scale: wide(s), offset: wide(o) }, { mean: m, variance: v }, y, {
          epsilon,
        });
      },
      ...parts,
    );
  };
  const rankedNorm =
    (rank: number) =>
    (...args: Parameters<typeof batchNorm>): unknown => {
      if (context.tensor(args[0]).rank !== rank)
        context.reject('conversion of arguments, which tfjs does itself');
      return batchNorm(...args);
    };
  return {
    sum: reduce(t.sum, 'number'),
    mean: reduce(t.mean, 'float'),
    max: reduce(t.max, 'number'),
    min: reduce(t.min, 'number'),
    prod: reduce(t.prod, 'number'),
    logSumExp: reduce(t.logSumExp, 'float'),
    argMax: (x: unknown, axis = 0) => context.run((y) => t.argmax(y, axis), context.number(x)),
    argMin: (x: unknown, axis = 0) => context.run((y) => t.argmin(y, axis), context.number(x)),
    cumsum: (x: unknown, axis = 0, exclusive = false, reverse = false) =>
      context.run((y) => t.cumsum(y, axis, { exclusive, reverse }), context.number(x)),
    softmax: (x: unknown, axis = -1) => context.run((y) => t.softmax(y, axis), context.tensor(x, 'float32')),
    logSoftmax: (x: unknown, axis = -1) => context.run((y) => t.logSoftmax(y, axis), context.float(x)),
    moments,
    batchNorm,
    batchNorm2d: rankedNorm(2),
    batchNorm3d: rankedNorm(3),
    batchNorm4d: rankedNorm(4),
    matMul: (a: unknown, b: unknown, transposeA = false, transposeB = false) => {
      const turn = (x: Tensor, wanted: boolean): Tensor => (wanted ? t.swapAxes(x, -1, -2) : x);
      const pair = context.pair(a, b);
      return context.run((x, y) => t.matmul(turn(x, transposeA), turn(y, transposeB)), ...pair);
    },
    dot: (a: unknown, b: unknown) => context.run((x, y) => t.matmul(x, y), ...context.pair(a, b)),
    unsortedSegmentSum: (x: unknown, ids: unknown, size: number) =>
      context.run((y, i) => t.segmentSum(y, i, size), context.number(x), context.tensor(ids, 'int32')),
    oneHot: (indices: unknown, depth: number, on = 1, off = 0, dtype: tf.DataType = 'int32') => {
      const given = context.tensor(indices, 'int32');
      return context.run((i) => {
        const hot = t.oneHot(i, depth, 'float32');
        const values = t.add(t.mul(hot, on - off), off);
        return t.cast(values, dtype as 'float32' | 'int32' | 'bool');
      }, given);
    },
  };
}
