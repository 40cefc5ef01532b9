import { checkInteger, checkOneOf, toRng } from '@pct/core';
import { concat, float32, gather, relu, segmentMean, type Tensor } from '@pct/tensor';
import { NODE_FEATURES } from '../environment/types.js';
import { encodeKink, KINK_CHANNELS } from './kinkEncoding.js';
import { critic, criticParameters, layer, layerParameters, pointer, pointerParameters } from './layers.js';
import { CANDIDATE_FEATURES, decisionSample, decisionSpecs, joinRows, TRACK_FEATURES } from './samples.js';
import type { Critic, PolicyArchitecture, TrackingPolicy } from './types.js';

/** Options of {@link simplePolicy}. */
export interface SimplePolicyOptions {
  /**
   * Channels of hidden layers, >= 1.
   * @defaultValue `32`
   */
  readonly hidden?: number | undefined;
  /**
   * What the critic sees.
   * @defaultValue `'centralised'`
   */
  readonly critic?: Critic | undefined;
}

const NAME = 'simplePolicy';

/**
 * A policy of dense layers: it sees the hits at both ends of a candidate segment, the segment, the kink that it makes
 * with the segment before and the smallest kinks that can follow, in units of the width that the track's scattering is
 * expected to have, and the segment before; a pointer head gives the logits. The critic has layers of its own.
 *
 * @param options - {@link SimplePolicyOptions}
 * @throws InvalidArgumentError if an option is out of range
 * @example
 * ```ts
 * const policy = simplePolicy();
 * const parameters = policy.initialize(1);
 * ```
 * @see Kortus et al. 2023, doi:10.1109/TPAMI.2023.3305027 (features and pointer head)
 */
export function simplePolicy(options: SimplePolicyOptions = {}): TrackingPolicy {
  const { hidden = 32, critic: kind = 'centralised' } = options;
  checkInteger(NAME, 'hidden', hidden, { min: 1 });
  checkOneOf(NAME, 'critic', kind, ['decentralised', 'centralised']);
  const centralised = kind === 'centralised';
  const architecture: PolicyArchitecture = {
    ...{ kind: 'simple', hidden, critic: kind, graphLayers: 0, blocks: 0 },
  };
  const observed = NODE_FEATURES + TRACK_FEATURES;
  const offered = NODE_FEATURES + CANDIDATE_FEATURES + KINK_CHANNELS;
  return {
    name: 'simple',
    architecture,
    channels: NODE_FEATURES,
    frameSpecs: { nodes: float32('hits', NODE_FEATURES) },
    sampleSpecs: decisionSpecs,
    initialize(seed) {
      const rng = toRng(seed);
      return {
        observation: layerParameters(observed, hidden, rng),
        action: layerParameters(offered, hidden, rng),
        actionHidden: layerParameters(hidden, hidden, rng),
        ...pointerParameters(hidden, rng),
        criticOffered: layerParameters(offered, hidden, rng),
        ...criticParameters(observed + hidden, hidden, centralised, rng),
      };
    },
    embed: (_parameters, { nodes }) => nodes!,
    score(parameters, embedding, sample) {
      const { hit, track, agent, target, candidate, kink, pool, poolSize } = sample as SampleOfTensors;
      const seen = concat([gather(embedding, hit), track], 1);
      const offer = concat([gather(embedding, target), candidate, encodeKink(kink)], 1);
      const candidates = relu(layer(parameters, 'actionHidden', relu(layer(parameters, 'action', offer))));
      const observations = relu(layer(parameters, 'observation', seen));
      const choices = segmentMean(relu(layer(parameters, 'criticOffered', offer)), agent, hit.shape[0]!);
      return {
        logits: pointer(parameters, candidates, observations, agent),
        values: critic(parameters, concat([seen, choices], 1), { pool, poolSize }, centralised),
      };
    },
    prepareFrames: (statics) => ({ nodes: joinRows(statics, 'nodeFeatures', NODE_FEATURES) }),
    prepare: decisionSample,
  };
}

type SampleOfTensors = Readonly<Record<keyof typeof decisionSpecs, Tensor>>;
