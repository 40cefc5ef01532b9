import { defineTask, NumericalError } from '@pct/core';
import type { Frame } from '@pct/detector';
import { compile, flattenParameters, shapesOf, unflattenParameters, valueAndGrad } from '@pct/tensor';
import { graphArrays, graphSpecs } from '../assign/edgeAssignment.js';
import { interactionNetwork, type InteractionNetworkOptions } from '../model/interactionNetwork.js';
import { frameLoss, targetSpecs, targetsOf, type TrainingMargin, type TrainingMode } from './loss.js';
import { EngineCache } from './EngineCache.js';
import { makeEstimator, type EstimatorChoice } from './estimators.js';

/** What a training computes, as plain data. */
export interface GradientSettings {
  readonly network: InteractionNetworkOptions;
  readonly mode: TrainingMode;
  readonly estimator?: EstimatorChoice | undefined;
  readonly margin?: TrainingMargin | undefined;
}

/** One frame of a batch. */
export interface GradientInput {
  readonly settings: GradientSettings;
  /** Parameters as one vector, in the order of `flattenParameters`. */
  readonly parameters: Float64Array;
  readonly frame: Frame;
  /** Frames in the batch: losses and gradients are this one's share of the mean. */
  readonly frames: number;
  /** Key of the noise of random estimators. */
  readonly draw: number;
}

/** Share of a frame in the loss of its batch and in the gradient. */
export interface GradientOutput {
  readonly loss: number;
  /** As long as the parameters. */
  readonly gradient: Float64Array;
}

const programs = new EngineCache<Awaited<ReturnType<typeof compileLoss>>>(4);

async function compileLoss({ network: options, mode, estimator, margin }: GradientSettings) {
  const network = interactionNetwork(options);
  const initial = network.initialize(0);
  const loss = frameLoss(network, { mode, estimator: estimator && makeEstimator(estimator), margin });
  const program = await compile(
    valueAndGrad(loss),
    [shapesOf(initial), network.sampleSpecs, graphSpecs, targetSpecs],
    { threads: 1 },
  );
  return { network, initial, program, dispose: () => program.dispose() };
}

/** Loss and gradient of a frame, here or in a worker thread. */
export const frameGradient = defineTask({
  module: import.meta.url,
  name: 'frameGradient',
  run({ settings, parameters, frame, frames, draw }: GradientInput): Promise<GradientOutput> {
    const make = () => compileLoss(settings);
    return programs.use(JSON.stringify(settings), make, async ({ network, initial, program }) => {
      const { graph, sample } = network.prepare(frame);
      if (graph.edgeCount === 0) return { loss: 0, gradient: new Float64Array(parameters.length) };
      const [value, derivative] = await program.run(
        unflattenParameters(parameters, initial),
        sample,
        graphArrays(graph, draw),
        targetsOf(frame, graph, frames),
      );
      const loss = value.data[0]!;
      if (!Number.isFinite(loss))
        throw new NumericalError(`train: the loss of frame ${frame.index} is ${loss}`);
      const gradient = flattenParameters(derivative);
      if (!gradient.every(Number.isFinite))
        throw new NumericalError(`train: the gradient of frame ${frame.index} is not finite`);
      return { loss, gradient };
    });
  },
  transferOutput: ({ gradient }: GradientOutput) => [gradient.buffer],
});
