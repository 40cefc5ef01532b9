import { InvalidArgumentError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ClusteredHits, DetectorGeometry } from '@pct/detector';
import { clusterSize, preprocess } from '@pct/detector';
import type { Row } from './io/sampleHits.js';
import { hitsOf } from './io/sampleHits.js';

/** Rows of clusters, in their order. */
function rowsOf(hits: ClusteredHits): (Row & { size: number })[] {
  return Array.from({ length: hits.count }, (_, i) => ({
    x: hits.posX[i]!,
    y: hits.posY[i]!,
    z: hits.posZ[i]!,
    edep: hits.edep[i]!,
    event: hits.eventID[i]!,
    track: hits.trackID[i]!,
    parent: hits.parentID[i]!,
    layer: hits.layer[i]!,
    size: hits.clusterSize[i]!,
  }));
}

describe('preprocess', () => {
  it('merges the hits of a particle in a layer: energies add, positions average', () => {
    const merged = preprocess(
      hitsOf([
        { event: 1, track: 3, parent: 1, layer: 2, x: 5, edep: 0.1 },
        { event: 0, track: 1, layer: 2, x: 1, y: -1, z: 10, edep: 0.01 },
        { event: 0, track: 1, layer: 3, x: 7 },
        { event: 0, track: 1, layer: 2, x: 2, y: -3, z: 10.5, edep: 0.02 },
        { event: 0, track: 1, layer: 2, x: 6, y: -5, z: 11, edep: 0.03 },
        { event: 0, track: 2, parent: 1, layer: 2, x: 8 },
      ]),
    );
    expect(rowsOf(merged)).toEqual([
      { event: 0, track: 1, parent: 0, layer: 2, x: 3, y: -3, z: 10.5, edep: 0.06, size: clusterSize(0.06) },
      { event: 0, track: 1, parent: 0, layer: 3, x: 7, y: 0, z: 0, edep: 0.02, size: 4 },
      { event: 0, track: 2, parent: 1, layer: 2, x: 8, y: 0, z: 0, edep: 0.02, size: 4 },
      { event: 1, track: 3, parent: 1, layer: 2, x: 5, y: 0, z: 0, edep: 0.1, size: clusterSize(0.1) },
    ]);
  });

  it('drops clusters below the threshold, after merging', () => {
    // 0.004 MeV light 1 pixel, 0.008 MeV light 2.
    const hits = hitsOf([
      { edep: 0.004, layer: 0 },
      { edep: 0.004, layer: 1 },
      { edep: 0.004, layer: 1, x: 1 },
      { layer: 2 },
    ]);
    expect([...preprocess(hits).layer]).toEqual([1, 2]);
    expect([...preprocess(hits, { clusterThreshold: 1 }).clusterSize]).toEqual([1, 2, 4]);
    expect([...preprocess(hits, { clusterThreshold: 3 }).layer]).toEqual([2]);
    expect([...preprocess(hits, { epitaxialThicknessMm: 0.01 }).layer]).toEqual([0, 1, 2]);
  });

  it('does not change its input', () => {
    const hits = hitsOf([{ event: 2 }, { event: 1 }]);
    preprocess(hits);
    expect(hits).toEqual(hitsOf([{ event: 2 }, { event: 1 }]));
  });

  it('agrees with a plain grouping, in whatever order the rows come, to the last bit', () => {
    const few = fc.integer({ min: 0, max: 1 });
    // Sevenths of similar size: their sums round differently in different orders.
    const position = fc.integer({ min: -1000, max: 1000 }).map((k) => k / 7);
    const row = fc.record({
      event: few,
      track: few,
      layer: few,
      x: position,
      y: position,
      z: position,
      edep: fc.integer({ min: 0, max: 100 }).map((k) => k / 700),
    });
    fc.assert(
      fc.property(
        fc
          .array(row, { maxLength: 40 })
          .chain((rows) =>
            fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
          ),
        ([rows, shuffled]) => {
          const result = preprocess(hitsOf(rows));
          expect(preprocess(hitsOf(shuffled))).toEqual(result);

          const groups = new Map<string, Row[]>();
          for (const hit of rows) {
            const name = `${hit.event} ${hit.track} ${hit.layer}`;
            groups.set(name, [...(groups.get(name) ?? []), hit]);
          }
          const mean = (hits: readonly Row[], key: keyof Row) =>
            hits.reduce((sum, hit) => sum + hit[key]!, 0) / hits.length;
          const expected = [...groups.values()]
            .map((hits) => ({ first: hits[0]!, x: mean(hits, 'x'), edep: mean(hits, 'edep') * hits.length }))
            .filter(({ edep }) => clusterSize(edep) >= 2)
            .sort(
              (a, b) =>
                a.first.event! - b.first.event! ||
                a.first.track! - b.first.track! ||
                a.first.layer! - b.first.layer!,
            );
          expect(result.count).toBe(expected.length);
          expected.forEach(({ first, x, edep }, i) => {
            expect([result.eventID[i], result.trackID[i], result.layer[i]]).toEqual([
              first.event,
              first.track,
              first.layer,
            ]);
            expect(result.posX[i]).toBeCloseTo(x, 9);
            expect(result.edep[i]).toBeCloseTo(edep, 12);
            expect(result.clusterSize[i]).toBe(clusterSize(result.edep[i]!));
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('accepts hits inside a geometry only', () => {
    const geometry: DetectorGeometry = {
      layers: Array.from({ length: 3 }, () => ({ kind: 'calorimeter' as const, frontMm: 0, slabs: [] })),
      halfWidthMm: 100,
      halfHeightMm: 50,
      pixelsX: 1,
      pixelsY: 1,
    };
    expect(preprocess(hitsOf([{ x: -100, y: 50, layer: 2 }]), { geometry }).count).toBe(1);
    const call = (row: Row) => () => preprocess(hitsOf([{}, { ...row, event: 1 }]), { geometry });
    expect(call({ x: 100.01 })).toThrow(
      'preprocess: hit 1 at (100.01, 0) mm lies outside the sensitive area |x| <= 100, |y| <= 50 mm of the geometry',
    );
    expect(call({ y: -51 })).toThrow('preprocess: hit 1 at (0, -51) mm lies outside');
    expect(call({ layer: 3 })).toThrow('preprocess: hit 1 is in layer 3, but the geometry has 3 layers');
  });

  it.each([
    [
      () => preprocess(hitsOf([{}, { parent: 4 }])),
      /hits 0 and 1 are of one particle \(event 0, track 1\) but have different parentID/,
    ],
    [
      () => preprocess(hitsOf([{}, { edep: -1 }])),
      /preprocess: hits\.edep must be finite and >= 0 MeV, got -1 in hit 1/,
    ],
    [
      () => preprocess(hitsOf([{ x: 1e308 }, { x: 1.5e308 }])),
      /energies or positions of hit 0 are too large to be merged/,
    ],
    [() => preprocess(hitsOf([{ edep: 1e300 }])), /energies or positions of hit 0 are too large/],
    [
      () => preprocess(hitsOf([]), { clusterThreshold: 0 }),
      /preprocess: clusterThreshold must be an integer of at least 1, got 0/,
    ],
    [
      () => preprocess(hitsOf([]), { clusterThreshold: 1.5 }),
      /clusterThreshold must be an integer of at least 1, got 1\.5/,
    ],
    [
      () => preprocess(hitsOf([]), { epitaxialThicknessMm: 0 }),
      /preprocess: epitaxialThicknessMm must be a finite number above 0, got 0/,
    ],
    [
      () => preprocess({ ...hitsOf([{}]), count: 2 }),
      /preprocess: hits\.posX must have hits\.count = 2 entries, got 1/,
    ],
  ])('rejects bad input', (call, message) => {
    expect(call).toThrow(InvalidArgumentError);
    expect(call).toThrow(message);
  });
});
