import { InvalidArgumentError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/frame.js';
import { hitGraph } from '../../src/graphs/hitGraph.js';
import { angleBetween, difference, frameOf, randomFrame, zOf } from './frames.js';

/** Edges by the definition, over all pairs of hits. */
function allPairs(frame: Frame, calorimeter: number, tracker: number): [number, number][] {
  const edges: [number, number][] = [];
  for (let i = 0; i < frame.count; i++) {
    for (let j = 0; j < frame.count; j++) {
      if (frame.layer[j] !== frame.layer[i]! - 1) continue;
      const angle = angleBetween(difference(frame, i, j), [0, 0, 1]);
      if (angle < (frame.layer[i]! < 3 ? tracker : calorimeter)) edges.push([i, j]);
    }
  }
  return edges;
}

describe('hitGraph', () => {
  it('joins hits of adjacent layers below the mask', () => {
    // 5.5 mm between calorimeter layers: 2.3 mm aside is 396 mrad, 2.4 mm is 412 mrad.
    const frame = frameOf([{ layer: 5 }, { layer: 4, x: 2.3 }, { layer: 4, y: 2.4 }, { layer: 3 }]);
    const graph = hitGraph(frame);
    expect([...graph.sources]).toEqual([0, 1]);
    expect([...graph.targets]).toEqual([1, 3]);
    expect([...graph.rowOffsets]).toEqual([0, 1, 2, 2, 2]);
    expect([...graph.layerPairs]).toEqual([5, 4, 4, 3]);
    expect([...graph.edgeOffsets]).toEqual([0, 1, 2]);
    expect([...graph.nodeOffsets]).toEqual([0, 1, 3, 4]);
  });

  it.each([
    [3, 0.3, 1],
    [2, 0.3, 0],
    [2, 0.19, 1],
    [1, 0.21, 0],
    [1, 0.19, 1],
  ])('chooses the mask by the deeper end: layer %i at %f rad gives %i edges', (deeper, angle, edges) => {
    const x = Math.tan(angle) * (zOf(deeper) - zOf(deeper - 1));
    expect(hitGraph(frameOf([{ layer: deeper, x }, { layer: deeper - 1 }])).edgeCount).toBe(edges);
  });

  it('keeps every pair of adjacent layers at π/2', () => {
    const frame = randomFrame(1, { particles: 5, deepest: 4 });
    const sizes = [...frame.layers].map((_, k) => frame.layerOffsets[k + 1]! - frame.layerOffsets[k]!);
    const pairs = sizes.slice(1).reduce((sum, size, k) => sum + size * sizes[k]!, 0);
    const open = hitGraph(frame, { maxAngleCalorimeter: Math.PI / 2, maxAngleTracker: Math.PI / 2 });
    expect(open.edgeCount).toBe(pairs);
  });

  it('lists the targets of a hit in ascending order, few or many', () => {
    for (const count of [10, 500]) {
      // Neighbours in x are far apart in the frame.
      const layer = Array.from({ length: count }, (_, k) => ({ layer: 4, x: ((k * 7919) % count) / count }));
      const { targets } = hitGraph(frameOf([{ layer: 5 }, ...layer]), { maxAngleCalorimeter: Math.PI / 2 });
      expect([...targets]).toEqual(layer.map((_, k) => k + 1));
    }
  });

  it('drops segments that do not advance along +z', () => {
    expect(
      hitGraph(
        frameOf([
          { layer: 4, z: 1 },
          { layer: 3, z: 1 },
        ]),
      ).edgeCount,
    ).toBe(0);
    expect(
      hitGraph(
        frameOf([
          { layer: 4, z: 1 },
          { layer: 3, z: 2 },
        ]),
      ).edgeCount,
    ).toBe(0);
  });

  it('agrees with the definition over all pairs', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 7 }),
        fc.double({ min: 0.01, max: 1.5, noNaN: true }),
        fc.double({ min: 0.01, max: 1.5, noNaN: true }),
        (seed, particles, deepest, calorimeter, tracker) => {
          const frame = randomFrame(seed, { particles, deepest, kink: 0.1 });
          const graph = hitGraph(frame, { maxAngleCalorimeter: calorimeter, maxAngleTracker: tracker });
          const edges = Array.from(graph.sources, (source, e) => [source, graph.targets[e]!]);
          expect(edges).toEqual(allPairs(frame, calorimeter, tracker));
          for (let i = 0; i < frame.count; i++) {
            const row = graph.sources.subarray(graph.rowOffsets[i], graph.rowOffsets[i + 1]);
            expect(row.every((source) => source === i)).toBe(true);
          }
          expect(graph.rowOffsets[frame.count]).toBe(graph.edgeCount);
          for (let k = 0; k + 1 < frame.layers.length; k++) {
            expect(graph.edgeOffsets[k]).toBe(graph.rowOffsets[frame.layerOffsets[k]!]);
            expect(graph.edgeOffsets[k + 1]).toBe(graph.rowOffsets[frame.layerOffsets[k + 1]!]);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('has no edges for frames of no or one layer', () => {
    expect(hitGraph(frameOf([]))).toMatchObject({ nodeCount: 0, edgeCount: 0 });
    const graph = hitGraph(frameOf([{ layer: 1 }, { layer: 1, x: 3 }]));
    expect([...graph.rowOffsets]).toEqual([0, 0, 0]);
    expect([...graph.edgeOffsets]).toEqual([0]);
  });

  it('leaves the frame alone and keeps none of its arrays', () => {
    const frame = randomFrame(3);
    const before = structuredClone(frame);
    const graph = hitGraph(frame);
    expect(frame).toEqual(before);
    expect(graph.nodeOffsets).not.toBe(frame.layerOffsets);
  });

  it('refuses angles outside (0, π/2]', () => {
    const frame = frameOf([]);
    for (const bad of [0, -0.1, 1.6, NaN, Infinity]) {
      expect(() => hitGraph(frame, { maxAngleTracker: bad })).toThrow(InvalidArgumentError);
      expect(() => hitGraph(frame, { maxAngleCalorimeter: bad })).toThrow(/hitGraph: maxAngleCalorimeter/);
    }
  });

  it('refuses malformed frames', () => {
    const frame = frameOf([{ layer: 4 }, { layer: 3 }]);
    const broken: [Partial<Frame>, RegExp][] = [
      [{ layers: Int32Array.of(4, 2) }, /layers must descend one by one, got 2 after 4/],
      [{ layers: Int32Array.of(5, 4) }, /hit 0 must be in layer 5 by layerOffsets, got layer 4/],
      [{ layerOffsets: Int32Array.of(0, 2) }, /layerOffsets must run from 0 to 2 in 3 entries, got \[0, 2\]/],
      [{ layerOffsets: Int32Array.of(0, 0, 2) }, /layer 4 must have a hit, got the range 0 to 0/],
      [{ posX: Float64Array.of(0) }, /every column must have length 2 \(count\), got one of length 1/],
      [{ posY: Float64Array.of(0, NaN) }, /hit 1 must have a finite position and edep/],
      [{ edep: Float64Array.of(Infinity, 1) }, /hit 0 must have a finite position and edep/],
    ];
    for (const [change, message] of broken) {
      expect(() => hitGraph({ ...frame, ...change })).toThrow(InvalidArgumentError);
      expect(() => hitGraph({ ...frame, ...change })).toThrow(message);
    }
    const negative = frameOf([{ layer: 0 }, { layer: -1 }]);
    expect(() => hitGraph(negative)).toThrow(/layers must not be negative, got -1/);
  });
});
