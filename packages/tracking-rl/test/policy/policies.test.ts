import { createRng } from '@pct/core';
import { compile, float32, interpreter, shapesOf } from '@pct/tensor';
import {
  attentionPolicy,
  PolicyRunner,
  simplePolicy,
  type Decision,
  type FrameStatics,
  type TrackingPolicy,
} from '@pct/tracking-rl';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decisionSample, joinSamples } from '../../src/policy/samples.js';
import { reordered, smallFrames, straightDecisions } from './decisions.js';

let statics: readonly FrameStatics[];
let decisions: readonly Decision[];
/** One with agents that have come somewhere, in both frames. */
let decision: Decision;
beforeAll(async () => {
  ({ statics, decisions } = await straightDecisions(await smallFrames(2, 3)));
  decision = decisions[Math.floor(decisions.length / 2)]!;
});

const runtime = interpreter();
const policies: readonly (readonly [string, () => TrackingPolicy])[] = [
  ['simplePolicy', () => simplePolicy({ hidden: 8 })],
  ['simplePolicy with a decentralised critic', () => simplePolicy({ hidden: 8, critic: 'decentralised' })],
  ['attentionPolicy', () => attentionPolicy({ hidden: 8, graphLayers: 2, blocks: 1 })],
];

describe.each(policies)('%s', (_, make) => {
  const policy = make();
  const parameters = policy.initialize(1);
  // Logits that differ, unlike those of a new policy.
  parameters['pointerOut']!['weight']!.data.set(createRng(2).fillNormal(new Float64Array(8)));
  const runner = new PolicyRunner(policy, { runtime });
  const evaluate = runner.evaluate(parameters);
  afterAll(() => runner.dispose());

  it('gives normalised log-probabilities, and the same to agents in any order', async () => {
    const { logits, values } = await evaluate(decision, statics);
    const { agents, offsets, environment } = decision;
    for (let i = 0; i < agents; i++) {
      let sum = 0;
      for (let p = offsets[i]!; p < offsets[i + 1]!; p++) sum += Math.exp(logits[p]!);
      expect(sum).toBeCloseTo(1, 5);
    }
    const order = Array.from({ length: agents }, (_unused, i) => i).sort(
      (a, b) => environment[a]! - environment[b]! || b - a,
    );
    const other = await evaluate(reordered(decision, order), statics);
    order.forEach((i, k) => expect(other.values![k]).toBeCloseTo(values![i]!, 5));
    const expected = order.flatMap((i) => Array.from(logits).slice(offsets[i], offsets[i + 1]));
    Array.from(other.logits).forEach((logit, p) => expect(logit).toBeCloseTo(expected[p]!, 5));
  });

  it('gives joined decisions what it gives each of them', async () => {
    const chosen = decisions.slice(3, 6);
    const embedding = float32('hits', policy.channels);
    const specs = [shapesOf(parameters), embedding, policy.sampleSpecs] as const;
    const score = await compile(policy.score, specs, { runtime });
    const embed = await compile(policy.embed, [specs[0], policy.frameSpecs], { runtime });
    const hits = await embed.run(parameters, policy.prepareFrames(statics));
    const samples = chosen.map((one) => policy.prepare(statics, one));
    const joined = await score.run(parameters, hits, joinSamples(samples));
    let [pair, agent] = [0, 0];
    for (const sample of samples) {
      const { logits, values } = await score.run(parameters, hits, sample);
      for (const logit of logits.data) expect(joined.logits.data[pair++]).toBeCloseTo(logit, 5);
      for (const value of values.data) expect(joined.values.data[agent++]).toBeCloseTo(value, 5);
    }
    expect([pair, agent]).toEqual([joined.logits.data.length, joined.values.data.length]);
  });

  it('starts nearly undecided', async () => {
    const fresh = new PolicyRunner(policy, { runtime });
    const { logits } = await fresh.evaluate(policy.initialize(4))(decision, statics);
    const { agents, offsets } = decision;
    for (let i = 0; i < agents; i++)
      for (let p = offsets[i]!; p < offsets[i + 1]!; p++)
        expect(Math.abs(logits[p]! + Math.log(offsets[i + 1]! - offsets[i]!))).toBeLessThan(0.1);
    await fresh.dispose();
  });
});

describe('critics', () => {
  /** Values of the agents of the first frame, with all of them or without the last one. */
  const valuesOf = async (critic: 'centralised' | 'decentralised', without: number): Promise<number[]> => {
    const first = Array.from(decision.environment).filter((frame) => frame === 0).length;
    const order = Array.from({ length: first - without }, (_, i) => i);
    const part = { ...reordered(decision, order), agents: order.length };
    part.pairs = part.edge.length;
    await using runner = new PolicyRunner(simplePolicy({ hidden: 8, critic }), { runtime });
    const { values } = await runner.evaluate(simplePolicy({ hidden: 8, critic }).initialize(1))(
      part,
      statics,
    );
    return Array.from(values!).slice(0, first - 1);
  };

  it('sees the other agents of the frame if it is centralised, and only then', async () => {
    expect(await valuesOf('decentralised', 1)).toEqual(await valuesOf('decentralised', 0));
    const [all, fewer] = [await valuesOf('centralised', 0), await valuesOf('centralised', 1)];
    all.forEach((value, i) => expect(Math.abs(value - fewer[i]!)).toBeGreaterThan(1e-6));
  });
});

describe('what policies see', () => {
  it('is the angle whose cosine the environment gives', () => {
    const { kink } = decisionSample(statics, decision);
    for (let i = 0; i < decision.agents; i++)
      for (let p = decision.offsets[i]!; p < decision.offsets[i + 1]!; p++)
        if (decision.previousEdge[i]! >= 0)
          expect(Math.cos(kink.data[p]!)).toBeCloseTo(decision.cosine[p]!, 6);
        else expect(kink.data[p]).toBe(0);
  });

  it('reaches as far ahead as a policy has graph layers', async () => {
    const policy = attentionPolicy({ hidden: 8, graphLayers: 2, blocks: 0 });
    const parameters = policy.initialize(1);
    const embed = await compile(policy.embed, [shapesOf(parameters), policy.frameSpecs], { runtime });
    const frames = policy.prepareFrames(statics.slice(0, 1));
    const before = await embed.run(parameters, frames);
    const { frame, graph } = statics[0]!;
    const hit = graph.sources[graph.edgeCount - 1]!;
    const nodes = { ...frames['nodes']!, data: Float32Array.from(frames['nodes']!.data) };
    nodes.data[hit * 6] = 3;
    const after = await embed.run(parameters, { ...frames, nodes });
    const layersAway = new Set<number>();
    for (let h = 0; h < frame.count; h++)
      for (let c = 0; c < policy.channels; c++)
        if (before.data[h * policy.channels + c] !== after.data[h * policy.channels + c])
          layersAway.add(frame.layer[h]! - frame.layer[hit]!);
    expect([...layersAway].sort()).toEqual([0, 1, 2]);
  });
});

describe('options of policies', () => {
  it('are checked', () => {
    expect(() => simplePolicy({ hidden: 0 })).toThrow(
      'simplePolicy: hidden must be an integer of at least 1',
    );
    expect(() => simplePolicy({ critic: 'both' as never })).toThrow(
      'simplePolicy: critic must be one of "decentralised", "centralised"',
    );
    expect(() => attentionPolicy({ hidden: 7 })).toThrow('attentionPolicy: hidden');
    expect(() => attentionPolicy({ blocks: -1 })).toThrow('attentionPolicy: blocks');
  });
});

describe('PolicyRunner', () => {
  it('names frame and agent when a score is not finite', async () => {
    const policy = simplePolicy({ hidden: 8 });
    const parameters = policy.initialize(1);
    parameters['action']!['bias']!.data[0] = NaN;
    await using runner = new PolicyRunner(policy, { runtime });
    await expect(runner.evaluate(parameters)(decision, statics)).rejects.toThrow(
      /PolicyRunner: the score of agent 0 in frame 0 is NaN/,
    );
  });
});
