import { collect, defineTask, type Executor } from '@pct/core';
import {
  averageMetrics,
  evaluate,
  type EvaluationOptions,
  type Frame,
  type TrackMetrics,
} from '@pct/detector';
import { unflattenParameters } from '@pct/tensor';
import { interactionNetwork, type InteractionNetworkOptions } from '../model/interactionNetwork.js';
import { tracksOf } from '../tracker/gnnTracker.js';
import { createScorer } from '../tracker/scorer.js';
import { EngineCache } from './EngineCache.js';

/** A frame to reconstruct and compare with the truth. */
export interface ValidationInput {
  readonly network: InteractionNetworkOptions;
  readonly parameters: Float64Array;
  readonly frame: Frame;
  readonly evaluation: Omit<EvaluationOptions, 'graph'>;
}

const scorers = new EngineCache<ReturnType<typeof makeScorer>>(4);

function makeScorer(options: InteractionNetworkOptions) {
  const network = interactionNetwork(options);
  const scorer = createScorer(network, { threads: 1 });
  return { scorer, like: network.initialize(0), dispose: () => scorer.dispose() };
}

/** Quality of a frame's tracks, here or in a worker thread. */
export const frameMetrics = defineTask({
  module: import.meta.url,
  name: 'frameMetrics',
  run({ network, parameters, frame, evaluation }: ValidationInput): Promise<TrackMetrics> {
    const make = () => Promise.resolve(makeScorer(network));
    return scorers.use(JSON.stringify(network), make, async ({ scorer, like }) =>
      evaluate(
        tracksOf(await scorer.score(unflattenParameters(parameters, like), frame), 2),
        frame,
        evaluation,
      ),
    );
  },
});

/** Mean metrics of a model over frames. */
export async function validate(
  frames: readonly Frame[],
  settings: Omit<ValidationInput, 'frame'>,
  executor: Executor,
  signal: AbortSignal | undefined,
) {
  const inputs = frames.map((frame) => ({ ...settings, frame }));
  const { purity, efficiency, edgeTruePositiveRate, edgeFalsePositiveRate } = averageMetrics(
    await collect(executor.map(frameMetrics, inputs, { signal })),
  );
  return {
    purity: purity.mean,
    efficiency: efficiency.mean,
    edgeTruePositiveRate: edgeTruePositiveRate.mean,
    edgeFalsePositiveRate: edgeFalsePositiveRate.mean,
  };
}
