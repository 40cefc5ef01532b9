import { NumericalError } from '@pct/core';
import type { Frame, HitGraph } from '@pct/detector';
import { compile, shapesOf, type CompileOptions, type NdArray } from '@pct/tensor';
import type { InteractionParameters } from '../model/lineNetwork.js';
import type { TrackingNetwork } from '../model/types.js';

/** Scores of the segments of a frame. */
export interface SegmentScores {
  /** The segments. */
  readonly graph: HitGraph;
  /** Probability that each segment belongs to a track, in [0, 1]; [segments]. */
  readonly probabilities: Float32Array;
}

/** A network made runnable, for any of its parameters. */
export interface Scorer {
  score(parameters: InteractionParameters<NdArray>, frame: Frame): Promise<SegmentScores>;
  dispose(): Promise<void>;
}

/** Makes a scorer; the network is compiled at the first frame that has a segment. */
export function createScorer(network: TrackingNetwork, engine: CompileOptions): Scorer {
  let program: ReturnType<typeof compileLogits> | undefined;
  return {
    async score(parameters, frame) {
      const { graph, sample } = network.prepare(frame);
      if (graph.edgeCount === 0) return { graph, probabilities: new Float32Array(0) };
      program ??= compileLogits(network, engine);
      const { run } = await program;
      const { data } = await run(parameters, sample);
      const probabilities = Float32Array.from(data, (logit) => 1 / (1 + Math.exp(-logit)));
      const bad = probabilities.findIndex((probability) => !Number.isFinite(probability));
      if (bad >= 0)
        throw new NumericalError(
          `gnnTracker: the score of segment ${bad} of frame ${frame.index} is ${probabilities[bad]}; ` +
            "look at the frame's positions and deposits",
        );
      return { graph, probabilities };
    },
    async dispose() {
      const compiled = await program?.catch(() => undefined);
      program = undefined;
      await compiled?.dispose();
    },
  };
}

function compileLogits(network: TrackingNetwork, engine: CompileOptions) {
  const { logits, sampleSpecs } = network;
  return compile(logits, [shapesOf(network.initialize(0)), sampleSpecs], engine);
}
