import type { HitGraph, Track } from '@pct/detector';

/**
 * Tracks from chosen segments: every hit that no segment leads to starts one.
 *
 * @param graph - a hit graph
 * @param chosen - 1 for chosen segments, at most one to and one from every hit; [segments]
 * @param minHits - tracks with fewer hits are left out
 * @returns tracks by their first hit, deepest layer first
 */
export function walk(graph: HitGraph, chosen: ArrayLike<number>, minHits: number): Track[] {
  const { nodeCount, edgeCount, sources, targets } = graph;
  const next = new Int32Array(nodeCount).fill(-1);
  const entered = new Uint8Array(nodeCount);
  for (let e = 0; e < edgeCount; e++) {
    if (chosen[e] !== 1) continue;
    next[sources[e]!] = targets[e]!;
    entered[targets[e]!] = 1;
  }
  const tracks: Track[] = [];
  for (let start = 0; start < nodeCount; start++) {
    if (entered[start] === 1) continue;
    const hits: number[] = [];
    for (let hit = start; hit >= 0; hit = next[hit]!) hits.push(hit);
    if (hits.length >= minHits) tracks.push({ hits: Int32Array.from(hits) });
  }
  return tracks;
}
