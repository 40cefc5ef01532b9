import { checkInteger } from '@pct/core';
import type { Frame, Track, Tracker } from '@pct/detector';
import type { CompileOptions } from '@pct/tensor';
import { assignSegments } from '../assign/layerPairs.js';
import { checkParameters, type TrackingModel } from '../model/trackingModel.js';
import { createScorer, type SegmentScores } from './scorer.js';
import { walk } from './walk.js';

/** Options of {@link gnnTracker}; those of `compile` choose the engine. */
export interface GnnTrackerOptions extends Omit<CompileOptions, 'precision' | 'signal'> {
  /**
   * Tracks are kept if they have at least this many hits, >= 1.
   * @defaultValue `2`
   */
  readonly minHits?: number | undefined;
}

/** A {@link Tracker} that scores segments with a network. Holds an engine's memory until disposed. */
export interface GnnTracker extends Tracker, AsyncDisposable {
  /** Scores of the segments of a frame, without the assignment. */
  score(frame: Frame): Promise<SegmentScores>;
  /** Frees what the engine holds; the next frame would compile the network again. */
  dispose(): Promise<void>;
}

/**
 * Tracks by a graph network: scores of all possible segments, one optimal assignment per pair of layers at cost
 * 1 − probability, and a walk along the chosen segments.
 *
 * @param model - such as `pretrainedModel()`
 * @param options - {@link GnnTrackerOptions}
 * @returns a tracker; the network is compiled at the first frame
 * @throws InvalidArgumentError if the parameters do not fit the network; `reconstruct` rejects with it for a
 * malformed frame, and with NumericalError if a score is not finite
 * @example
 * ```ts
 * const tracks = await gnnTracker(pretrainedModel()).reconstruct(frame);
 * ```
 * @see Kortus, Keidel and Gauger 2024, arXiv:2407.13420
 */
export function gnnTracker(model: TrackingModel, options: GnnTrackerOptions = {}): GnnTracker {
  const { minHits = 2, ...engine } = options;
  const { network, parameters } = model;
  checkInteger('gnnTracker', 'minHits', minHits, { min: 1 });
  checkParameters('gnnTracker', network, parameters);
  const scorer = createScorer(network, engine);
  return {
    score: (frame) => scorer.score(parameters, frame),
    reconstruct: async (frame) => tracksOf(await scorer.score(parameters, frame), minHits),
    dispose: () => scorer.dispose(),
    [Symbol.asyncDispose]: () => scorer.dispose(),
  };
}

/** Tracks from scores. */
export function tracksOf({ graph, probabilities }: SegmentScores, minHits: number): Track[] {
  const costs = Float64Array.from(probabilities, (probability) => 1 - probability);
  return walk(graph, assignSegments(graph, costs), minHits);
}
