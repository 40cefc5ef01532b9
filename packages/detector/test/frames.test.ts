import { InvalidArgumentError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { clusterSize, frameFromHits, frames, hitColumns, preprocess } from '@pct/detector';
import type { ClusteredHits, Frame } from '@pct/detector';
import type { Row } from './io/sampleHits.js';
import { hitsOf } from './io/sampleHits.js';

const layersAndEvents = (frame: Frame) => Array.from(frame.layer, (layer, i) => [layer, frame.eventID[i]]);

describe('frames', () => {
  it('groups consecutive events, sorts the deepest layer first, and drops the last incomplete group', () => {
    const rows: Row[] = [7, 3, 9, 5, 1].flatMap((event) => [
      { event, layer: 0 },
      { event, layer: 1, x: event },
    ]);
    const result = frames(hitsOf(rows), { primariesPerFrame: 2 });
    expect(result.map(layersAndEvents)).toEqual([
      [
        [1, 1],
        [1, 3],
        [0, 1],
        [0, 3],
      ],
      [
        [1, 5],
        [1, 7],
        [0, 5],
        [0, 7],
      ],
    ]);
    expect(result[1]).toEqual({
      index: 1,
      count: 4,
      layers: Int32Array.of(1, 0),
      layerOffsets: Int32Array.of(0, 2, 4),
      layer: Int32Array.of(1, 1, 0, 0),
      eventID: Int32Array.of(5, 7, 5, 7),
      trackID: Int32Array.of(1, 1, 1, 1),
      parentID: Int32Array.of(0, 0, 0, 0),
      posX: Float64Array.of(5, 7, 0, 0),
      posY: Float64Array.of(0, 0, 0, 0),
      posZ: Float64Array.of(0, 0, 0, 0),
      edep: Float64Array.of(0.02, 0.02, 0.02, 0.02),
      clusterSize: Int32Array.of(4, 4, 4, 4),
    });
    const all = frames(hitsOf(rows), { primariesPerFrame: 2, keepPartial: true });
    expect(all.slice(0, 2)).toEqual(result);
    expect(layersAndEvents(all[2]!)).toEqual([
      [1, 9],
      [0, 9],
    ]);
    expect(frames(hitsOf(rows), { primariesPerFrame: 5, keepPartial: true })).toHaveLength(1);
    expect(frames(hitsOf(rows), { primariesPerFrame: 6 })).toEqual([]);
  });

  it('counts events before the threshold', () => {
    const rows: Row[] = [
      { event: 0, layer: 0 },
      { event: 1, layer: 0, edep: 0 },
      { event: 2, layer: 0 },
      { event: 3, layer: 0 },
    ];
    const pairs = (hits: Parameters<typeof frames>[0]) =>
      frames(hits, { primariesPerFrame: 2, keepPartial: true }).map((frame) => [...frame.eventID]);
    expect(pairs(hitsOf(rows))).toEqual([[0], [2, 3]]);
    // After preprocessing the weak event is not known any more.
    expect(pairs(preprocess(hitsOf(rows)))).toEqual([[0, 2], [3]]);
  });

  it('drops the layers behind the first gap of each frame, seen from the front', () => {
    const rows: Row[] = [
      ...[2, 3, 4, 6, 7].map((layer) => ({ event: 0, layer })),
      // A weak cluster does not fill the gap, one of another event in the frame does.
      { event: 0, layer: 5, edep: 0.001 },
      ...[2, 3, 5].map((layer) => ({ event: 1, layer })),
    ];
    const alone = frames(hitsOf(rows), { primariesPerFrame: 1 });
    expect(alone.map((frame) => [...frame.layers])).toEqual([
      [4, 3, 2],
      [3, 2],
    ]);
    const together = frames(hitsOf(rows), { primariesPerFrame: 2 });
    expect([...together[0]!.layers]).toEqual([7, 6, 5, 4, 3, 2]);
    expect([...together[0]!.layerOffsets]).toEqual([0, 1, 2, 3, 4, 6, 8]);
  });

  it('keeps a frame without hits, and its index', () => {
    const result = frames(hitsOf([{ event: 0, edep: 0 }, { event: 1 }]), { primariesPerFrame: 1 });
    expect(
      result.map((frame) => [frame.index, frame.count, [...frame.layers], [...frame.layerOffsets]]),
    ).toEqual([
      [0, 0, [], [0]],
      [1, 1, [0], [0, 1]],
    ]);
    expect(frames(hitsOf([]), { primariesPerFrame: 1, keepPartial: true })).toEqual([]);
  });

  it('keeps the cluster sizes that it is given', () => {
    const hits: ClusteredHits = {
      ...hitsOf([{ event: 1, layer: 0 }, { layer: 1 }, { layer: 0 }]),
      clusterSize: Int32Array.of(1, 9, 5),
    };
    const [frame] = frames(hits, { primariesPerFrame: 2 });
    expect([...frame!.clusterSize]).toEqual([9, 5]);
    expect([...frames(hits, { primariesPerFrame: 2, clusterThreshold: 1 })[0]!.clusterSize]).toEqual([
      9, 5, 1,
    ]);
    // A frame is its own only frame.
    expect(frames(frame!, { primariesPerFrame: 1 })).toEqual([frame]);
  });

  it('applies the same settings as preprocess', () => {
    const hits = hitsOf([{ edep: 0.004 }, { edep: 0.1, layer: 1 }]);
    const options = { clusterThreshold: 3, epitaxialThicknessMm: 0.005 };
    expect([...frames(hits, { primariesPerFrame: 1, ...options })[0]!.clusterSize]).toEqual([
      clusterSize(0.1, 0.005),
      clusterSize(0.004, 0.005),
    ]);
  });

  const row = fc.record({
    event: fc.integer({ min: -2, max: 12 }),
    track: fc.integer({ min: 1, max: 3 }),
    layer: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constantFrom(0, 65_535)),
    x: fc.integer({ min: -1000, max: 1000 }).map((k) => k / 7),
    y: fc.constantFrom(0.1, 0.2, 0.3),
    edep: fc.constantFrom(0, 0.003, 0.01, 0.02),
  });
  const rowsAndShuffled = fc
    .array(row, { maxLength: 80 })
    .chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })));

  it('does not depend on the order of the rows, to the last bit', () => {
    fc.assert(
      fc.property(
        rowsAndShuffled,
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        ([rows, shuffled], primariesPerFrame, keepPartial) => {
          const options = { primariesPerFrame, keepPartial };
          expect(frames(hitsOf(shuffled), options)).toEqual(frames(hitsOf(rows), options));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives what a plain cut of the clusters gives: each surviving hit once, sorted, without gaps', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 80 }),
        fc.integer({ min: 1, max: 4 }),
        (rows, primariesPerFrame) => {
          const hits = hitsOf(rows);
          const result = frames(hits, { primariesPerFrame, keepPartial: true });
          const clusters = preprocess(hits);
          const events = [...new Set(rows.map(({ event }) => event))].sort((a, b) => a - b);
          expect(result).toHaveLength(Math.ceil(events.length / primariesPerFrame));
          result.forEach((frame, index) => {
            const mine = new Set(events.slice(index * primariesPerFrame, (index + 1) * primariesPerFrame));
            const kept = Array.from({ length: clusters.count }, (_, i) => i).filter((i) =>
              mine.has(clusters.eventID[i]!),
            );
            const occupied = new Set(kept.map((i) => clusters.layer[i]!));
            const front = Math.min(...occupied);
            let behind = front;
            while (occupied.has(behind)) behind++;
            const expected = kept
              .filter((i) => clusters.layer[i]! < behind)
              .sort((i, j) => clusters.layer[j]! - clusters.layer[i]! || i - j);
            expect(frame.index).toBe(index);
            expect(frame.count).toBe(expected.length);
            for (const column of [...hitColumns, 'clusterSize'] as const) {
              expect([...frame[column]]).toEqual(expected.map((i) => clusters[column][i]));
            }
            expect([...frame.layers]).toEqual(
              expected.length === 0 ? [] : Array.from({ length: behind - front }, (_, k) => behind - 1 - k),
            );
            frame.layers.forEach((layer, k) => {
              const inLayer = [...frame.layer.subarray(frame.layerOffsets[k], frame.layerOffsets[k + 1])];
              expect(inLayer.length).toBeGreaterThan(0);
              expect(new Set(inLayer)).toEqual(new Set([layer]));
            });
            expect(frame.layerOffsets.at(-1)).toBe(frame.count);
            const names = Array.from(
              frame.layer,
              (layer, i) => `${frame.eventID[i]} ${frame.trackID[i]} ${layer}`,
            );
            expect(new Set(names).size).toBe(frame.count);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    [
      () => frames(hitsOf([]), { primariesPerFrame: 0 }),
      /frames: primariesPerFrame must be an integer of at least 1, got 0/,
    ],
    [
      () => frames(hitsOf([]), { primariesPerFrame: 1, clusterThreshold: 0 }),
      /frames: clusterThreshold must be/,
    ],
    [
      () => frames(hitsOf([{ z: NaN }]), { primariesPerFrame: 1 }),
      /frames: hits\.posZ must be finite, got NaN in hit 0/,
    ],
    [
      () =>
        frames(
          { ...hitsOf([{}, { event: 1 }, {}]), clusterSize: new Int32Array(3) },
          { primariesPerFrame: 1 },
        ),
      /frames: clustered hits 0 and 2 are of one particle in one layer; give them without clusterSize to merge them/,
    ],
    [
      () => frames({ ...hitsOf([{}]), clusterSize: new Int32Array(2) }, { primariesPerFrame: 1 }),
      /frames: hits\.clusterSize must be an Int32Array of hits\.count = 1 entries/,
    ],
    [
      () => frameFromHits(hitsOf([]), { index: -1 }),
      /frameFromHits: index must be an integer of at least 0, got -1/,
    ],
  ])('rejects bad input', (call, message) => {
    expect(call).toThrow(InvalidArgumentError);
    expect(call).toThrow(message);
  });
});

describe('frameFromHits', () => {
  it('makes one frame of all events', () => {
    const hits = hitsOf([{ event: 4 }, { event: 2, layer: 1 }, { event: 9 }]);
    expect(frameFromHits(hits, { index: 3 })).toEqual({
      ...frames(hits, { primariesPerFrame: 3 })[0],
      index: 3,
    });
  });

  it('makes a frame without layers of no hits', () => {
    const frame = frameFromHits(hitsOf([]));
    expect([frame.count, frame.layers.length, [...frame.layerOffsets]]).toEqual([0, 0, [0]]);
  });
});
