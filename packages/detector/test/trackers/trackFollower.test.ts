import { describe, expect, it } from 'vitest';
import { trackFollower } from '../../src/trackers/trackFollower.js';
import type { TestHit } from '../graphs/frames.js';
import { frameOf, zOf } from '../graphs/frames.js';
import { testTracker } from './conformance.js';

testTracker('trackFollower', trackFollower, {
  largestFirstStep: 2,
  badOptions: [
    [{ maxScore: -0.1 }, /trackFollower: maxScore/],
    [{ maxScore: NaN }, /trackFollower: maxScore/],
    [{ freeKink: -1 }, /trackFollower: freeKink/],
    [{ maxChildren: 0 }, /trackFollower: maxChildren/],
    [{ maxChildren: 1.5 }, /trackFollower: maxChildren/],
    [{ maxSeedChildren: 0 }, /trackFollower: maxSeedChildren/],
    [{ firstAngle: 0 }, /trackFollower: firstAngle/],
    [{ firstAngle: 2 }, /trackFollower: firstAngle/],
    [{ firstAngleTracker: NaN }, /trackFollower: firstAngleTracker/],
    [{ seedSkip: -1 }, /trackFollower: seedSkip/],
    [{ maxFrontLayer: -1 }, /trackFollower: maxFrontLayer/],
    [{ minHits: 0 }, /trackFollower: minHits/],
  ],
});

/** Hits of one particle whose slope in x changes by kinks[layer] at every layer, from the deepest to the front. */
function kinked(deepest: number, kinks: Record<number, number>, more: Partial<TestHit> = {}): TestHit[] {
  const hits: TestHit[] = [];
  let x = 0;
  let angle = 0;
  for (let layer = deepest; layer >= 0; layer--) {
    hits.push({ layer, x, ...more });
    angle += kinks[layer] ?? 0;
    if (layer > 0) x += Math.tan(angle) * (zOf(layer) - zOf(layer - 1));
  }
  return hits;
}

describe('trackFollower', () => {
  it('follows a track while √Σθ² stays below maxScore', async () => {
    const frame = frameOf(kinked(8, { 6: 0.19, 4: -0.19 })); // √2 · 0.19 = 0.2687
    expect(await trackFollower().reconstruct(frame)).toHaveLength(1);
    expect((await trackFollower().reconstruct(frame))[0]!.hits).toHaveLength(9);
    const strict = await trackFollower({ maxScore: 0.268 }).reconstruct(frame);
    expect(strict.every(({ hits }) => hits.length < 9)).toBe(true);
  });

  it('allows small kinks whatever the score', async () => {
    const frame = frameOf(kinked(9, { 7: 0.26, 5: -0.09, 4: -0.09, 3: -0.09 })); // √Σθ² = 0.304
    expect((await trackFollower().reconstruct(frame))[0]!.hits).toHaveLength(10);
    const strict = await trackFollower({ freeKink: 0.08 }).reconstruct(frame);
    expect(strict.every(({ hits }) => hits.length < 10)).toBe(true);
  });

  it('takes the path with the smallest score among those that reach the front', async () => {
    // Aside of the straight path, a hit in layer 4 that costs two kinks.
    const frame = frameOf([...kinked(8, {}), { layer: 4, x: 0.4, event: 1 }]);
    const [track] = await trackFollower().reconstruct(frame);
    expect([...track!.hits].map((hit) => frame.eventID[hit])).toEqual(Array(9).fill(0));
  });

  it('needs two alternatives where the nearest hit is wrong', async () => {
    // At layer 5 the particle turns by 0.1; a stray hit in layer 4 lies straight ahead.
    const frame = frameOf([...kinked(8, { 5: 0.1 }), { layer: 4, x: 0, event: 1 }]);
    const [wide] = await trackFollower({ maxChildren: 2 }).reconstruct(frame);
    expect([...wide!.hits].every((hit) => frame.eventID[hit] === 0)).toBe(true);
    const [narrow] = await trackFollower().reconstruct(frame);
    expect([...narrow!.hits].some((hit) => frame.eventID[hit] === 1)).toBe(true);
  });

  it('may skip layers at the seed only', async () => {
    const gapAtSeed = kinked(8, {}).map((hit) => (hit.layer === 7 ? { ...hit, x: 60, event: 1 } : hit));
    const narrow = { firstAngle: 0.5 };
    const [track] = await trackFollower(narrow).reconstruct(frameOf(gapAtSeed));
    expect(track!.hits).toHaveLength(8);
    const [shorter] = await trackFollower({ ...narrow, seedSkip: 0 }).reconstruct(frameOf(gapAtSeed));
    expect(shorter!.hits).toHaveLength(7);
    const gapLater = kinked(8, {}).map((hit) => (hit.layer === 4 ? { ...hit, x: 60, event: 1 } : hit));
    // Seeds in layers 8 to 6 run into the gap; the one in layer 5 skips it.
    const [front] = await trackFollower(narrow).reconstruct(frameOf(gapLater));
    expect([...front!.hits].map((hit) => frameOf(gapLater).layer[hit])).toEqual([5, 3, 2, 1, 0]);
    const [rest] = await trackFollower({ ...narrow, seedSkip: 0 }).reconstruct(frameOf(gapLater));
    expect(rest!.hits).toHaveLength(4);
  });

  it('keeps only tracks that reach the front layers, and frees the hits of the others', async () => {
    const short = kinked(6, {}).filter(({ layer }) => layer >= 2);
    expect(await trackFollower().reconstruct(frameOf(short))).toEqual([]);
    expect(await trackFollower({ maxFrontLayer: 2 }).reconstruct(frameOf(short))).toHaveLength(1);
    // The seed in layer 8 leads into layer 7 only by an angle from which no path goes on.
    const stray = [...kinked(7, {}), { layer: 8, x: 6, event: 1 }];
    const [track] = await trackFollower().reconstruct(frameOf(stray));
    expect(track!.hits).toHaveLength(8);
  });

  it('limits the first angle separately in front of the tracker gap', async () => {
    const at = (angle: number) => (zOf(2) - zOf(1)) * Math.tan(angle);
    const pair = (angle: number) => frameOf([{ layer: 2, x: at(angle) }, { layer: 1 }]);
    expect(await trackFollower().reconstruct(pair(0.49))).toHaveLength(1);
    expect(await trackFollower().reconstruct(pair(0.51))).toHaveLength(0);
    expect(await trackFollower({ firstAngleTracker: 0.6 }).reconstruct(pair(0.51))).toHaveLength(1);
  });
});
