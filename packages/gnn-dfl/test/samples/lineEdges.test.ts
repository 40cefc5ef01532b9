import { InvalidArgumentError } from '@pct/core';
import { hitGraph, kinkAngles, lineGraph, type Frame } from '@pct/detector';
import { KinkEncoding } from '@pct/gnn-dfl';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { angleOfSquaredChord, lineEdges } from '../../src/samples/lineEdges.js';
import { lineSample } from '../../src/samples/lineSample.js';
import { frameOf, smallFrames } from '../support.js';

describe('lineEdges', () => {
  it.each([
    ['the usual masks', 0.4, 0.8],
    ['all angles', Math.PI / 2, Math.PI],
  ])('is lineGraph with kinkAngles, %s', async (_, mask, maxAngle) => {
    const encoding = new KinkEncoding({ maxAngle });
    for (const frame of await smallFrames(2, 7, 12)) {
      const graph = hitGraph(frame, { maxAngleCalorimeter: mask, maxAngleTracker: mask });
      const line = lineGraph(graph);
      const angles = kinkAngles(line, graph, frame);
      const { offsets, senders, positions, pairPositions } = lineEdges(frame, graph, encoding, Infinity);
      expect(offsets).toEqual(line.rowOffsets);
      expect(senders).toEqual(line.targets);
      const apart = positions.map((position, e) => Math.abs(position - encoding.position(angles[e]!)));
      // Places are float32, of which 2047 has steps of 1.2e-4.
      expect(apart.reduce((a, b) => Math.max(a, b), 0)).toBeLessThan(1.3e-4);
      expect([...pairPositions, ...pairPositions].sort()).toEqual([...positions].sort());
    }
  });

  it('counts before it makes arrays', () => {
    // 2 · 700³ edges would take some 50 GB.
    const layer = (z: number) => Array.from({ length: 700 }, (_, k) => [z, 1e-3 * k, 0, k] as const);
    const frame = frameOf([...layer(5), ...layer(4), ...layer(3)]);
    const graph = hitGraph(frame);
    const build = () => lineEdges(frame, graph, new KinkEncoding(), 1e6);
    expect(build).toThrow(InvalidArgumentError);
    expect(build).toThrow(
      'at most 1000000 edges, got 686000000 from 980000 segments of 2100 hits; lower maxAngleCalorimeter',
    );
  });

  it('has angles from chords', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 4, noNaN: true }), (squared) => {
        const exact = 2 * Math.asin(Math.min(1, Math.sqrt(squared) / 2));
        expect(Math.abs(angleOfSquaredChord(squared) - exact)).toBeLessThanOrEqual(1e-8 * exact);
      }),
    );
    expect(angleOfSquaredChord(4 + 1e-12)).toBeCloseTo(Math.PI, 6);
  });
});

describe('lineSample', () => {
  const encoding = new KinkEncoding({ channels: 8 });

  it('has the moments of the first layer’s input over all edges', async () => {
    const [frame] = (await smallFrames(1, 9, 12)) as [Frame];
    const graph = hitGraph(frame);
    const { sources, targets, edgeCount } = lineGraph(graph);
    const { features, firstMean, firstVariance, positions } = lineSample(frame, graph, encoding, Infinity);
    const perRoot = encoding.position(0.5) / Math.sqrt(0.5);
    const rows = Array.from({ length: edgeCount }, (_, e) => {
      const encoded = new Float64Array(8);
      encoding.encode((positions.data[e]! / perRoot) ** 2, encoded);
      const of = (segment: number) => features.data.subarray(8 * segment, 8 * segment + 8);
      return [...of(sources[e]!), ...of(targets[e]!), ...encoded];
    });
    for (let c = 0; c < 24; c++) {
      const mean = rows.reduce((sum, row) => sum + row[c]!, 0) / edgeCount;
      const variance = rows.reduce((sum, row) => sum + (row[c]! - mean) ** 2, 0) / edgeCount;
      expect(Math.abs(firstMean.data[c]! - mean)).toBeLessThan(1e-5 * Math.max(1, Math.abs(mean)));
      expect(Math.abs(firstVariance.data[c]! - variance)).toBeLessThan(1e-5 * Math.max(1, variance));
    }
  });

  it('is finite without edges', () => {
    const frame = frameOf([
      [4, 0, 0, 0],
      [3, 0, 0, 0],
    ]);
    const { senders, firstMean, firstVariance } = lineSample(frame, hitGraph(frame), encoding, 0);
    expect(senders.data.length).toBe(0);
    expect([...firstMean.data]).toEqual(new Array(24).fill(0));
    expect([...firstVariance.data]).toEqual(new Array(24).fill(1));
  });
});
