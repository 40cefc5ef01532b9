import { assignmentTracker, frames, hitGraph, lineGraph, simulate, trackFollower } from '@pct/detector';
import { bench, describe } from 'vitest';

/** Frames of 100 protons behind 100 mm of water, the densest of the published graphs but one. */
const hits = await simulate({ phantomMm: 100, primaries: 1200, seed: 1 });
const readouts = frames(hits, { primariesPerFrame: 100 });
const graphs = readouts.map((frame) => hitGraph(frame));
let next = 0;
const turn = <T>(list: readonly T[]): T => list[next++ % list.length]!;

describe('Monte-Carlo, 1000 primaries', () => {
  for (const phantomMm of [100, 200]) {
    bench(`behind ${phantomMm} mm of water`, async () => {
      await simulate({ phantomMm, primaries: 1000, seed: next++ });
    });
  }
});

describe('one frame of 100 primaries', () => {
  const follower = trackFollower();
  const assignment = assignmentTracker();
  bench('hit graph', () => {
    hitGraph(turn(readouts));
  });
  bench('line graph', () => {
    lineGraph(turn(graphs));
  });
  bench('track follower', async () => {
    await follower.reconstruct(turn(readouts));
  });
  bench('assignment tracker', async () => {
    await assignment.reconstruct(turn(readouts));
  });
});
