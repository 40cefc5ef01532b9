import { createRng } from '@pct/core';
import type { Frame, HitGraph } from '@pct/detector';
import {
  concat,
  float32,
  gather,
  int32,
  sigmoid,
  squeeze,
  type NdArray,
  type Tensor,
  type TensorSpec,
} from '@pct/tensor';
import { checkEdges, mostEdgesOfPlain } from '../samples/limits.js';
import { aggregate, type Aggregation } from './aggregate.js';
import type { InteractionParameters } from './lineNetwork.js';
import { objectModel, objectParameters, relational, relationalParameters } from './relational.js';
import type { GraphSample, TrackingNetwork } from './types.js';

/** Features of a hit: cluster size, x, y, z. */
const HIT_FEATURES = 4;
/** Features of a segment: length, azimuth, angle to the beam. */
const EDGE_FEATURES = 3;

/** Cluster size of a deposit of 60 keV, which the feature is divided by. */
const CLUSTER_UNIT = 7.967;
/** What x and y are divided by, mm. */
const POSITION_UNIT = 1000;

/** What defines a hit network; see {@link InteractionNetworkOptions}. */
export interface HitSettings {
  readonly hidden: number;
  readonly aggregation: Aggregation;
  readonly doubleSigmoid: boolean;
}

/**
 * The network whose nodes are hits: messages run along segments to their shallower end, and a segment's score comes
 * from the new states of its ends and its message.
 */
export function hitNetwork({ hidden, aggregation, doubleSigmoid }: HitSettings): Omit<
  TrackingNetwork,
  'architecture' | 'prepare'
> & {
  readonly sample: (frame: Frame, graph: HitGraph) => GraphSample;
} {
  return {
    initialize(seed) {
      const rng = typeof seed === 'number' ? createRng(seed) : seed;
      return {
        message: relationalParameters(2 * HIT_FEATURES + EDGE_FEATURES, hidden, hidden, rng),
        object: objectParameters(HIT_FEATURES + hidden, hidden, hidden, rng),
        score: relationalParameters(3 * hidden, hidden, 1, rng),
      };
    },
    sampleSpecs: {
      hits: float32('hits', HIT_FEATURES),
      segments: float32('segments', EDGE_FEATURES),
      receivers: int32('segments'),
      senders: int32('segments'),
    } satisfies GraphSample<TensorSpec>,
    sample(frame, graph) {
      checkEdges(graph.edgeCount, mostEdgesOfPlain(3 * hidden), `${graph.nodeCount} hits`);
      return {
        hits: hitFeatures(frame),
        segments: edgeFeatures(frame, graph),
        receivers: { data: graph.targets, shape: [graph.edgeCount] },
        senders: { data: graph.sources, shape: [graph.edgeCount] },
      };
    },
    logits({ message, object, score }: InteractionParameters, sample: GraphSample<Tensor>): Tensor {
      const { hits, segments, receivers, senders } = sample;
      const ends = [receivers!, senders!];
      const messages = relational(message, concat([...ends.map((end) => gather(hits!, end)), segments!], 1));
      const received = aggregate(aggregation, messages, receivers!, hits!.shape[0]!);
      const states = objectModel(object, concat([hits!, received], 1));
      const scored = relational(score, concat([...ends.map((end) => gather(states, end)), messages], 1));
      const logits = squeeze(scored, 1);
      return doubleSigmoid ? sigmoid(logits) : logits;
    },
  };
}

function hitFeatures({ count, clusterSize, posX, posY, posZ }: Frame): NdArray {
  const data = new Float32Array(count * HIT_FEATURES);
  for (let i = 0; i < count; i++) {
    data[i * HIT_FEATURES] = clusterSize[i]! / CLUSTER_UNIT;
    data[i * HIT_FEATURES + 1] = posX[i]! / POSITION_UNIT;
    data[i * HIT_FEATURES + 2] = posY[i]! / POSITION_UNIT;
    data[i * HIT_FEATURES + 3] = posZ[i]!;
  }
  return { data, shape: [count, HIT_FEATURES] };
}

/** Spherical coordinates of the step from the deeper to the shallower end, with the beam's direction as axis. */
function edgeFeatures({ posX, posY, posZ }: Frame, { edgeCount, sources, targets }: HitGraph): NdArray {
  const data = new Float32Array(edgeCount * EDGE_FEATURES);
  for (let e = 0; e < edgeCount; e++) {
    const [deep, shallow] = [sources[e]!, targets[e]!];
    const dx = posX[deep]! - posX[shallow]!;
    const dy = posY[deep]! - posY[shallow]!;
    const dz = posZ[deep]! - posZ[shallow]!;
    const length = Math.hypot(dx, dy, dz);
    data[e * EDGE_FEATURES] = length;
    data[e * EDGE_FEATURES + 1] = Math.atan2(dy, dx);
    data[e * EDGE_FEATURES + 2] = Math.acos(dz / length);
  }
  return { data, shape: [edgeCount, EDGE_FEATURES] };
}
