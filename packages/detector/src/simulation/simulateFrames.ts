import { checkInteger, InvalidArgumentError } from '@pct/core';
import type { Frame } from '../frame.js';
import { frames } from '../frames.js';
import type { Hits } from '../hits.js';
import { joinHits } from './run.js';
import { applyReadout } from './readout.js';
import type { ReadoutOptions } from './readout.js';
import { simulate } from './simulate.js';
import type { SimulateOptions } from './simulate.js';

/** Options of {@link simulateFrames}: those of {@link simulate}, with frames in the place of primaries. */
export interface SimulateFramesOptions extends Omit<SimulateOptions, 'primaries'> {
  /** Number of readout frames, > 0. */
  readonly frames: number;
  /** Primaries with at least one hit in a frame, > 0. */
  readonly primariesPerFrame: number;
  /** Losses, noise and merged clusters; none if left out. */
  readonly readout?: ReadoutOptions | undefined;
}

/** More primaries than have to leave a hit: behind 200 mm of water one in eight leaves none. */
const spare = 1.2;

/**
 * Simulates a number of complete readout frames.
 *
 * @returns `options.frames` frames; the same as the first ones of {@link frames} on a longer {@link simulate}
 * @throws as {@link simulate}
 * @example
 * ```ts
 * const [frame] = await simulateFrames({ phantomMm: 100, frames: 1, primariesPerFrame: 100, seed: 1 });
 * ```
 */
export async function simulateFrames(options: SimulateFramesOptions): Promise<Frame[]> {
  const { frames: count, primariesPerFrame, readout, seed, ...rest } = options;
  checkInteger('simulateFrames', 'frames', count, { min: 1 });
  checkInteger('simulateFrames', 'primariesPerFrame', primariesPerFrame, { min: 1 });
  const geometry = options.geometry ?? readout?.geometry;
  let firstEvent = options.firstEvent ?? 0;
  let hits: Hits | undefined;
  let result: Frame[] = [];
  while (result.length < count) {
    const primaries = Math.ceil((count - result.length) * primariesPerFrame * spare) + 10;
    const more = await simulate({ ...rest, seed, primaries, firstEvent });
    if (more.count === 0) {
      throw new InvalidArgumentError(
        `simulateFrames: none of ${primaries} primaries reaches the detector behind ${options.phantomMm} mm; use a thinner phantom or more energy`,
      );
    }
    hits = hits === undefined ? more : joinHits([hits, more]);
    firstEvent += primaries;
    result = frames(hits, { primariesPerFrame });
  }
  result = result.slice(0, count);
  return readout === undefined
    ? result
    : result.map((frame) => applyReadout(frame, { ...readout, geometry, seed }));
}
