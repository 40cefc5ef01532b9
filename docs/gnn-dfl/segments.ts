/** What networks decide on given frames: scores, assignment and errors, for any parameters. */
import {
  assignSegments,
  targetsOf,
  type GraphSample,
  type InteractionParameters,
  type TrackingModel,
  type TrackingNetwork,
} from '@pct/gnn-dfl';
import type { Frame } from '@pct/detector';
import { compile, shapesOf, type Tensor } from '@pct/tensor';

/** Decisions on one frame. */
export interface Decision {
  /** 1 for segments that the assignment takes, [segments]. */
  readonly chosen: Uint8Array;
  /** 1 for segments of one particle, [segments]. */
  readonly truth: ArrayLike<number>;
  /** Loss: Hamming distance of the groups of segments, each divided by its size. */
  readonly hamming: number;
  /** Share of the true segments that are taken. */
  readonly truePositiveRate: number;
}

/** A network made ready for some frames. */
export interface Decider extends AsyncDisposable {
  decide(parameters: TrackingModel['parameters']): Promise<Decision[]>;
}

export async function makeDecider(network: TrackingNetwork, frames: readonly Frame[]): Promise<Decider> {
  const program = await compile(
    (parameters: InteractionParameters, sample: GraphSample<Tensor>) => network.logits(parameters, sample),
    [shapesOf(network.initialize(0)), network.sampleSpecs],
    { threads: 1 },
  );
  const prepared = frames.map((frame) => {
    const { graph, sample } = network.prepare(frame);
    const { truth, weights } = targetsOf(frame, graph, 1);
    return { graph, sample, truth: truth.data, weights: weights.data };
  });
  return {
    async decide(parameters) {
      const decisions: Decision[] = [];
      for (const { graph, sample, truth, weights } of prepared) {
        const { data } = await program.run(parameters, sample);
        const chosen = assignSegments(
          graph,
          Float64Array.from(data, (logit) => 1 / (1 + Math.exp(logit))),
        );
        let [hamming, hits, all] = [0, 0, 0];
        chosen.forEach((taken, e) => {
          if (taken !== truth[e]) hamming += weights[e]!;
          if (truth[e] === 1) all++;
          if (truth[e] === 1 && taken === 1) hits++;
        });
        decisions.push({ chosen, truth, hamming, truePositiveRate: hits / all });
      }
      return decisions;
    },
    [Symbol.asyncDispose]: () => program.dispose(),
  };
}
