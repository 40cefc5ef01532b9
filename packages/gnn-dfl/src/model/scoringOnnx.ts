import { cleanGraph, constant, mapTree, toOnnx, trace, type Tensor } from '@pct/tensor';
import { interactionNetwork } from './interactionNetwork.js';
import { checkParameters, type TrackingModel } from './trackingModel.js';
import type { GraphSample } from './types.js';

/**
 * The scoring network with its parameters as an ONNX file, for any engine and language: the arrays of a frame in, logits
 * of the segments out. The inputs of a line network are `features` [segments, 8], `receivers`, `senders` [edges] and
 * `roots` [edges], the roots of kink angles: those of `interactionNetwork({ messages: 'plain' }).prepare(frame).sample`.
 *
 * @param model - a model
 * @returns bytes of the file
 * @throws InvalidArgumentError that names the first parameter which does not fit the network
 */
export function scoringOnnx({ network, parameters }: TrackingModel): Uint8Array {
  checkParameters('scoringOnnx', network, parameters);
  const { architecture } = network;
  const plain =
    architecture.kind === 'line' ? interactionNetwork({ ...architecture, messages: 'plain' }) : network;
  const logits = (sample: GraphSample<Tensor>): Tensor => {
    const weights = mapTree(parameters, (leaf) => constant(leaf));
    return plain.logits(weights, sample);
  };
  return toOnnx(cleanGraph(trace(logits, plain.sampleSpecs).graph));
}
