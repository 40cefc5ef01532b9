import {
  collect,
  inlineExecutor,
  InvalidArgumentError,
  type Executor,
  type Objective,
  type ParameterBlock,
} from '@pct/core';
import type { Frame } from '@pct/detector';
import {
  compile,
  flattenParameters,
  hessianVectorProduct,
  parameterBlocks,
  shapesOf,
  unflattenParameters,
} from '@pct/tensor';
import { graphArrays, graphSpecs } from './assign/edgeAssignment.js';
import { interactionNetwork, type InteractionNetworkOptions } from './model/interactionNetwork.js';
import { makeEstimator } from './train/estimators.js';
import { frameGradient, type GradientSettings } from './train/frameGradient.js';
import { frameLoss, targetSpecs, targetsOf } from './train/loss.js';

/** Options of {@link trackingObjective}. */
export interface TrackingObjectiveOptions extends Omit<GradientSettings, 'network'> {
  /** Architecture. @defaultValue `{}`: the published line network */
  readonly network?: InteractionNetworkOptions | undefined;
  /**
   * Runs the frames; not closed.
   * @defaultValue `inlineExecutor()`
   */
  readonly executor?: Executor | undefined;
}

/** The loss of a tracking network as a function of its parameters, with everything that is optional there. */
export interface TrackingObjective extends Required<Objective>, AsyncDisposable {
  readonly blocks: readonly ParameterBlock[];
  /** Frees what engines of this thread hold for Hessian products. */
  dispose(): Promise<void>;
}

/**
 * Mean loss over some frames as an `Objective`, for landscapes and curvature: parameters are one vector in the order
 * of `flattenParameters(network.initialize(seed))`.
 *
 * In `predict-and-track` gradients are those of the estimator, and Hessian products take the estimator's derivative as
 * a constant, as the study of the paper does: JᵀJ-like terms of the assignment are not there. Hessian products run
 * the plain network, which takes some seconds per frame of 100 primaries.
 *
 * @param frames - frames with truth that have at least one segment each
 * @param options - {@link TrackingObjectiveOptions}
 * @throws InvalidArgumentError if there are no frames or an option is out of range
 * @see Kortus, Keidel and Gauger 2024, arXiv:2407.13420, section on loss landscapes
 */
export function trackingObjective(
  frames: readonly Frame[],
  options: TrackingObjectiveOptions,
): TrackingObjective {
  const { executor = inlineExecutor(), network: architecture = {}, mode, estimator, margin } = options;
  if (frames.length === 0)
    throw new InvalidArgumentError('trackingObjective: frames must hold at least one frame');
  const settings: GradientSettings = { network: architecture, mode, estimator, margin };
  const plain = interactionNetwork({ ...architecture, messages: 'plain' });
  const initial = plain.initialize(0);
  const loss = frameLoss(plain, { mode, estimator: estimator && makeEstimator(estimator), margin });
  const size = flattenParameters(initial).length;

  const compileProduct = () =>
    compile(
      hessianVectorProduct(loss),
      [shapesOf(initial), shapesOf(initial), plain.sampleSpecs, graphSpecs, targetSpecs],
      {},
    );
  let product: ReturnType<typeof compileProduct> | undefined;

  const evaluate = (parameters: Float64Array) =>
    collect(
      executor.map(
        frameGradient,
        frames.map((frame, draw) => ({ settings, parameters, frame, frames: frames.length, draw })),
      ),
    );
  const check = (name: string, vector: Float64Array): Float64Array => {
    if (!(vector instanceof Float64Array) || vector.length !== size)
      throw new InvalidArgumentError(`trackingObjective: ${name} must be a Float64Array of length ${size}`);
    return vector;
  };
  const dispose = async (): Promise<void> => {
    const compiled = await product?.catch(() => undefined);
    product = undefined;
    await compiled?.dispose();
  };
  return {
    size,
    blocks: parameterBlocks(initial),
    loss: async (parameters) =>
      (await evaluate(check('parameters', parameters))).reduce((sum, output) => sum + output.loss, 0),
    async gradient(parameters) {
      const sum = new Float64Array(size);
      for (const { gradient } of await evaluate(check('parameters', parameters)))
        for (let k = 0; k < size; k++) sum[k]! += gradient[k]!;
      return sum;
    },
    async hessianVectorProduct(parameters, vector) {
      product ??= compileProduct();
      const { run } = await product;
      const [at, along] = [check('parameters', parameters), check('vector', vector)].map((one) =>
        unflattenParameters(one, initial),
      );
      const sum = new Float64Array(size);
      for (const [draw, frame] of frames.entries()) {
        const { graph, sample } = plain.prepare(frame);
        if (graph.edgeCount === 0) continue;
        const part = flattenParameters(
          await run(along!, at!, sample, graphArrays(graph, draw), targetsOf(frame, graph, frames.length)),
        );
        for (let k = 0; k < size; k++) sum[k]! += part[k]!;
      }
      return sum;
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}
