import { createRng, type Rng } from '@pct/core';
import { kinkAngles, lineGraph, type Frame, type HitGraph } from '@pct/detector';
import {
  add,
  cast,
  concat,
  constant,
  cos,
  div,
  expandDims,
  float32,
  gather,
  int32,
  matmul,
  mul,
  reshape,
  sin,
  slice,
  sqrt,
  squeeze,
  stack,
  sub,
  type NdArray,
  type Tensor,
  type TensorSpec,
} from '@pct/tensor';
import { EPSILON } from '../message/batchNorm.js';
import { fusedMessages } from '../message/fusedMessages.js';
import { mostEdgesOf } from '../message/memory.js';
import { countArrivals } from '../samples/lineEdges.js';
import { lineSample, segmentFeatures, SEGMENT_FEATURES } from '../samples/lineSample.js';
import { mostEdgesOfPlain } from '../samples/limits.js';
import { aggregate, type Aggregation } from './aggregate.js';
import type { KinkEncoding } from './encoding.js';
import {
  objectModel,
  objectParameters,
  relational,
  relationalParameters,
  SLOPE,
  type NormedDense,
  type ObjectParameters,
  type RelationalParameters,
} from './relational.js';
import type { TrackingNetwork } from './types.js';

/** Parameters of an interaction network. */
export interface InteractionParameters<Leaf = Tensor> {
  /** R₁: both ends and the edge between them to a message. */
  readonly message: RelationalParameters<Leaf>;
  /** O: a node and what it received to its new state. */
  readonly object: ObjectParameters<Leaf>;
  /** R₂: to the logit of a segment. */
  readonly score: RelationalParameters<Leaf>;
}

/** What defines a line network; see {@link InteractionNetworkOptions}. */
export interface LineSettings {
  readonly hidden: number;
  readonly aggregation: Aggregation;
  readonly messages: 'fused' | 'plain';
  readonly encoding: KinkEncoding;
}

type Sample<Leaf> = Readonly<Record<string, Leaf>>;

/** The network whose nodes are segments. */
export function lineNetwork(settings: LineSettings): Omit<TrackingNetwork, 'architecture' | 'prepare'> & {
  readonly sample: (frame: Frame, graph: HitGraph) => Sample<NdArray>;
} {
  const { hidden, encoding } = settings;
  const inputs = 2 * SEGMENT_FEATURES + encoding.channels;
  return {
    initialize: (seed) => parametersOf(typeof seed === 'number' ? createRng(seed) : seed, inputs, hidden),
    ...(settings.messages === 'fused' ? fused(settings, inputs) : plain(settings)),
  };
}

function parametersOf(rng: Rng, inputs: number, hidden: number): InteractionParameters<NdArray> {
  return {
    message: relationalParameters(inputs, hidden, hidden, rng),
    object: objectParameters(SEGMENT_FEATURES + hidden, hidden, hidden, rng),
    score: relationalParameters(hidden, hidden, 1, rng),
  };
}

/** Logits of the segments from their features and what they received. */
function scoresOf({ object, score }: InteractionParameters, features: Tensor, received: Tensor): Tensor {
  return squeeze(relational(score, objectModel(object, concat([features, received], 1))), 1);
}

function fused({ hidden, encoding }: LineSettings, inputs: number) {
  const largest = fusedMessages({ hidden, outputs: hidden, slope: SLOPE });
  const { knots, channels } = encoding;
  const encodings: NdArray = { data: encoding.table, shape: [2 * knots, channels] };
  const mostEdges = mostEdgesOf(hidden);
  return {
    sampleSpecs: {
      features: float32('segments', SEGMENT_FEATURES),
      firstMean: float32(inputs),
      firstVariance: float32(inputs),
      offsets: int32('segments+1'),
      senders: int32('edges'),
      positions: float32('edges'),
    } satisfies Sample<TensorSpec>,
    sample: (frame: Frame, graph: HitGraph) => ({ ...lineSample(frame, graph, encoding, mostEdges) }),
    logits(parameters: InteractionParameters, sample: Sample<Tensor>): Tensor {
      const { features, firstMean, firstVariance, offsets, senders, positions } = sample;
      const { first, second, third } = parameters.message;
      const factor = div(first.norm.scale, sqrt(add(firstVariance!, EPSILON)));
      const weight = mul(first.weight, expandDims(factor, 1));
      const part = (x: Tensor, from: number): Tensor => slice(x, [[from, from + SEGMENT_FEATURES]]);
      const share = (from: number): Tensor =>
        matmul(sub(features!, part(firstMean!, from)), part(weight, from));
      const ofEncoding = slice(weight, [[2 * SEGMENT_FEATURES, inputs]]);
      // What the encoding's mean and the offsets of the batch norm come to.
      const encodingMean = reshape(slice(firstMean!, [[2 * SEGMENT_FEATURES, inputs]]), [1, channels]);
      const constantPart = sub(
        add(first.bias, squeeze(matmul(reshape(first.norm.offset, [1, inputs]), first.weight), 0)),
        squeeze(matmul(encodingMean, ofEncoding), 0),
      );
      const received = largest(
        { offsets: offsets!, senders: senders!, positions: positions! },
        {
          receiverPart: add(share(0), constantPart),
          senderPart: share(SEGMENT_FEATURES),
          table: reshape(matmul(constant(encodings), ofEncoding), [knots, 2 * hidden]),
          ...named(second, 2),
          ...named(third, 3),
        },
      );
      return scoresOf(parameters, features!, received);
    },
  };
}

type Named<N extends number> = Readonly<
  Record<`scale${N}` | `offset${N}` | `weight${N}` | `bias${N}`, Tensor>
>;

function named<N extends number>({ norm, weight, bias }: NormedDense, n: N): Named<N> {
  return {
    [`scale${n}`]: norm.scale,
    [`offset${n}`]: norm.offset,
    [`weight${n}`]: weight,
    [`bias${n}`]: bias,
  } as Named<N>;
}

/** The same network as array operations on every edge: any precision, any derivative, and the oracle of the other. */
function plain({ aggregation, encoding }: LineSettings) {
  const { maxAngle } = encoding;
  const mostEdges = mostEdgesOfPlain(2 * SEGMENT_FEATURES + encoding.channels);
  return {
    sampleSpecs: {
      features: float32('segments', SEGMENT_FEATURES),
      receivers: int32('edges'),
      senders: int32('edges'),
      roots: float32('edges'),
    } satisfies Sample<TensorSpec>,
    sample(frame: Frame, graph: HitGraph): Sample<NdArray> {
      countArrivals(graph, mostEdges);
      const line = lineGraph(graph);
      const angles = kinkAngles(line, graph, frame);
      const vector = (data: Float32Array | Int32Array): NdArray => ({ data, shape: [data.length] });
      return {
        features: { data: segmentFeatures(frame, graph), shape: [graph.edgeCount, SEGMENT_FEATURES] },
        receivers: vector(line.sources),
        senders: vector(line.targets),
        roots: vector(Float32Array.from(angles, (angle) => Math.sqrt(Math.min(angle, maxAngle)))),
      };
    },
    logits(parameters: InteractionParameters, sample: Sample<Tensor>): Tensor {
      const { features, receivers } = sample;
      const messages = relational(parameters.message, edgeInputs(encoding, sample));
      const received = aggregate(aggregation, messages, receivers!, features!.shape[0]!);
      return scoresOf(parameters, features!, received);
    },
  };
}

/** What the messages of the plain network are made from: both segments and the encoded angle, [edges, inputs]. */
export function edgeInputs({ channels, frequencies }: KinkEncoding, sample: Sample<Tensor>): Tensor {
  const { features, receivers, senders, roots } = sample;
  const phases = mul(
    expandDims(roots!, 1),
    cast(constant({ data: frequencies, shape: [1, channels / 2] }), roots!.dtype),
  );
  const encoded = reshape(stack([sin(phases), cos(phases)], 2), ['edges', channels]);
  const ends = [receivers!, senders!].map((end) => gather(features!, end));
  return concat([...ends, encoded], 1);
}
