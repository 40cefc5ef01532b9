import { frameStatics, SEGMENT_FEATURES } from '@pct/tracking-rl';
import { describe, expect, it } from 'vitest';
import { randomFrame } from './frames.js';

/** As a feature: ln(1 + θ / 0.02 rad), at most that of 0.4 rad. */
const feature = (kink: number): number => Math.log1p(Math.min(kink, 0.4) / 0.02);

describe('the look-ahead of a segment', () => {
  it('is the straightest way on among all, one and two layers ahead', () => {
    const { graph, directions, segmentFeatures } = frameStatics(randomFrame(3, { particles: 6 }));
    const { edgeCount, sources, targets } = graph;
    const edges = Array.from({ length: edgeCount }, (_, e) => e);
    const after = (e: number): number[] => edges.filter((f) => sources[f] === targets[e]);
    const kink = (e: number, f: number): number => {
      let cosine = 0;
      for (let k = 0; k < 3; k++) cosine += directions[3 * e + k]! * directions[3 * f + k]!;
      return Math.acos(Math.min(1, cosine));
    };
    let [ends, ways] = [0, 0];
    for (const e of edges) {
      const one = Math.min(...after(e).map((f) => kink(e, f)), Infinity);
      const two = Math.min(
        ...after(e).flatMap((f) => after(f).map((g) => Math.hypot(kink(e, f), kink(f, g)))),
        Infinity,
      );
      if (one === Infinity) ends++;
      else ways++;
      expect(segmentFeatures[SEGMENT_FEATURES * e + 6]).toBeCloseTo(feature(one), 4);
      expect(segmentFeatures[SEGMENT_FEATURES * e + 7]).toBeCloseTo(feature(two), 4);
    }
    expect(Math.min(ends, ways)).toBeGreaterThan(0);
  });
});
