import { InvalidArgumentError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame, Track, Tracker } from '../../src/frame.js';
import { checkTracks } from '../../src/metrics/checkTracks.js';
import { evaluate } from '../../src/metrics/evaluate.js';
import { frameOf, randomFrame, shuffleWithinLayers, zOf } from '../graphs/frames.js';

/** What a tracker promises beyond the interface. */
export interface TrackerPromises {
  /** Largest step between the first two hits of a track, in layers; all others are 1. */
  readonly largestFirstStep: number;
  /** Options that must be refused, with the words of the message. */
  readonly badOptions: readonly (readonly [Record<string, unknown>, RegExp])[];
}

/** Hits of every track as text, in an order that does not depend on how tracks are listed. */
function canonical(tracks: readonly Track[]): string[] {
  return tracks.map(({ hits }) => [...hits].join(' ')).sort();
}

/** Straight, parallel particles on a grid with steps that no scattering bridges. */
function separatedFrame(): Frame {
  const hits = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((event) =>
    Array.from({ length: 8 + (event % 4) }, (_, layer) => ({
      x: (event % 3) * 40 - 40 + 0.002 * zOf(layer),
      y: Math.floor(event / 3) * 40 - 40 - 0.001 * zOf(layer),
      layer,
      event,
      edep: layer === 7 + (event % 4) ? 0.12 : 0.04,
    })),
  );
  return frameOf(hits);
}

/** The tests that every tracker has to pass. */
export function testTracker(
  name: string,
  create: (options?: Record<string, unknown>) => Tracker,
  { largestFirstStep, badOptions }: TrackerPromises,
): void {
  describe(`${name} as a tracker`, () => {
    const randomFrames = fc.record({
      seed: fc.integer(),
      particles: fc.integer({ min: 1, max: 25 }),
      deepest: fc.integer({ min: 0, max: 12 }),
      spot: fc.constantFrom(0.5, 3, 10),
      kink: fc.constantFrom(0.01, 0.05, 0.2),
    });

    it('makes valid tracks that share no hit', async () => {
      await fc.assert(
        fc.asyncProperty(randomFrames, async ({ seed, ...options }) => {
          const frame = randomFrame(seed, options);
          const tracks = await create().reconstruct(frame);
          expect(checkTracks(tracks, frame)).toEqual({ sharedHits: 0 });
          for (const { hits } of tracks) {
            expect(hits).toBeInstanceOf(Int32Array);
            for (let i = 1; i < hits.length; i++) {
              const step = frame.layer[hits[i - 1]!]! - frame.layer[hits[i]!]!;
              expect(step).toBeLessThanOrEqual(i === 1 ? largestFirstStep : 1);
            }
          }
        }),
        { numRuns: 60 },
      );
    });

    it('gives the same tracks every time, also from a new tracker', async () => {
      const frame = randomFrame(4, { particles: 30, deepest: 10 });
      const tracker = create();
      const first = await tracker.reconstruct(frame);
      await tracker.reconstruct(randomFrame(5, { particles: 10 }));
      expect(await tracker.reconstruct(frame)).toEqual(first);
      expect(await create().reconstruct(frame)).toEqual(first);
    });

    it('does not depend on the order of hits within a layer', async () => {
      await fc.assert(
        fc.asyncProperty(randomFrames, fc.integer(), async ({ seed, ...options }, shuffle) => {
          const frame = randomFrame(seed, options);
          const shuffled = shuffleWithinLayers(frame, shuffle);
          const tracks = await create().reconstruct(frame);
          const others = await create().reconstruct(shuffled.frame);
          const renamed = others.map(({ hits }) => ({ hits: hits.map((hit) => shuffled.order[hit]!) }));
          expect(canonical(renamed)).toEqual(canonical(tracks));
        }),
        { numRuns: 40 },
      );
    });

    it('reconstructs well separated particles completely', async () => {
      const frame = separatedFrame();
      const tracks = await create().reconstruct(frame);
      expect(tracks).toHaveLength(9);
      const { purity, efficiency, edgeTruePositiveRate, counts } = evaluate(tracks, frame);
      expect({ purity, efficiency, edgeTruePositiveRate }).toEqual({
        purity: 1,
        efficiency: 1,
        edgeTruePositiveRate: 1,
      });
      expect(counts.falsePositives).toBe(0);
    });

    it('finds nothing in empty frames and in single hits', async () => {
      expect(await create().reconstruct(frameOf([]))).toEqual([]);
      for (const layer of [0, 1, 2, 20]) expect(await create().reconstruct(frameOf([{ layer }]))).toEqual([]);
    });

    it('keeps single hits if asked', async () => {
      const tracks = await create({ minHits: 1 }).reconstruct(frameOf([{ layer: 1 }]));
      expect(tracks).toEqual([{ hits: Int32Array.of(0) }]);
    });

    it('leaves the frame alone', async () => {
      const frame = randomFrame(6, { particles: 20, deepest: 9 });
      const before = structuredClone(frame);
      await create().reconstruct(frame);
      expect(frame).toEqual(before);
    });

    it.each(badOptions)('refuses the options %j', (options, message) => {
      expect(() => create(options)).toThrow(InvalidArgumentError);
      expect(() => create(options)).toThrow(message);
    });

    it('refuses malformed frames', async () => {
      const frame = randomFrame(7);
      const broken = { ...frame, posX: frame.posX.map((x, i) => (i === 3 ? NaN : x)) };
      await expect(create().reconstruct(broken)).rejects.toThrow(InvalidArgumentError);
      await expect(create().reconstruct(broken)).rejects.toThrow(/hit 3 must have a finite position/);
    });
  });
}
