import type { Frame, HitGraph } from '@pct/detector';
import type { NdArray } from '@pct/tensor';
import type { KinkEncoding } from '../model/encoding.js';
import { lineEdges } from './lineEdges.js';

/** Features of a segment: deposits (MeV) and positions (mm) of its deeper and its shallower hit. */
export const SEGMENT_FEATURES = 8;

/** Arrays of one frame for the fused message pass: segments are nodes, pairs of consecutive ones are edges. */
export interface LineSample<Leaf = NdArray> {
  /** Deposits of both ends, MeV, and positions of the deeper and the shallower one, mm; float32 [segments, 8]. */
  readonly features: Leaf;
  /** Mean of the first layer's input over the edges, [channels of both segments and the encoding]. */
  readonly firstMean: Leaf;
  /** Mean square deviation, [channels]. */
  readonly firstVariance: Leaf;
  /** Edges of segment i are offsets[i] to offsets[i + 1]; int32 [segments + 1]. */
  readonly offsets: Leaf;
  /** Segment that sends along every edge, int32 [edges]. */
  readonly senders: Leaf;
  /** Kink angle of every edge as a place in the encoding's table, float32 [edges]. */
  readonly positions: Leaf;
}

/**
 * Prepares a frame for the line network.
 *
 * @param mostEdges - that the network can take
 * @throws InvalidArgumentError if there are more
 */
export function lineSample(
  frame: Frame,
  graph: HitGraph,
  encoding: KinkEncoding,
  mostEdges: number,
): LineSample {
  const { offsets, senders, positions, pairPositions } = lineEdges(frame, graph, encoding, mostEdges);
  const features = segmentFeatures(frame, graph);
  // Every edge has its reverse: a segment receives as often as it sends, and pairs have the moments of all edges.
  const degrees = Float64Array.from({ length: graph.edgeCount }, (_, e) => offsets[e + 1]! - offsets[e]!);
  const ends = columnMoments(features, SEGMENT_FEATURES, degrees);
  const encoded = encoding.moments(pairPositions);
  const joined = (key: 'mean' | 'variance'): NdArray =>
    vector(Float32Array.of(...ends[key], ...ends[key], ...encoded[key]));
  return {
    features: { data: features, shape: [graph.edgeCount, SEGMENT_FEATURES] },
    firstMean: joined('mean'),
    firstVariance: joined('variance'),
    offsets: vector(offsets),
    senders: vector(senders),
    positions: vector(positions),
  };
}

function vector(data: Float32Array | Int32Array): NdArray {
  return { data, shape: [data.length] };
}

/** Deposits and positions of both ends of every segment, [segments, 8]. */
export function segmentFeatures(frame: Frame, { edgeCount, sources, targets }: HitGraph): Float32Array {
  const { edep, posX, posY, posZ } = frame;
  const features = new Float32Array(edgeCount * SEGMENT_FEATURES);
  for (let e = 0; e < edgeCount; e++) {
    const deep = sources[e]!;
    const shallow = targets[e]!;
    const at = e * SEGMENT_FEATURES;
    features[at] = edep[deep]!;
    features[at + 1] = edep[shallow]!;
    features[at + 2] = posX[deep]!;
    features[at + 3] = posY[deep]!;
    features[at + 4] = posZ[deep]!;
    features[at + 5] = posX[shallow]!;
    features[at + 6] = posY[shallow]!;
    features[at + 7] = posZ[shallow]!;
  }
  return features;
}

/** Weighted mean and mean square deviation of the columns of a matrix; zeros and ones without any weight. */
function columnMoments(
  matrix: Float32Array,
  columns: number,
  weights: Float64Array,
): { mean: Float64Array; variance: Float64Array } {
  const mean = new Float64Array(columns);
  const variance = new Float64Array(columns);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return { mean, variance: variance.fill(1) };
  for (let row = 0; row < weights.length; row++) {
    const share = weights[row]! / total;
    for (let c = 0; c < columns; c++) mean[c]! += share * matrix[row * columns + c]!;
  }
  for (let row = 0; row < weights.length; row++) {
    const share = weights[row]! / total;
    for (let c = 0; c < columns; c++) {
      const apart = matrix[row * columns + c]! - mean[c]!;
      variance[c]! += share * apart * apart;
    }
  }
  return { mean, variance };
}
