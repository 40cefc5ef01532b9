import { InvalidArgumentError } from '@pct/core';
import type { Frame } from '../frame.js';
import type { HitGraph } from './hitGraph.js';
import type { LineGraph } from './lineGraph.js';

/**
 * Truth of every edge of a hit graph: 1 if both ends belong to the same primary's event, else 0.
 *
 * @param graph - a hit graph
 * @param frame - the frame that it was built from
 * @returns labels, [edges]
 * @throws InvalidArgumentError if the graph is not one of this frame
 * @see Kortus, Keidel and Gauger 2024, arXiv:2407.13420 (edge labels; secondaries carry their primary's label)
 */
export function edgeLabels(graph: HitGraph, frame: Frame): Uint8Array {
  checkSameHits('edgeLabels', graph, frame);
  const { edgeCount, sources, targets } = graph;
  const { eventID } = frame;
  const labels = new Uint8Array(edgeCount);
  for (let e = 0; e < edgeCount; e++) labels[e] = eventID[sources[e]!] === eventID[targets[e]!] ? 1 : 0;
  return labels;
}

/**
 * Angle between the two segments that every edge of a line graph joins.
 *
 * @param line - a line graph
 * @param graph - the hit graph that it was built from
 * @param frame - the frame that the hit graph was built from
 * @returns angles in rad, in [0, π], [edges]
 * @throws InvalidArgumentError if the graphs and the frame do not belong together
 */
export function kinkAngles(line: LineGraph, graph: HitGraph, frame: Frame): Float64Array {
  checkSameHits('kinkAngles', graph, frame);
  if (line.nodeCount !== graph.edgeCount) {
    throw new InvalidArgumentError(
      `kinkAngles: line must have one node per edge of the hit graph (${graph.edgeCount}), got ${line.nodeCount}; ` +
        'pass the hit graph that lineGraph was given',
    );
  }
  const directions = segmentDirections(graph, frame);
  const { nodeCount, sources, targets, rowOffsets, undirected } = line;
  const angles = new Float64Array(line.edgeCount);
  const seen = new Int32Array(undirected ? nodeCount : 0);
  for (let i = 0; i < line.edgeCount; i++) {
    const deep = sources[i]!;
    const shallow = targets[i]!;
    if (shallow < deep) continue;
    const dx = directions[3 * deep]! - directions[3 * shallow]!;
    const dy = directions[3 * deep + 1]! - directions[3 * shallow + 1]!;
    const dz = directions[3 * deep + 2]! - directions[3 * shallow + 2]!;
    const angle = angleOfChord(Math.sqrt(dx * dx + dy * dy + dz * dz));
    angles[i] = angle;
    // The mirrored edge: a row starts with its deeper neighbours, in ascending order.
    if (undirected) angles[rowOffsets[shallow]! + seen[shallow]!++] = angle;
  }
  return angles;
}

/** Angle between two unit vectors that are `chord` apart; unlike acos, exact for small angles. */
export function angleOfChord(chord: number): number {
  return 2 * Math.asin(Math.min(1, chord / 2));
}

/** Unit vectors from the deeper to the shallower end, [edges, 3]. */
function segmentDirections(graph: HitGraph, frame: Frame): Float64Array {
  const { edgeCount, sources, targets } = graph;
  const { posX, posY, posZ } = frame;
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

/** Throws unless the graph has the frame's hits and layers. */
export function checkSameHits(caller: string, graph: HitGraph, frame: Frame): void {
  const { nodeOffsets } = graph;
  const same =
    graph.nodeCount === frame.count &&
    nodeOffsets.length === frame.layerOffsets.length &&
    nodeOffsets.every((offset, k) => offset === frame.layerOffsets[k]);
  if (!same) {
    throw new InvalidArgumentError(
      `${caller}: the hit graph must be built from the given frame, got ${graph.nodeCount} nodes in ` +
        `${nodeOffsets.length - 1} layers for ${frame.count} hits in ${frame.layerOffsets.length - 1} layers`,
    );
  }
}
