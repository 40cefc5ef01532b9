import { checkFinite, checkInteger, checkOneOf, InvalidArgumentError } from '@pct/core';
import { hitGraph } from '@pct/detector';
import type { Aggregation } from './aggregate.js';
import { KinkEncoding } from './encoding.js';
import { hitNetwork } from './hitNetwork.js';
import { lineNetwork } from './lineNetwork.js';
import type { Architecture, TrackingNetwork } from './types.js';

const NAME = 'interactionNetwork';

/** Options of {@link interactionNetwork}. */
export interface InteractionNetworkOptions {
  /**
   * What the nodes are: `line` (segments; messages run between consecutive ones) or `hit` (hits; messages run along
   * segments), the ablation of the paper.
   * @defaultValue `'line'`
   */
  readonly kind?: 'line' | 'hit' | undefined;
  /**
   * Channels of hidden layers and messages, >= 1.
   * @defaultValue 16 for `line`, 64 for `hit`
   */
  readonly hidden?: number | undefined;
  /**
   * How a node joins the messages that it receives.
   * @defaultValue `'max'`
   */
  readonly aggregation?: Aggregation | undefined;
  /**
   * Channels of the encoding of the kink angle, an even number; line networks only.
   * @defaultValue `128`
   */
  readonly encodingChannels?: number | undefined;
  /**
   * Smallest wavelength of the encoding over 2π, √rad, in (0, 1); line networks only.
   * @defaultValue `0.001`
   */
  readonly finest?: number | undefined;
  /**
   * Mask of `hitGraph` for segments whose deeper end is in layer 3 or deeper, rad, in (0, π/2].
   * @defaultValue `0.4`
   */
  readonly maxAngleCalorimeter?: number | undefined;
  /**
   * Mask of `hitGraph` for the other segments, rad, in (0, π/2].
   * @defaultValue `0.2`
   */
  readonly maxAngleTracker?: number | undefined;
  /**
   * Applies a sigmoid to the scores of a hit network before they are used as logits, which the published code does by
   * oversight: it keeps probabilities between 0.5 and 0.73. For comparisons with its hit-graph results only.
   * @defaultValue `false`
   */
  readonly doubleSigmoid?: boolean | undefined;
  /**
   * How a line network computes its messages. `fused`: in one pass over the edges, in float32, with first derivatives;
   * needs `max` and a multiple of 4 channels. `plain`: as array operations, slower and of any derivative.
   * @defaultValue `'fused'` where it can be
   */
  readonly messages?: 'fused' | 'plain' | undefined;
}

/**
 * An interaction network that scores segments: one round of messages, with batch norm over the frame before each linear
 * layer and no running statistics, so that a frame is treated alike in training and afterwards.
 *
 * @param options - {@link InteractionNetworkOptions}; the defaults are the published main model with 4961 parameters
 * @throws InvalidArgumentError if an option is out of range
 * @example
 * ```ts
 * const network = interactionNetwork();
 * const parameters = network.initialize(1);
 * const { graph, sample } = network.prepare(frame);
 * const program = await compile(network.logits, [shapesOf(parameters), network.sampleSpecs]);
 * const logits = await program.run(parameters, sample); // one per segment of graph
 * ```
 * @see Kortus, Keidel and Gauger 2024, arXiv:2407.13420; Battaglia et al. 2016, arXiv:1612.00222
 */
export function interactionNetwork(options: InteractionNetworkOptions = {}): TrackingNetwork {
  const { kind = 'line', aggregation = 'max', encodingChannels = 128, finest = 0.001 } = options;
  const { maxAngleCalorimeter = 0.4, maxAngleTracker = 0.2, doubleSigmoid = false } = options;
  checkOneOf(NAME, 'kind', kind, ['line', 'hit']);
  checkOneOf(NAME, 'aggregation', aggregation, ['max', 'sum', 'mean']);
  const { hidden = kind === 'line' ? 16 : 64 } = options;
  checkInteger(NAME, 'hidden', hidden, { min: 1 });
  for (const [name, angle] of Object.entries({ maxAngleCalorimeter, maxAngleTracker }))
    checkFinite(NAME, name, angle, { min: Number.MIN_VALUE, max: Math.PI / 2 });
  const architecture: Architecture = {
    ...{ kind, hidden, aggregation, encodingChannels, finest, maxAngleCalorimeter, maxAngleTracker },
    doubleSigmoid,
  };
  if (doubleSigmoid && kind !== 'hit')
    throw new InvalidArgumentError(`${NAME}: doubleSigmoid is for kind 'hit' only, got it with '${kind}'`);
  const { sample, ...network } =
    kind === 'hit' ? hitNetwork(architecture) : line(architecture, options.messages);
  return {
    ...network,
    architecture,
    prepare(frame) {
      const graph = hitGraph(frame, { maxAngleCalorimeter, maxAngleTracker });
      return { graph, sample: sample(frame, graph) };
    },
  };
}

function line(architecture: Architecture, wanted: 'fused' | 'plain' | undefined) {
  const { hidden, aggregation, encodingChannels, finest } = architecture;
  const canFuse = aggregation === 'max' && hidden % 4 === 0;
  const messages = wanted ?? (canFuse ? 'fused' : 'plain');
  checkOneOf(NAME, 'messages', messages, ['fused', 'plain']);
  if (messages === 'fused' && !canFuse)
    throw new InvalidArgumentError(
      `${NAME}: fused messages need aggregation 'max' and hidden a multiple of 4, ` +
        `got '${aggregation}' and ${hidden}; use messages: 'plain'`,
    );
  // Both segments lie in their masks, so the angle between them is at most twice that.
  const maxAngle = 2 * Math.max(architecture.maxAngleCalorimeter, architecture.maxAngleTracker);
  const encoding = new KinkEncoding({ channels: encodingChannels, finest, maxAngle });
  return lineNetwork({ hidden, aggregation, messages, encoding });
}
