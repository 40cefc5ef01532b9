import { InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { digitalTrackingCalorimeter } from '../../src/digitalTrackingCalorimeter.js';
import { frames } from '../../src/frames.js';
import { evaluateFrames } from '../../src/metrics/average.js';
import { preprocess } from '../../src/preprocess.js';
import { simulate } from '../../src/simulation/simulate.js';
import { assignmentTracker } from '../../src/trackers/assignmentTracker.js';
import { trackFollower } from '../../src/trackers/trackFollower.js';
import { frameOf } from '../graphs/frames.js';
import { testTracker } from './conformance.js';

testTracker('assignmentTracker', assignmentTracker, {
  largestFirstStep: 1,
  badOptions: [
    [{ beamEnergyMeV: 0 }, /assignmentTracker: beamEnergyMeV/],
    [{ beamEnergyMeV: 400 }, /assignmentTracker: beamEnergyMeV/],
    [{ beamDivergence: -1 }, /assignmentTracker: beamDivergence/],
    [{ resolutionMm: NaN }, /assignmentTracker: resolutionMm/],
    [{ kinkScale: 0 }, /assignmentTracker: kinkScale/],
    [{ tailShare: 1.1 }, /assignmentTracker: tailShare/],
    [{ tailScale: 0.5 }, /assignmentTracker: tailScale/],
    [{ maxKink: 0 }, /assignmentTracker: maxKink/],
    [{ maxFirstAngle: 2 }, /assignmentTracker: maxFirstAngle/],
    [{ endProbability: 0 }, /assignmentTracker: endProbability/],
    [{ endProbability: 1 }, /assignmentTracker: endProbability/],
    [{ startProbability: 0 }, /assignmentTracker: startProbability/],
    [{ startProbability: NaN }, /assignmentTracker: startProbability/],
    [{ lookahead: 6 }, /assignmentTracker: lookahead/],
    [{ lookahead: 0.5 }, /assignmentTracker: lookahead/],
    [{ minHits: 0 }, /assignmentTracker: minHits/],
    [{ geometry: { ...digitalTrackingCalorimeter(), layers: [] } }, /geometry must have a layer/],
  ],
});

/** Straight hits of one event at x, from a layer to the front. */
function straight(event: number, x: number, deepest: number, front = 0) {
  return Array.from({ length: deepest - front + 1 }, (_, i) => ({ layer: front + i, x, event, edep: 0.06 }));
}

describe('assignmentTracker', () => {
  it('starts tracks at hits that no track reaches', async () => {
    const frame = frameOf([...straight(0, 0, 9), ...straight(1, 8, 6)]);
    const tracks = await assignmentTracker().reconstruct(frame);
    expect(tracks.map(({ hits }) => hits.length)).toEqual([10, 7]);
  });

  it('ends tracks rather than bend them beyond reason', async () => {
    const frame = frameOf([...straight(0, 0, 9, 5), ...straight(1, 4, 4)]);
    const tracks = await assignmentTracker().reconstruct(frame);
    expect(tracks.map(({ hits }) => hits.length)).toEqual([5, 5]);
  });

  it('obeys maxKink and maxFirstAngle', async () => {
    // A kink of 0.26 rad at layer 6, then straight on.
    const bent = frameOf(
      straight(0, 0, 9).map((hit) => ({ ...hit, x: Math.max(0, 6 - hit.layer) * 5.5 * 0.266 })),
    );
    const deep = (tracks: { hits: Int32Array }[]) => tracks.map(({ hits }) => bent.layer[hits[0]!]);
    expect(deep(await assignmentTracker().reconstruct(bent))[0]).toBe(9);
    const limited = await assignmentTracker({ maxKink: 0.2 }).reconstruct(bent);
    expect(limited[0]!.hits).toHaveLength(4);
    const tilted = frameOf([
      { layer: 9, x: 0.3 * 5.5, edep: 0.2 },
      { layer: 8, edep: 0.1 },
    ]);
    expect(await assignmentTracker({ maxFirstAngle: 0.25 }).reconstruct(tilted)).toEqual([]);
    expect(await assignmentTracker().reconstruct(tilted)).toHaveLength(1);
  });

  it('resolves by the next layers what one kink cannot tell', async () => {
    // Two particles turn towards each other at layer 6 and cross, so that their hits of layer 5 change sides.
    const turned = (event: number, sign: number) =>
      straight(event, 0, 9).map((hit) => ({
        ...hit,
        x: sign * (0.15 - 0.33 * Math.max(0, 6 - hit.layer)),
        y: 0.05 * event,
      }));
    const frame = frameOf([...turned(0, 1), ...turned(1, -1)]);
    const mixed = async (lookahead: number) =>
      (await assignmentTracker({ lookahead }).reconstruct(frame)).filter(
        ({ hits }) => new Set([...hits].map((hit) => frame.eventID[hit])).size > 1,
      ).length;
    expect(await mixed(0)).toBe(2);
    expect(await mixed(1)).toBe(0);
    expect(await mixed(2)).toBe(0);
  });

  it('refuses frames deeper than the geometry', async () => {
    const geometry = digitalTrackingCalorimeter({ calorimeterLayers: 3 });
    const tracker = assignmentTracker({ geometry });
    expect(await tracker.reconstruct(frameOf(straight(0, 0, 4)))).toHaveLength(1);
    const deep = tracker.reconstruct(frameOf(straight(0, 0, 5)));
    await expect(deep).rejects.toThrow(InvalidArgumentError);
    await expect(deep).rejects.toThrow(/frame must have layers 0 to 4 of the geometry, got layer 5/);
  });

  it('tells simulated protons apart better than the track follower', async () => {
    const hits = preprocess(await simulate({ phantomMm: 150, primaries: 600, seed: 3 }));
    const list = frames(hits, { primariesPerFrame: 100 });
    const assignment = await evaluateFrames(assignmentTracker(), list);
    const greedy = await evaluateFrames(assignmentTracker({ lookahead: 0 }), list);
    const follower = await evaluateFrames(trackFollower(), list);
    expect(assignment.average.purity.mean).toBeGreaterThan(follower.average.purity.mean);
    expect(assignment.average.efficiency.mean).toBeGreaterThan(follower.average.efficiency.mean);
    expect(assignment.average.purity.mean).toBeGreaterThan(greedy.average.purity.mean);
    expect(assignment.average.purity.mean).toBeGreaterThan(0.85);
    expect(follower.average.purity.mean).toBeGreaterThan(0.7);
  });
});
