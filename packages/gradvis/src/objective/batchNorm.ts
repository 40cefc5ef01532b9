import { checkInteger, checkOneOf, InvalidArgumentError, type ParameterBlock } from '@pct/core';
import type { BatchNormMode } from '../results/types.js';
import { checkVector } from './check.js';
import type { DescribedObjective, OutputAxis } from './source.js';

const NAME = 'withBatchNorm';

/** A loss of parameters and of the statistics (means and variances) that its batch normalisation uses. */
export interface BatchNormModel {
  /** Number of trained parameters. */
  readonly size: number;
  /** Number of statistics. */
  readonly statisticsSize: number;
  /** Arrays of the parameters. */
  readonly blocks?: readonly ParameterBlock[] | undefined;
  /** How weights are stored; see {@link DescribedObjective}. */
  readonly outputAxis?: OutputAxis | undefined;
  /** Name of the model and its data. */
  readonly label?: string | undefined;
  /** Loss with given statistics, as in inference. */
  loss(parameters: Float64Array, statistics: Float64Array): number | Promise<number>;
  /** Its gradient with respect to the parameters, [size]; statistics are constants. */
  gradient?(parameters: Float64Array, statistics: Float64Array): Float64Array | Promise<Float64Array>;
  /** Product of its Hessian in the parameters with a vector, [size]; statistics are constants. */
  hessianVectorProduct?(
    parameters: Float64Array,
    statistics: Float64Array,
    vector: Float64Array,
  ): Float64Array | Promise<Float64Array>;
  /** Statistics of these parameters on data that are always the same, [statisticsSize]; for `recomputed`. */
  statistics?(parameters: Float64Array): Float64Array | Promise<Float64Array>;
}

/** Options of {@link withBatchNorm}. */
export interface WithBatchNormOptions {
  /** What normalisation uses at a point. */
  readonly mode: BatchNormMode;
  /** For `fixed`: the statistics, such as the running ones of the trained model; [statisticsSize]. */
  readonly statistics?: Float64Array | undefined;
}

/**
 * An objective of a model with batch normalisation. Between two minima the statistics of neither fit, and losses with
 * them are far too high; so choose what to use:
 *
 * - `fixed`: always the given statistics. With gradient and Hessian, where the model has them.
 * - `interpolated`: statistics are part of the vector, after the parameters, and directions move them too (random ones do
 *   not, unless their rule for small arrays is `copy` or `scale`). See {@link joinStatistics}. Without gradient.
 * - `recomputed`: those of the model at the point, on fixed data: what the network at the point would really do, for one
 *   more pass. Without gradient, as the statistics depend on the parameters.
 *
 * @param model - {@link BatchNormModel}
 * @param options - {@link WithBatchNormOptions}
 * @throws {@link InvalidArgumentError} if the mode is unknown or lacks what it needs · {@link ShapeError} for statistics of
 *   another size
 * @see Izmailov et al. 2018, arXiv:1803.05407, section 3.2, on recomputing
 */
export function withBatchNorm(
  model: BatchNormModel,
  { mode, statistics }: WithBatchNormOptions,
): DescribedObjective {
  checkOneOf(NAME, 'mode', mode, ['fixed', 'interpolated', 'recomputed']);
  checkInteger(NAME, 'model.size', model.size, { min: 1 });
  checkInteger(NAME, 'model.statisticsSize', model.statisticsSize, { min: 1 });
  const { size, blocks, outputAxis, label } = model;
  const common = { size, blocks, outputAxis, label, batchNorm: mode };
  if (mode === 'interpolated') return interpolated(model);
  if (mode === 'recomputed') {
    if (model.statistics === undefined)
      throw new InvalidArgumentError(`${NAME}: the mode 'recomputed' needs model.statistics`);
    return {
      ...common,
      loss: async (parameters) =>
        model.loss(parameters, checkStatistics(model, await model.statistics!(parameters))),
    };
  }
  if (statistics === undefined)
    throw new InvalidArgumentError(`${NAME}: the mode 'fixed' needs the option statistics`);
  const fixed = checkStatistics(model, statistics).slice();
  return {
    ...common,
    loss: (parameters) => model.loss(parameters, fixed),
    ...(model.gradient === undefined
      ? {}
      : { gradient: (parameters: Float64Array) => model.gradient!(parameters, fixed) }),
    ...(model.hessianVectorProduct === undefined
      ? {}
      : {
          hessianVectorProduct: (parameters: Float64Array, vector: Float64Array) =>
            model.hessianVectorProduct!(parameters, fixed, vector),
        }),
  };
}

function interpolated(model: BatchNormModel): DescribedObjective {
  const { size, statisticsSize, blocks, outputAxis, label } = model;
  const statistics = { name: 'statistics', offset: size, shape: [statisticsSize], kind: 'norm' as const };
  return {
    size: size + statisticsSize,
    blocks: blocks === undefined ? undefined : [...blocks, statistics],
    outputAxis,
    label,
    batchNorm: 'interpolated',
    loss: (vector) => model.loss(vector.slice(0, size), vector.slice(size)),
  };
}

/**
 * The vector of the mode `interpolated`: parameters, then statistics.
 *
 * @param parameters - [size]
 * @param statistics - [statisticsSize]
 */
export function joinStatistics(parameters: Float64Array, statistics: Float64Array): Float64Array {
  const joined = new Float64Array(parameters.length + statistics.length);
  joined.set(parameters);
  joined.set(statistics, parameters.length);
  return joined;
}

function checkStatistics({ statisticsSize }: BatchNormModel, statistics: Float64Array): Float64Array {
  return checkVector(NAME, 'the statistics', statistics, statisticsSize);
}
