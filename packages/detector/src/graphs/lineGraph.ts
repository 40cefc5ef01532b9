import { InvalidArgumentError } from '@pct/core';
import type { HitGraph } from './hitGraph.js';

/** Options of {@link lineGraph}. */
export interface LineGraphOptions {
  /**
   * List every pair of segments in both directions, as the published edge counts do. False keeps only the
   * edges that lead from the deeper to the shallower segment.
   * @defaultValue `true`
   */
  readonly undirected?: boolean | undefined;
}

/**
 * Graph of a hit graph's edges: node e is the segment `hitGraph.sources[e]` → `hitGraph.targets[e]`, and
 * two segments are joined if one ends where the other starts.
 *
 * Edges are sorted by source, then target.
 */
export interface LineGraph {
  /** Number of edges of the hit graph. */
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** Whether every edge is listed in both directions. */
  readonly undirected: boolean;
  /** Segment that every edge leaves, [edges]. */
  readonly sources: Int32Array;
  /** Segment that every edge enters, [edges]; the shallower of the two where targets[i] > sources[i]. */
  readonly targets: Int32Array;
  /** Edges that leave segment e are rowOffsets[e] to rowOffsets[e + 1], exclusive; [nodes + 1]. */
  readonly rowOffsets: Int32Array;
}

const largestIndex = 2 ** 31 - 1;

/**
 * Joins consecutive segments a → b and b → c of a hit graph.
 *
 * @param graph - a hit graph
 * @param options - {@link LineGraphOptions}
 * @throws InvalidArgumentError if there would be 2³¹ edges or more
 * @see Kortus, Keidel and Gauger 2024, arXiv:2407.13420 (line graph transformation)
 */
export function lineGraph(graph: HitGraph, { undirected = true }: LineGraphOptions = {}): LineGraph {
  const { nodeCount: hitCount, edgeCount: nodeCount, sources: deeper, targets: shallower } = graph;
  const hitRows = graph.rowOffsets;
  // Segments that end in a hit: the deeper neighbours of every segment that leaves it.
  const incoming = new Int32Array(hitCount);
  for (let e = 0; e < nodeCount; e++) incoming[shallower[e]!]!++;

  const rowOffsets = new Int32Array(nodeCount + 1);
  let edgeCount = 0;
  for (let e = 0; e < nodeCount; e++) {
    const hit = shallower[e]!;
    edgeCount += hitRows[hit + 1]! - hitRows[hit]!;
    if (undirected) edgeCount += incoming[deeper[e]!]!;
    if (edgeCount > largestIndex) {
      throw new InvalidArgumentError(
        `lineGraph: the hit graph must have fewer than 2^31 pairs of consecutive segments, got more from ` +
          `${nodeCount} segments; build it with tighter angles or fewer primaries per frame`,
      );
    }
    rowOffsets[e + 1] = edgeCount;
  }

  const sources = new Int32Array(edgeCount);
  const targets = new Int32Array(edgeCount);
  // Deeper neighbours of a segment come in ascending order, so a count of those seen so far places the next.
  const seen = new Int32Array(undirected ? nodeCount : 0);
  for (let e = 0; e < nodeCount; e++) {
    const rowStart = rowOffsets[e]!;
    sources.fill(e, rowStart, rowOffsets[e + 1]);
    const hit = shallower[e]!;
    const last = hitRows[hit + 1]!;
    let position = undirected ? rowStart + incoming[deeper[e]!]! : rowStart;
    for (let next = hitRows[hit]!; next < last; next++) {
      targets[position++] = next;
      if (undirected) targets[rowOffsets[next]! + seen[next]!++] = e;
    }
  }
  return { nodeCount, edgeCount, undirected, sources, targets, rowOffsets };
}
