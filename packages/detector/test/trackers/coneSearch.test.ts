import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortLayers } from '../../src/graphs/sortedLayers.js';
import { ConeSearch } from '../../src/trackers/coneSearch.js';
import { angleBetween, difference, randomFrame } from '../graphs/frames.js';

describe('ConeSearch', () => {
  it('finds exactly the hits within the angle', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0.001, max: 2.5, noNaN: true }),
        fc.constantFrom(0, 0.2),
        (seed, slopeX, slopeY, angle, jitter) => {
          const plain = randomFrame(seed, { particles: 40, deepest: 4, spot: 5 });
          // Sensors that are not flat: hits of one layer differ in z.
          const frame = { ...plain, posZ: plain.posZ.map((z, i) => z + jitter * Math.sin(i)) };
          const hits = sortLayers(frame);
          const cones = new ConeSearch(hits);
          const norm = Math.hypot(slopeX, slopeY, 1);
          const axis = [slopeX / norm, slopeY / norm, -1 / norm] as const;
          for (let k = 1; k < frame.layers.length; k++) {
            const tip = frame.layerOffsets[k - 1]!;
            cones.top = 0;
            cones.push(k, tip, ...axis, angle);
            const expected: number[] = [];
            for (let i = frame.layerOffsets[k]!; i < frame.layerOffsets[k + 1]!; i++) {
              const to = difference(frame, hits.order[i]!, hits.order[tip]!);
              if (angleBetween(axis, to) < angle) expected.push(i);
            }
            expect([...cones.hit.subarray(0, cones.top)]).toEqual(expected);
            for (let i = 0; i < cones.top; i++) {
              const to = difference(frame, hits.order[cones.hit[i]!]!, hits.order[tip]!);
              const theta = angleBetween(axis, to);
              expect(Math.sqrt(cones.chord2[i]!)).toBeCloseTo(2 * Math.sin(theta / 2), 10);
              expect(angleBetween([cones.ux[i]!, cones.uy[i]!, cones.uz[i]!], to)).toBeCloseTo(0, 7);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps what is below the top of its stack', () => {
    const frame = randomFrame(1, { particles: 200, deepest: 3, spot: 3 });
    const cones = new ConeSearch(sortLayers(frame));
    cones.push(1, 0, 0, 0, -1, 1.2);
    const first = [...cones.hit.subarray(0, cones.top)];
    const before = cones.top;
    for (let i = 0; i < 5; i++) cones.push(2, first[0]!, 0, 0, -1, 1.4);
    expect(cones.top).toBeGreaterThan(256);
    expect([...cones.hit.subarray(0, before)]).toEqual(first);
  });
});
