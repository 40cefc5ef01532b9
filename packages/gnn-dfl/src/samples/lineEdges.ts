import type { Frame, HitGraph } from '@pct/detector';
import type { KinkEncoding } from '../model/encoding.js';
import { checkEdges } from './limits.js';

/** Pairs of consecutive segments, each listed once per direction and sorted by receiver, then sender. */
export interface LineEdges {
  /** Edges of segment i are offsets[i] to offsets[i + 1]; [segments + 1]. */
  readonly offsets: Int32Array;
  /** Segment that sends along every edge, [edges]. */
  readonly senders: Int32Array;
  /** Kink angle of every edge as a place in the table of the encoding, [edges]. */
  readonly positions: Float32Array;
  /** The same of every pair, [edges / 2]. */
  readonly pairPositions: Float32Array;
}

/**
 * `lineGraph`, `kinkAngles` and `KinkEncoding.positions` in one pass, which computes the angle of a pair once.
 *
 * @param mostEdges - that the network can take
 * @throws InvalidArgumentError if there are more
 */
export function lineEdges(
  frame: Frame,
  graph: HitGraph,
  encoding: KinkEncoding,
  mostEdges: number,
): LineEdges {
  const { edgeCount: segments, sources: deeper, targets: shallower, rowOffsets: leaving } = graph;
  const arriving = countArrivals(graph, mostEdges);
  const offsets = new Int32Array(segments + 1);
  for (let e = 0; e < segments; e++) {
    const hit = shallower[e]!;
    offsets[e + 1] = offsets[e]! + leaving[hit + 1]! - leaving[hit]! + arriving[deeper[e]!]!;
  }
  const edges = offsets[segments]!;
  const senders = new Int32Array(edges);
  const positions = new Float32Array(edges);
  const pairPositions = new Float32Array(edges / 2);
  const directions = segmentDirections(frame, graph);
  // A row starts with the deeper neighbours of its segment; they come in ascending order, so a count places them.
  const seen = new Int32Array(segments);
  let pair = 0;
  for (let deep = 0; deep < segments; deep++) {
    const x = directions[3 * deep]!;
    const y = directions[3 * deep + 1]!;
    const z = directions[3 * deep + 2]!;
    const hit = shallower[deep]!;
    const end = leaving[hit + 1]!;
    let own = offsets[deep]! + arriving[deeper[deep]!]!;
    for (let shallow = leaving[hit]!; shallow < end; shallow++) {
      const dx = x - directions[3 * shallow]!;
      const dy = y - directions[3 * shallow + 1]!;
      const dz = z - directions[3 * shallow + 2]!;
      const position = encoding.position(angleOfSquaredChord(dx * dx + dy * dy + dz * dz));
      const mirrored = offsets[shallow]! + seen[shallow]!++;
      senders[own] = shallow;
      positions[own++] = position;
      senders[mirrored] = deep;
      positions[mirrored] = position;
      pairPositions[pair++] = position;
    }
  }
  return { offsets, senders, positions, pairPositions };
}

/**
 * How many segments end in every hit, [hits].
 *
 * @throws InvalidArgumentError if there are more than `mostEdges` edges between consecutive segments
 */
export function countArrivals(graph: HitGraph, mostEdges: number): Int32Array {
  const { nodeCount, edgeCount, targets, rowOffsets } = graph;
  const arriving = new Int32Array(nodeCount);
  for (let e = 0; e < edgeCount; e++) arriving[targets[e]!]!++;
  let edges = 0;
  for (let hit = 0; hit < nodeCount; hit++)
    edges += 2 * arriving[hit]! * (rowOffsets[hit + 1]! - rowOffsets[hit]!);
  checkEdges(edges, mostEdges, `${edgeCount} segments of ${nodeCount} hits`);
  return arriving;
}

/** Unit vectors from the deeper to the shallower end, [segments, 3]. */
function segmentDirections(
  { posX, posY, posZ }: Frame,
  { edgeCount, sources, targets }: HitGraph,
): Float64Array {
  const directions = new Float64Array(3 * edgeCount);
  for (let e = 0; e < edgeCount; e++) {
    const source = sources[e]!;
    const target = targets[e]!;
    const dx = posX[target]! - posX[source]!;
    const dy = posY[target]! - posY[source]!;
    const dz = posZ[target]! - posZ[source]!;
    const scale = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
    directions[3 * e] = dx * scale;
    directions[3 * e + 1] = dy * scale;
    directions[3 * e + 2] = dz * scale;
  }
  return directions;
}

/** Up to c² / 4 of this, which is an angle of 0.8 rad, the series is right to 1e-8. */
const SERIES_END = 0.16;

/** Angle between two unit vectors from the square of their distance c: 2 asin(c / 2), small ones by a series. */
export function angleOfSquaredChord(squared: number): number {
  const chord = Math.sqrt(squared);
  const q = squared / 4;
  if (q > SERIES_END) return 2 * Math.asin(Math.min(1, chord / 2));
  let sum = 143 / 10240;
  sum = sum * q + 231 / 13312;
  sum = sum * q + 63 / 2816;
  sum = sum * q + 35 / 1152;
  sum = sum * q + 5 / 112;
  sum = sum * q + 3 / 40;
  sum = sum * q + 1 / 6;
  return chord * (1 + q * sum);
}
