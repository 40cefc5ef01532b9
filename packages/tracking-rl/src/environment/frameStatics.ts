import { InvalidArgumentError } from '@pct/core';
import {
  digitalTrackingCalorimeter,
  hitGraph,
  type DetectorGeometry,
  type Frame,
  type HitGraph,
  type HitGraphOptions,
} from '@pct/detector';
import { lookAhead, type LookAhead } from './lookAhead.js';
import { NODE_FEATURES, SEGMENT_FEATURES, TYPICAL_KINK, WIDEST_KINK, type FrameStatics } from './types.js';

/** Most candidate segments of a frame: a hundred times those of a dense one, solved within seconds. */
const MOST_SEGMENTS = 2 ** 21;

/** Options of {@link frameStatics}. */
export interface FrameStaticsOptions extends HitGraphOptions {
  /**
   * Detector that the hits come from.
   * @defaultValue `digitalTrackingCalorimeter()`
   */
  readonly geometry?: DetectorGeometry | undefined;
}

/**
 * Prepares a frame for policies: its candidate segments, and normalised features.
 *
 * @param frame - one readout frame
 * @param options - {@link FrameStaticsOptions}
 * @throws InvalidArgumentError if the frame is malformed, deeper than the geometry or has more than 2²¹ candidate
 * segments, or an angle is out of range
 */
export function frameStatics(frame: Frame, options: FrameStaticsOptions = {}): FrameStatics {
  const { geometry = digitalTrackingCalorimeter(), maxAngleCalorimeter, maxAngleTracker } = options;
  const graph = hitGraph(frame, { maxAngleCalorimeter, maxAngleTracker });
  const deepest = frame.layers[0] ?? 0;
  if (deepest >= geometry.layers.length)
    throw new InvalidArgumentError(
      `frameStatics: layers of frame ${frame.index} must be below ${geometry.layers.length}, those of the geometry, ` +
        `got ${deepest}; pass the geometry that the hits come from`,
    );
  if (graph.edgeCount > MOST_SEGMENTS)
    throw new InvalidArgumentError(
      `frameStatics: frame ${frame.index} may have at most ${MOST_SEGMENTS} candidate segments, got ${graph.edgeCount}; ` +
        'lower maxAngleCalorimeter and maxAngleTracker, or put fewer primaries into a frame',
    );
  const tracker = geometry.layers.map(({ kind }) => kind === 'tracker');
  const directions = directionsOf(frame, graph);
  const ahead = lookAhead(graph, directions);
  return {
    frame,
    graph,
    offsets: graph.rowOffsets,
    nodeFeatures: nodeFeaturesOf(frame, tracker),
    segmentFeatures: segmentFeaturesOf(frame, graph, directions, ahead, tracker),
    directions,
    ahead,
  };
}

function directionsOf({ posX, posY, posZ }: Frame, { edgeCount, sources, targets }: HitGraph): Float64Array {
  const directions = new Float64Array(3 * edgeCount);
  for (let e = 0; e < edgeCount; e++) {
    const [deep, shallow] = [sources[e]!, targets[e]!];
    const dx = posX[shallow]! - posX[deep]!;
    const dy = posY[shallow]! - posY[deep]!;
    const dz = posZ[shallow]! - posZ[deep]!;
    const scale = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
    directions[3 * e] = dx * scale;
    directions[3 * e + 1] = dy * scale;
    directions[3 * e + 2] = dz * scale;
  }
  return directions;
}

function nodeFeaturesOf(frame: Frame, tracker: readonly boolean[]): Float32Array {
  const { count, clusterSize, edep, posX, posY, layer } = frame;
  const features = new Float32Array(count * NODE_FEATURES);
  const middle = Math.max(1, tracker.length - 1) / 2;
  for (let h = 0; h < count; h++) {
    const at = h * NODE_FEATURES;
    features[at] = clusterSize[h]! / 8;
    features[at + 1] = Math.log1p(Math.max(0, edep[h]!) / 0.06);
    features[at + 2] = posX[h]! / 100;
    features[at + 3] = posY[h]! / 100;
    features[at + 4] = layer[h]! / middle - 1;
    features[at + 5] = tracker[layer[h]!]! ? 1 : 0;
  }
  return features;
}

function segmentFeaturesOf(
  { posX, posY, posZ, layer }: Frame,
  graph: HitGraph,
  directions: Float64Array,
  { one, two }: LookAhead,
  tracker: readonly boolean[],
): Float32Array {
  const { edgeCount, sources, targets } = graph;
  const features = new Float32Array(edgeCount * SEGMENT_FEATURES);
  for (let e = 0; e < edgeCount; e++) {
    const [deep, shallow] = [sources[e]!, targets[e]!];
    const [ux, uy, uz] = [directions[3 * e]!, directions[3 * e + 1]!, directions[3 * e + 2]!];
    const dx = posX[shallow]! - posX[deep]!;
    const dy = posY[shallow]! - posY[deep]!;
    const dz = posZ[shallow]! - posZ[deep]!;
    const at = e * SEGMENT_FEATURES;
    features[at] = Math.log(dx * dx + dy * dy + dz * dz) / 2 - Math.log(5.5);
    features[at + 1] = ux / 0.1;
    features[at + 2] = uy / 0.1;
    features[at + 3] = Math.atan2(Math.sqrt(ux * ux + uy * uy), -uz) / 0.1;
    features[at + 4] = layer[shallow] === 0 ? 1 : 0;
    features[at + 5] = layer[shallow]! > 0 && tracker[layer[shallow]!]! ? 1 : 0;
    features[at + 6] = kinkFeature(one[e]!);
    features[at + 7] = kinkFeature(two[e]!);
  }
  return features;
}

/** A kink ahead, rad, on a scale that tells small ones apart; wide and missing ones are alike. */
function kinkFeature(kink: number): number {
  return Math.log1p(Math.min(kink, WIDEST_KINK) / TYPICAL_KINK);
}
