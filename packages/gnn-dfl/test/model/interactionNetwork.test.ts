import { InvalidArgumentError } from '@pct/core';
import { simulateFrames, type Frame } from '@pct/detector';
import { interactionNetwork, type InteractionParameters } from '@pct/gnn-dfl';
import {
  compile,
  flattenParameters,
  float32,
  interpreter,
  mul,
  shapesOf,
  sum,
  valueAndGrad,
  type NdArray,
  type Tensor,
} from '@pct/tensor';
import { frameOf } from '../support.js';
import { beforeAll, describe, expect, it } from 'vitest';

let frame: Frame;
beforeAll(async () => {
  [frame] = (await simulateFrames({ phantomMm: 150, frames: 1, primariesPerFrame: 6, seed: 4 })) as [Frame];
});

const twoLayers = frameOf([
  [4, 0, 0, 0],
  [4, 50, 0, 1],
  [3, 0, 0, 0],
  [3, 50, 0, 1],
]);

/** Logits and the gradient of a random combination of them. */
async function evaluate(
  network: ReturnType<typeof interactionNetwork>,
  parameters: InteractionParameters<NdArray>,
  of: Frame = frame,
) {
  const { sample, graph } = network.prepare(of);
  const weights = Float32Array.from({ length: graph.edgeCount }, (_, e) => Math.sin(7 * e));
  const loss = (p: InteractionParameters, s: typeof network.sampleSpecs, w: Tensor): [Tensor, Tensor] => {
    const logits = network.logits(p, s as unknown as Record<string, Tensor>);
    return [sum(mul(logits, w)), logits];
  };
  const program = await compile(
    valueAndGrad(loss as never, { auxiliary: true }) as (
      p: InteractionParameters,
      s: Record<string, Tensor>,
      w: Tensor,
    ) => [Tensor, InteractionParameters, Tensor],
    [shapesOf(parameters), network.sampleSpecs, float32('segments')],
    { runtime: interpreter() },
  );
  const [, gradient, logits] = await program.run(parameters, sample, {
    data: weights,
    shape: [weights.length],
  });
  return {
    logits,
    gradient: gradient as unknown as InteractionParameters<NdArray>,
    graph,
  };
}

describe('line network', () => {
  it('has as many parameters as published', () => {
    expect(flattenParameters(interactionNetwork().initialize(1)).length).toBe(4961);
    const hit = flattenParameters(interactionNetwork({ kind: 'hit' }).initialize(1)).length;
    expect(Math.abs(hit - 39_800)).toBeLessThan(100);
  });

  it('gives the same fused and plain, value and gradient', async () => {
    const [fused, plain] = [interactionNetwork(), interactionNetwork({ messages: 'plain' })];
    const parameters = fused.initialize(3);
    const one = await evaluate(fused, parameters);
    const other = await evaluate(plain, parameters);
    expect(one.logits.data.length).toBe(one.graph.edgeCount);
    const largest = Math.max(...Array.from(other.logits.data, Math.abs));
    one.logits.data.forEach((logit, e) => {
      expect(Math.abs(logit - other.logits.data[e]!) / largest).toBeLessThan(1e-3);
    });
    const gradients = [one.gradient, other.gradient].map((tree) => flattenParameters(tree as never));
    const length = Math.hypot(...gradients[1]!);
    const apart = Math.hypot(...gradients[0]!.map((value, k) => value - gradients[1]![k]!));
    expect(apart / length).toBeLessThan(5e-3);
  });
});

describe.each([
  ['line, fused', {}],
  ['line, plain', { messages: 'plain' }],
  ['hit', { kind: 'hit', hidden: 4 }],
] as const)('%s network', (_, options) => {
  it('has finite scores and derivatives where no segment follows another', async () => {
    const network = interactionNetwork(options);
    const { logits, gradient, graph } = await evaluate(network, network.initialize(1), twoLayers);
    expect(graph.edgeCount).toBe(2);
    expect(logits.data.length).toBe(2);
    expect(logits.data.every(Number.isFinite)).toBe(true);
    expect(flattenParameters(gradient as never).every(Number.isFinite)).toBe(true);
  });
});

describe('bad options', () => {
  it.each([
    [{ hidden: 6, messages: 'fused' }, 'fused messages need'],
    [{ aggregation: 'mean', messages: 'fused' }, "use messages: 'plain'"],
    [{ doubleSigmoid: true }, "for kind 'hit' only"],
    [{ maxAngleTracker: 2 }, 'maxAngleTracker'],
    [{ hidden: 0 }, 'hidden'],
    [{ encodingChannels: 7 }, 'channels must be an even number'],
    [{ kind: 'edge' }, 'kind'],
  ])('%o', (options, words) => {
    expect(() => interactionNetwork(options as never)).toThrow(InvalidArgumentError);
    expect(() => interactionNetwork(options as never)).toThrow(words);
  });
});
