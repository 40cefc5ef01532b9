import { InvalidArgumentError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { angularFilter } from '../../src/graphs/angularFilter.js';
import { angleBetween, difference, frameOf, randomFrame } from './frames.js';

describe('angularFilter', () => {
  it('counts removed edges of a hand-made frame', () => {
    const at = (angle: number) => 5.5 * Math.tan(angle);
    const frame = frameOf([
      { layer: 5, event: 1 },
      { layer: 4, event: 1, x: at(0.15) },
      { layer: 4, event: 2, x: at(0.25) },
      { layer: 4, event: 1, x: at(0.35) },
    ]);
    const { thresholds, calorimeter, tracker } = angularFilter([frame], [0.1, 0.2, 0.3, 0.4]);
    expect([...thresholds]).toEqual([0.1, 0.2, 0.3, 0.4]);
    expect(calorimeter).toMatchObject({ edges: 3, trueEdges: 2 });
    expect([...calorimeter.removed]).toEqual([1, 2 / 3, 1 / 3, 0]);
    expect([...calorimeter.removedTrue]).toEqual([1, 0.5, 0.5, 0]);
    expect(tracker.edges).toBe(0);
    expect(tracker.removed.every(Number.isNaN)).toBe(true);
  });

  it('groups by the shallower end, unlike the mask of hitGraph', () => {
    const deep = frameOf([{ layer: 4 }, { layer: 3 }]);
    const shallow = frameOf([{ layer: 3 }, { layer: 2 }]);
    expect(angularFilter([deep], [0.1]).calorimeter.edges).toBe(1);
    expect(angularFilter([shallow], [0.1]).tracker.edges).toBe(1);
  });

  it('removes edges that do not advance along +z at every threshold', () => {
    const { calorimeter } = angularFilter(
      [
        frameOf([
          { layer: 4, z: 1 },
          { layer: 3, z: 1 },
        ]),
      ],
      [0.1, Math.PI / 2],
    );
    expect([...calorimeter.removed]).toEqual([1, 1]);
  });

  it('agrees with the definition, pooled over frames', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 3 }), (seed, count) => {
        const frames = Array.from({ length: count }, (_, i) => randomFrame(seed + i, { kink: 0.1 }));
        const thresholds = [0.02, 0.05, 0.1, 0.2, 0.4, 1];
        const result = angularFilter(frames, thresholds);
        for (const group of ['tracker', 'calorimeter'] as const) {
          const angles: { angle: number; same: boolean }[] = [];
          for (const frame of frames) {
            for (let i = 0; i < frame.count; i++) {
              for (let j = 0; j < frame.count; j++) {
                if (frame.layer[j] !== frame.layer[i]! - 1) continue;
                if ((frame.layer[j]! < 3 ? 'tracker' : 'calorimeter') !== group) continue;
                const angle = angleBetween(difference(frame, i, j), [0, 0, 1]);
                angles.push({ angle, same: frame.eventID[i] === frame.eventID[j] });
              }
            }
          }
          const same = angles.filter((entry) => entry.same);
          expect(result[group].edges).toBe(angles.length);
          expect(result[group].trueEdges).toBe(same.length);
          thresholds.forEach((threshold, t) => {
            const above = (list: typeof angles) => list.filter(({ angle }) => angle >= threshold).length;
            expect(result[group].removed[t]).toBeCloseTo(above(angles) / angles.length, 12);
            expect(result[group].removedTrue[t]).toBeCloseTo(above(same) / same.length, 12);
          });
        }
      }),
      { numRuns: 20 },
    );
  });

  it('refuses bad thresholds', () => {
    expect(() => angularFilter([], [])).toThrow(/at least one angle/);
    expect(() => angularFilter([], [0.2, 0.1])).toThrow(/must ascend, got 0.1 after 0.2/);
    for (const bad of [0, -1, NaN, 2]) expect(() => angularFilter([], [bad])).toThrow(InvalidArgumentError);
    expect(() => angularFilter([], [NaN])).toThrow(/thresholds\[0\]/);
  });
});
