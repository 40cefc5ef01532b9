import { InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { edgeLabels } from '../../src/graphs/edgeValues.js';
import { hitGraph } from '../../src/graphs/hitGraph.js';
import { frameOf, randomFrame } from './frames.js';

describe('edgeLabels', () => {
  it('marks edges within one event, secondaries included', () => {
    const frame = frameOf([
      { layer: 5, event: 7 },
      { layer: 4, event: 7, parent: 1 },
      { layer: 4, event: 8, x: 0.5 },
    ]);
    expect([...edgeLabels(hitGraph(frame), frame)]).toEqual([1, 0]);
  });

  it('refuses the graph of another frame', () => {
    const frame = randomFrame(5);
    const graph = hitGraph(randomFrame(5, { particles: 7 }));
    expect(() => edgeLabels(graph, frame)).toThrow(InvalidArgumentError);
    expect(() => edgeLabels(graph, frame)).toThrow(
      /edgeLabels: the hit graph must be built from the given frame/,
    );
  });
});
