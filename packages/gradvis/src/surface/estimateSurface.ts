import { checkInteger, throwIfAborted } from '@pct/core';
import { resolveObjective, type ObjectiveLike } from '../objective/source.js';
import { lossOf } from '../objective/tasks.js';
import type { GridAxis } from './grid.js';
import { openGrid, type SurfaceAxis } from './sampleSurface.js';

/** Options of {@link estimateSurface}. */
export interface EstimateSurfaceOptions extends GridAxis {
  /** Evaluations to time, after one that is not timed; the median counts. @defaultValue `3` */
  readonly samples?: number | undefined;
  /** Threads that will share the work. @defaultValue `1` */
  readonly threads?: number | undefined;
  /** Stops between evaluations. */
  readonly signal?: AbortSignal | undefined;
}

/** What a surface will cost. */
export interface SurfaceEstimate {
  /** Number of losses to compute. */
  readonly evaluations: number;
  /** Time of one, in milliseconds. */
  readonly evaluationMs: number;
  /** Time of all, in milliseconds, if threads do not get into each other's way. */
  readonly totalMs: number;
}

/**
 * Times a few evaluations at the origin in this thread, to tell what {@link sampleSurface} would take.
 *
 * @param objective - as for `sampleSurface`; a source is opened in this thread
 * @param origin - [size]
 * @param axes - as for `sampleSurface`
 * @param options - {@link EstimateSurfaceOptions}
 * @throws as `sampleSurface`
 */
export async function estimateSurface(
  objective: ObjectiveLike,
  origin: Float64Array,
  axes: readonly SurfaceAxis[],
  options: EstimateSurfaceOptions = {},
): Promise<SurfaceEstimate> {
  const name = 'estimateSurface';
  const { samples = 3, threads = 1, signal } = options;
  checkInteger(name, 'samples', samples, { min: 1 });
  checkInteger(name, 'threads', threads, { min: 1 });
  const { total } = openGrid(name, objective, origin, axes, options);
  const resolved = await resolveObjective(name, objective);
  // The first one may compile programs.
  await lossOf(resolved, origin.slice());
  const times: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    throwIfAborted(signal);
    const start = performance.now();
    await lossOf(resolved, origin.slice());
    times.push(performance.now() - start);
  }
  const evaluationMs = times.sort((a, b) => a - b)[Math.floor(samples / 2)]!;
  return {
    evaluations: total,
    evaluationMs,
    totalMs: (total * evaluationMs) / Math.min(threads, total),
  };
}
