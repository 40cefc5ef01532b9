/** Simulates a readout frame and reconstructs it with the trained network; the same code in browsers and in Node.js. */
import { evaluate, renderEvent, simulateFrames } from '@pct/detector';
import { gnnTracker, pretrainedModel } from '@pct/gnn-dfl';
import type { Runtime } from '@pct/tensor';

/** What came out. */
export interface Reconstruction {
  readonly hits: number;
  readonly tracks: number;
  /** In [0, 1]. */
  readonly purity: number;
  readonly efficiency: number;
  /** Of the reconstruction alone, its first frame, so with the time to compile the network. */
  readonly milliseconds: number;
  /** SVG of the event with its tracks. */
  readonly figure: string;
}

/** Options of {@link reconstruct}. */
export interface ReconstructOptions {
  /** Water in front of the detector, mm. */
  readonly phantomMm: number;
  readonly primaries: number;
  readonly seed: number;
}

/** Simulates one frame and reconstructs it on an engine. */
export async function reconstruct(
  runtime: Runtime,
  { phantomMm, primaries, seed }: ReconstructOptions,
): Promise<Reconstruction> {
  const [frame] = await simulateFrames({ phantomMm, frames: 1, primariesPerFrame: primaries, seed });
  await using tracker = gnnTracker(pretrainedModel(), { runtime });
  const begun = performance.now();
  const tracks = await tracker.reconstruct(frame!);
  const milliseconds = performance.now() - begun;
  const { purity, efficiency } = evaluate(tracks, frame!);
  const figure = renderEvent(frame!, {
    tracks,
    title: `${primaries} protons behind ${phantomMm} mm of water`,
  });
  return { hits: frame!.count, tracks: tracks.length, purity, efficiency, milliseconds, figure };
}
