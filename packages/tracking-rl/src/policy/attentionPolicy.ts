import { checkInteger, checkOneOf, toRng } from '@pct/core';
import {
  add,
  concat,
  expandDims,
  float32,
  gather,
  int32,
  leakyRelu,
  mul,
  normParameters,
  relu,
  reshape,
  segmentMean,
  segmentSoftmax,
  segmentSum,
  sum,
  type NdArray,
  type Tensor,
} from '@pct/tensor';
import { NODE_FEATURES, SEGMENT_FEATURES } from '../environment/types.js';
import {
  critic,
  criticParameters,
  layer,
  layerParameters,
  norm,
  pointer,
  pointerParameters,
} from './layers.js';
import { receptiveField, shrinkingEncoding } from './receptiveField.js';
import {
  CANDIDATE_FEATURES,
  decisionSample,
  decisionSpecs,
  hitOffsets,
  joinRows,
  TRACK_FEATURES,
} from './samples.js';
import type { Critic, PolicyArchitecture, PolicyParameters, Sample, TrackingPolicy } from './types.js';

/** Options of {@link attentionPolicy}. */
export interface AttentionPolicyOptions {
  /**
   * Channels of hidden layers and embeddings, an even number; 64 to 128 in the paper.
   * @defaultValue `32`
   */
  readonly hidden?: number | undefined;
  /**
   * What the critic sees.
   * @defaultValue `'centralised'`
   */
  readonly critic?: Critic | undefined;
  /**
   * Layers of graph attention, >= 0: so many layers of the detector ahead can a policy look.
   * @defaultValue `3`
   */
  readonly graphLayers?: number | undefined;
  /**
   * Transformer blocks over the candidates of an agent, >= 0.
   * @defaultValue `3`
   */
  readonly blocks?: number | undefined;
}

const NAME = 'attentionPolicy';

/**
 * The policy of the predecessor: hits are embedded by graph attention along the possible segments, from the front of the
 * detector to the depth, so that a hit knows what lies ahead; candidates of an agent attend to each other in transformer
 * blocks; their kinks are encoded with a receptive field that the agent chooses.
 *
 * @param options - {@link AttentionPolicyOptions}
 * @throws InvalidArgumentError if an option is out of range
 * @see Kortus et al. 2023, doi:10.1109/TPAMI.2023.3305027; Brody, Alon and Yahav 2022, arXiv:2105.14491 (the attention)
 */
export function attentionPolicy(options: AttentionPolicyOptions = {}): TrackingPolicy {
  const { hidden = 32, critic: kind = 'centralised', graphLayers = 3, blocks = 3 } = options;
  checkInteger(NAME, 'hidden', hidden / 2, { min: 1 });
  checkInteger(NAME, 'graphLayers', graphLayers, { min: 0 });
  checkInteger(NAME, 'blocks', blocks, { min: 0 });
  checkOneOf(NAME, 'critic', kind, ['decentralised', 'centralised']);
  const centralised = kind === 'centralised';
  const architecture: PolicyArchitecture = { kind: 'attention', hidden, critic: kind, graphLayers, blocks };
  const channels = NODE_FEATURES + hidden;
  const observed = channels + TRACK_FEATURES;
  const offered = channels + CANDIDATE_FEATURES;
  return {
    name: 'attention',
    architecture,
    channels,
    frameSpecs: {
      nodes: float32('hits', NODE_FEATURES),
      sources: int32('segments'),
      targets: int32('segments'),
      segments: float32('segments', SEGMENT_FEATURES),
    },
    sampleSpecs: { ...decisionSpecs, query: int32('couples'), key: int32('couples') },
    initialize(seed) {
      const rng = toRng(seed);
      const parameters: Record<string, Record<string, NdArray>> = {
        node: layerParameters(NODE_FEATURES, hidden, rng),
      };
      for (let k = 0; k < graphLayers; k++) Object.assign(parameters, graphParameters(k, hidden, rng));
      Object.assign(parameters, {
        observation: layerParameters(observed, hidden, rng),
        observationHidden: layerParameters(hidden, hidden, rng, 1),
        action: layerParameters(offered, hidden, rng),
        actionHidden: layerParameters(hidden, hidden, rng, 1),
        field: layerParameters(2 * hidden, hidden, rng),
        fieldOut: layerParameters(hidden, 1, rng, 0.01),
      });
      for (let k = 0; k < blocks; k++) Object.assign(parameters, blockParameters(k, hidden, rng));
      return {
        ...parameters,
        ...pointerParameters(hidden, rng),
        ...criticParameters(2 * hidden, hidden, centralised, rng),
      };
    },
    embed(parameters, frames) {
      let x = relu(layer(parameters, 'node', frames['nodes']!));
      for (let k = 0; k < graphLayers; k++) x = graphAttention(parameters, k, x, frames);
      return concat([frames['nodes']!, x], 1);
    },
    score(parameters, embedding, sample) {
      const { hit, track, agent, target, candidate, kink, pool, poolSize, query, key } =
        sample as SampleOfTensors;
      const agents = hit.shape[0]!;
      const seen = concat([gather(embedding, hit), track], 1);
      const offer = concat([gather(embedding, target), candidate], 1);
      const observations = layer(
        parameters,
        'observationHidden',
        relu(layer(parameters, 'observation', seen)),
      );
      const offers = layer(parameters, 'actionHidden', relu(layer(parameters, 'action', offer)));
      const pooled = concat([observations, segmentMean(offers, agent, agents)], 1);
      const field = receptiveField(layer(parameters, 'fieldOut', relu(layer(parameters, 'field', pooled))));
      let candidates = add(offers, shrinkingEncoding(kink, gather(field, agent), hidden));
      for (let k = 0; k < blocks; k++) candidates = candidateBlock(parameters, k, candidates, query, key);
      const choices = concat([observations, segmentMean(candidates, agent, agents)], 1);
      return {
        logits: pointer(parameters, candidates, observations, agent),
        values: critic(parameters, choices, { pool, poolSize }, centralised),
      };
    },
    prepareFrames(statics) {
      const rows = hitOffsets(statics);
      const join = (key: 'sources' | 'targets'): NdArray => {
        const data = Int32Array.from(
          statics.flatMap(({ graph }, f) => Array.from(graph[key], (hit) => hit + rows[f]!)),
        );
        return { data, shape: [data.length] };
      };
      return {
        nodes: joinRows(statics, 'nodeFeatures', NODE_FEATURES),
        sources: join('sources'),
        targets: join('targets'),
        segments: joinRows(statics, 'segmentFeatures', SEGMENT_FEATURES),
      };
    },
    prepare: (statics, decision) => ({
      ...decisionSample(statics, decision),
      ...couples(decision.offsets),
    }),
  };
}

type SampleOfTensors = Readonly<Record<keyof typeof decisionSpecs | 'query' | 'key', Tensor>>;

function graphParameters(
  k: number,
  hidden: number,
  rng: Parameters<typeof layerParameters>[2],
): Record<string, Record<string, NdArray>> {
  return {
    [`graphSource${k}`]: layerParameters(hidden, hidden, rng, 1),
    [`graphTarget${k}`]: layerParameters(hidden, hidden, rng, 1),
    [`graphSegment${k}`]: layerParameters(SEGMENT_FEATURES, hidden, rng, 1),
    [`graphScore${k}`]: layerParameters(hidden, 1, rng, 1),
  };
}

/** One layer of graph attention: every hit looks at those that its segments lead to. */
function graphAttention(parameters: PolicyParameters, k: number, x: Tensor, frames: Sample<Tensor>): Tensor {
  const { sources, targets, segments } = frames as Record<'sources' | 'targets' | 'segments', Tensor>;
  const hits = x.shape[0]!;
  const ahead = add(
    gather(layer(parameters, `graphTarget${k}`, x), targets),
    layer(parameters, `graphSegment${k}`, segments),
  );
  const asked = add(gather(layer(parameters, `graphSource${k}`, x), sources), ahead);
  const scores = reshape(layer(parameters, `graphScore${k}`, leakyRelu(asked, 0.2)), [sources.shape[0]!]);
  const weights = segmentSoftmax(scores, sources, hits);
  // Hits of the front layer have no segments and keep what they are.
  return relu(add(x, segmentSum(mul(expandDims(weights, 1), ahead), sources, hits)));
}

function blockParameters(
  k: number,
  hidden: number,
  rng: Parameters<typeof layerParameters>[2],
): Record<string, Record<string, NdArray>> {
  return {
    [`blockNormIn${k}`]: { ...normParameters(hidden) },
    [`blockQuery${k}`]: layerParameters(hidden, hidden, rng, 1),
    [`blockKey${k}`]: layerParameters(hidden, hidden, rng, 1),
    [`blockValue${k}`]: layerParameters(hidden, hidden, rng, 1),
    [`blockNorm${k}`]: { ...normParameters(hidden) },
    [`blockHidden${k}`]: layerParameters(hidden, hidden, rng),
    [`blockOut${k}`]: layerParameters(hidden, hidden, rng, 1),
  };
}

/** A transformer block among the candidates of each agent, with one head and the norms in front. */
function candidateBlock(
  parameters: PolicyParameters,
  k: number,
  x: Tensor,
  query: Tensor,
  key: Tensor,
): Tensor {
  const pairs = x.shape[0]!;
  const normal = norm(parameters, `blockNormIn${k}`, x);
  const queries = gather(layer(parameters, `blockQuery${k}`, normal), query);
  const keys = gather(layer(parameters, `blockKey${k}`, normal), key);
  const values = gather(layer(parameters, `blockValue${k}`, normal), key);
  const channels = x.shape[1] as number;
  const scores = mul(sum(mul(queries, keys), { axes: 1 }), 1 / Math.sqrt(channels));
  const weights = segmentSoftmax(scores, query, pairs);
  const attended = add(x, segmentSum(mul(expandDims(weights, 1), values), query, pairs));
  const hidden = relu(layer(parameters, `blockHidden${k}`, norm(parameters, `blockNorm${k}`, attended)));
  return add(attended, layer(parameters, `blockOut${k}`, hidden));
}

/** All ordered couples of candidates of the same agent. */
function couples(offsets: Int32Array): { query: NdArray; key: NdArray } {
  let count = 0;
  for (let i = 0; i + 1 < offsets.length; i++) count += (offsets[i + 1]! - offsets[i]!) ** 2;
  const query = new Int32Array(count);
  const key = new Int32Array(count);
  let at = 0;
  for (let i = 0; i + 1 < offsets.length; i++)
    for (let p = offsets[i]!; p < offsets[i + 1]!; p++)
      for (let q = offsets[i]!; q < offsets[i + 1]!; q++) {
        query[at] = p;
        key[at++] = q;
      }
  return { query: { data: query, shape: [count] }, key: { data: key, shape: [count] } };
}
