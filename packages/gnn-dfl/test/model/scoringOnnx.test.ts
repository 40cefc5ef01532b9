import { InvalidArgumentError } from '@pct/core';
import { gnnTracker, interactionNetwork, scoringOnnx } from '@pct/gnn-dfl';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { smallFrames } from '../support.js';

describe.each(['line', 'hit'] as const)('scoringOnnx, %s network', (kind) => {
  it('gives the scores of the tracker in any engine', async () => {
    const network = interactionNetwork({ kind });
    const model = { network, parameters: network.initialize(2) };
    const [frame] = await smallFrames(1, 5);
    const plain = kind === 'line' ? interactionNetwork({ messages: 'plain' }) : network;
    const feeds = Object.fromEntries(
      Object.entries(plain.prepare(frame!).sample).map(([key, { data, shape }]) => {
        const type = data instanceof Int32Array ? 'int32' : 'float32';
        return [`sample.${key}`, new Tensor(type, data as Float32Array, shape)];
      }),
    );
    const session = await InferenceSession.create(scoringOnnx(model));
    expect([...session.inputNames].sort()).toEqual(Object.keys(feeds).sort());
    const results = await session.run(feeds);
    const logits = results[session.outputNames[0]!]!.data as Float32Array;

    await using tracker = gnnTracker(model);
    const { probabilities } = await tracker.score(frame!);
    expect(logits.length).toBe(probabilities.length);
    const apart = logits.map((logit, e) => Math.abs(1 / (1 + Math.exp(-logit)) - probabilities[e]!));
    expect(Math.max(...apart)).toBeLessThan(1e-3);
    await session.release();
  });
});

it('refuses parameters of another network', () => {
  const network = interactionNetwork();
  const parameters = interactionNetwork({ hidden: 8 }).initialize(1);
  expect(() => scoringOnnx({ network, parameters })).toThrow(InvalidArgumentError);
  expect(() => scoringOnnx({ network, parameters })).toThrow('scoringOnnx: message.first.weight must be');
});
