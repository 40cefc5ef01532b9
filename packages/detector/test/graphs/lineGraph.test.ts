import { InvalidArgumentError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kinkAngles } from '../../src/graphs/edgeValues.js';
import { hitGraph } from '../../src/graphs/hitGraph.js';
import { lineGraph } from '../../src/graphs/lineGraph.js';
import { angleBetween, difference, frameOf, randomFrame } from './frames.js';

describe('lineGraph', () => {
  const frame = frameOf([{ layer: 5 }, { layer: 4, x: -0.5 }, { layer: 4, x: 0.5 }, { layer: 3 }]);
  const graph = hitGraph(frame); // segments 0→1, 0→2, 1→3, 2→3

  it('joins consecutive segments in both directions', () => {
    const line = lineGraph(graph);
    expect(line).toMatchObject({ nodeCount: 4, edgeCount: 4, undirected: true });
    expect([...line.sources]).toEqual([0, 1, 2, 3]);
    expect([...line.targets]).toEqual([2, 3, 0, 1]);
    expect([...line.rowOffsets]).toEqual([0, 1, 2, 3, 4]);
  });

  it('joins them from deep to shallow only, if asked', () => {
    const line = lineGraph(graph, { undirected: false });
    expect([...line.sources]).toEqual([0, 1]);
    expect([...line.targets]).toEqual([2, 3]);
    expect([...line.rowOffsets]).toEqual([0, 1, 2, 2, 2]);
  });

  it('agrees with the definition over all pairs of segments, with their angles', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        (seed, particles, undirected) => {
          const hits = randomFrame(seed, { particles, deepest: 6, kink: 0.08 });
          const segments = hitGraph(hits);
          const line = lineGraph(segments, { undirected });
          const angles = kinkAngles(line, segments, hits);
          const expected: number[][] = [];
          const expectedAngles: number[] = [];
          for (let e = 0; e < segments.edgeCount; e++) {
            for (let f = 0; f < segments.edgeCount; f++) {
              const forward = segments.targets[e] === segments.sources[f];
              const backward = undirected && segments.targets[f] === segments.sources[e];
              if (!forward && !backward) continue;
              expected.push([e, f]);
              expectedAngles.push(
                angleBetween(
                  difference(hits, segments.targets[e]!, segments.sources[e]!),
                  difference(hits, segments.targets[f]!, segments.sources[f]!),
                ),
              );
            }
          }
          expect(Array.from(line.sources, (e, i) => [e, line.targets[i]!])).toEqual(expected);
          expect(line.rowOffsets[line.nodeCount]).toBe(line.edgeCount);
          for (let e = 0; e < line.nodeCount; e++) {
            const row = line.sources.subarray(line.rowOffsets[e], line.rowOffsets[e + 1]);
            expect(row.every((source) => source === e)).toBe(true);
          }
          expect(angles).toHaveLength(expectedAngles.length);
          angles.forEach((angle, i) => expect(angle).toBeCloseTo(expectedAngles[i]!, 12));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is empty without segments', () => {
    const empty = lineGraph(hitGraph(frameOf([])));
    expect(empty).toMatchObject({ nodeCount: 0, edgeCount: 0 });
    expect([...empty.rowOffsets]).toEqual([0]);
  });

  it('refuses a graph with too many pairs', () => {
    // 50 000 segments into one hit and 50 000 out of it: 2.5e9 pairs.
    const half = 50_000;
    const nodeCount = 2 * half + 1;
    const rowOffsets = Int32Array.from({ length: nodeCount + 1 }, (_, i) => (i <= half ? i : 2 * half));
    const huge = {
      nodeCount,
      edgeCount: 2 * half,
      sources: Int32Array.from({ length: 2 * half }, (_, e) => Math.min(e, half)),
      targets: Int32Array.from({ length: 2 * half }, (_, e) => (e < half ? half : e + 1)),
      rowOffsets,
      layerPairs: Int32Array.of(2, 1, 1, 0),
      edgeOffsets: Int32Array.of(0, half, 2 * half),
      nodeOffsets: Int32Array.of(0, half, half + 1, nodeCount),
    };
    expect(() => lineGraph(huge)).toThrow(InvalidArgumentError);
    expect(() => lineGraph(huge, { undirected: false })).toThrow(/fewer than 2\^31 pairs/);
  });
});

describe('kinkAngles', () => {
  it('is exact for angles too small for acos', () => {
    const kink = 1e-7;
    const frame = frameOf([{ layer: 5, x: 5.5 * kink }, { layer: 4 }, { layer: 3 }]);
    const graph = hitGraph(frame);
    const [angle] = kinkAngles(lineGraph(graph, { undirected: false }), graph, frame);
    expect(Math.abs(angle! - kink) / kink).toBeLessThan(1e-6);
  });

  it('refuses graphs and frames that do not belong together', () => {
    const frame = randomFrame(1);
    const graph = hitGraph(frame);
    const line = lineGraph(graph);
    const other = randomFrame(2, { particles: 3 });
    expect(() => kinkAngles(line, graph, other)).toThrow(InvalidArgumentError);
    expect(() => kinkAngles(line, graph, other)).toThrow(
      /kinkAngles: the hit graph must be built from the given frame/,
    );
    const narrow = hitGraph(frame, { maxAngleCalorimeter: 0.01 });
    expect(() => kinkAngles(line, narrow, frame)).toThrow(
      /line must have one node per edge of the hit graph/,
    );
  });
});
