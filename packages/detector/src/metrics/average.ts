import type { Progress } from '@pct/core';
import { InvalidArgumentError, trackProgress } from '@pct/core';
import type { Frame, Tracker } from '../frame.js';
import type { EvaluationOptions, TrackMetrics } from './evaluate.js';
import { evaluate } from './evaluate.js';

/** Mean of a rate over frames. */
export interface FrameAverage {
  /** NaN without frames. */
  readonly mean: number;
  /** Standard deviation between frames, n − 1 in the denominator; NaN for fewer than two frames. */
  readonly std: number;
  /** std / √frames, the uncertainty of the mean. */
  readonly standardError: number;
  /** Frames in which the rate was defined. */
  readonly frames: number;
}

/** Every rate of {@link TrackMetrics}, averaged. */
export type AverageMetrics = Readonly<Record<Exclude<keyof TrackMetrics, 'counts'>, FrameAverage>>;

/** Options of {@link evaluateFrames}; those of {@link evaluate} apply to every frame. */
export interface EvaluateFramesOptions extends Omit<EvaluationOptions, 'graph'> {
  /** Stops before the next frame; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many frames are done; the total is `Infinity` until the end unless `frames` is an array. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Averages metrics over frames, every frame with the same weight, as the published tables do.
 *
 * A frame in which a rate is NaN, say purity without an accepted track, is left out of that rate's average;
 * `frames` tells how many remain.
 *
 * @param metrics - one entry per frame
 */
export function averageMetrics(metrics: readonly TrackMetrics[]): AverageMetrics {
  return {
    purity: average(metrics.map((entry) => entry.purity)),
    efficiency: average(metrics.map((entry) => entry.efficiency)),
    rejectionRate: average(metrics.map((entry) => entry.rejectionRate)),
    edgeTruePositiveRate: average(metrics.map((entry) => entry.edgeTruePositiveRate)),
    edgeFalsePositiveRate: average(metrics.map((entry) => entry.edgeFalsePositiveRate)),
  };
}

/**
 * Reconstructs frames one after the other and compares the tracks with the truth.
 *
 * @param tracker - any tracker
 * @param frames - frames with truth
 * @param options - {@link EvaluateFramesOptions}
 * @returns the metrics of every frame, in order, and their average
 * @throws InvalidArgumentError as {@link evaluate} does; what the tracker throws passes through
 * @example
 * ```ts
 * const { average } = await evaluateFrames(assignmentTracker(), frames);
 * average.purity.mean;
 * ```
 */
export async function evaluateFrames(
  tracker: Tracker,
  frames: Iterable<Frame> | AsyncIterable<Frame>,
  options: EvaluateFramesOptions = {},
): Promise<{ readonly frames: TrackMetrics[]; readonly average: AverageMetrics }> {
  if (typeof tracker?.reconstruct !== 'function') {
    throw new InvalidArgumentError('evaluateFrames: tracker must have a method reconstruct(frame)');
  }
  const { signal, onProgress, ...evaluation } = options;
  const progress = trackProgress(Array.isArray(frames) ? frames.length : Infinity, onProgress);
  const metrics: TrackMetrics[] = [];
  for await (const frame of frames) {
    signal?.throwIfAborted();
    metrics.push(evaluate(await tracker.reconstruct(frame), frame, evaluation));
    progress.advance();
  }
  progress.finish();
  return { frames: metrics, average: averageMetrics(metrics) };
}

function average(values: readonly number[]): FrameAverage {
  const defined = values.filter((value) => !Number.isNaN(value));
  const frames = defined.length;
  const mean = defined.reduce((sum, value) => sum + value, 0) / frames;
  const squares = defined.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const std = frames > 1 ? Math.sqrt(squares / (frames - 1)) : NaN;
  return { mean, std, standardError: std / Math.sqrt(frames), frames };
}
