import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/frame.js';
import { sortLayers } from '../../src/graphs/sortedLayers.js';
import type { FollowRules } from '../../src/trackers/followSeed.js';
import { SeedSearch } from '../../src/trackers/followSeed.js';
import { angleBetween, difference, randomFrame } from '../graphs/frames.js';

const loose: FollowRules = {
  maxScore: 0.275,
  freeKink: 0.1,
  maxChildren: 2,
  maxSeedChildren: 3,
  firstAngle: 0.6,
  firstAngleTracker: 0.5,
  seedSkip: 1,
};

/** The whole tree of tracks, by recursion, from the rules; indices of the frame. */
function fullTree(
  frame: Frame,
  seed: number,
  used: Uint8Array,
  rules: FollowRules,
): { hits: number[]; score2: number } {
  let best = { hits: [seed], score2: 0 };
  const children = (from: number, layer: number, axis: number[], limit: number, most: number) =>
    [...frame.layer.keys()]
      .filter((hit) => frame.layer[hit] === layer && used[hit] === 0)
      .map((hit) => ({ hit, angle: angleBetween(axis, difference(frame, hit, from)) }))
      .filter(({ angle }) => angle < limit)
      .sort((a, b) => a.angle - b.angle)
      .slice(0, most);
  const visit = (hits: number[], score2: number): void => {
    const last = hits.at(-1)!;
    const front = frame.layer[best.hits.at(-1)!]!;
    if (frame.layer[last]! < front || (frame.layer[last] === front && score2 < best.score2))
      best = { hits, score2 };
    const axis = difference(frame, last, hits.at(-2)!);
    const limit = Math.max(rules.freeKink, Math.sqrt(Math.max(0, rules.maxScore ** 2 - score2)));
    for (const { hit, angle } of children(last, frame.layer[last]! - 1, axis, limit, rules.maxChildren)) {
      visit([...hits, hit], score2 + angle * angle);
    }
  };
  for (let step = 1; step <= 1 + rules.seedSkip; step++) {
    const layer = frame.layer[seed]! - step;
    const angle = layer < 2 ? rules.firstAngleTracker : rules.firstAngle;
    const first = children(seed, layer, [0, 0, -1], angle, rules.maxSeedChildren);
    for (const { hit } of first) visit([seed, hit], 0);
    if (first.length > 0) break;
  }
  return best;
}

/** Σθ² of a track. */
function scoreOf(frame: Frame, hits: readonly number[]): number {
  return hits
    .slice(2)
    .map((hit, i) =>
      angleBetween(difference(frame, hits[i + 1]!, hits[i]!), difference(frame, hit, hits[i + 1]!)),
    )
    .reduce((sum, kink) => sum + kink * kink, 0);
}

describe('SeedSearch', () => {
  it('agrees with the full tree', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 2 }),
        fc.constantFrom(0.15, 0.275, 0.5),
        (seed, particles, maxChildren, seedSkip, maxScore) => {
          const frame = randomFrame(seed, { particles, deepest: 9, spot: 1.5, kink: 0.06 });
          const rules = { ...loose, maxChildren, seedSkip, maxScore };
          const hits = sortLayers(frame);
          const used = Uint8Array.from(hits.order, (hit) => (hit % 7 === 3 ? 1 : 0));
          const usedInFrame = Uint8Array.from({ length: frame.count }, (_, hit) => (hit % 7 === 3 ? 1 : 0));
          const search = new SeedSearch(hits, frame.layers, used, rules);
          for (let k = 0; k < frame.layers.length; k++) {
            for (let i = frame.layerOffsets[k]!; i < frame.layerOffsets[k + 1]!; i += 3) {
              const found = [...search.search(k, i)].map((hit) => hits.order[hit]!);
              const expected = fullTree(frame, hits.order[i]!, usedInFrame, rules);
              expect(found).toHaveLength(expected.hits.length);
              expect(scoreOf(frame, found)).toBeCloseTo(expected.score2, 10);
              if (found.length > 2) expect(found).toEqual(expected.hits);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('grows its memory for wide searches', () => {
    const frame = randomFrame(1, { particles: 60, deepest: 6, spot: 2 });
    const rules = { ...loose, maxChildren: 20, maxSeedChildren: 60, maxScore: 1.5, firstAngle: 1.5 };
    const hits = sortLayers(frame);
    const search = new SeedSearch(hits, frame.layers, new Uint8Array(hits.count), rules);
    const track = search.search(0, 0);
    expect(frame.layer[hits.order[track.at(-1)!]!]).toBe(0);
  });
});
