import type { Frame } from '@pct/detector';
import { frameStatics, simplePolicy, trainSupervised, trueDecision } from '@pct/tracking-rl';
import { beforeAll, describe, expect, it } from 'vitest';
import { frameOf } from '../environment/frames.js';
import { smallFrames } from '../policy/decisions.js';

describe('trueDecision', () => {
  it('has an agent at every hit with a true segment, come by the true one before', () => {
    // Two straight tracks side by side, so that each hit has two candidates.
    const frame = frameOf([5, 4, 3].flatMap((layer) => [0, 1].map((event) => ({ layer, x: event, event }))));
    const statics = frameStatics(frame);
    const { decision, actions } = trueDecision([statics]);
    expect([...decision.hit]).toEqual([0, 1, 2, 3]);
    expect([...decision.offsets]).toEqual([0, 2, 4, 6, 8]);
    expect([...actions]).toEqual([0, 3, 4, 7]);
    const { targets } = statics.graph;
    expect(Array.from(actions, (pair) => targets[decision.edge[pair]!])).toEqual([2, 3, 4, 5]);
    expect([...decision.previousEdge]).toEqual([-1, -1, 0, 3]);
    expect(decision.cosine[4]).toBeCloseTo(1, 6);
    expect(decision.cosine[5]).toBeLessThan(0.999);
  });

  it('keeps to the candidates of the environment, and leaves out true ones that are none', () => {
    const frame = frameOf(
      [5, 4, 3, 2].flatMap((layer) =>
        [0, 1].map((event) => ({ layer, x: layer === 2 ? 3 * event : event, event })),
      ),
    );
    const options = { kinkWidth: () => 0.02, maxKink: 4 };
    const { decision, actions } = trueDecision([frameStatics(frame)], options);
    // The neighbour is a kink of 0.18 rad away; particle 1 turns by 0.35 rad at its hit in layer 3.
    expect([...decision.hit]).toEqual([0, 1, 2, 3, 4]);
    expect([...decision.offsets]).toEqual([0, 2, 4, 5, 6, 7]);
    expect([...actions]).toEqual([0, 3, 4, 5, 6]);
  });
});

describe('trainSupervised', () => {
  let frames: Frame[];
  beforeAll(async () => {
    frames = await smallFrames(3, 1, 20);
  });
  const options = { policy: simplePolicy({ hidden: 8 }), steps: 30, learningRate: 1e-2, threads: 1 };

  it('learns true transitions, and goes on from a checkpoint bit for bit', async () => {
    const saved: Uint8Array[] = [];
    const whole = await trainSupervised(frames, {
      ...options,
      checkpoint: { every: 10, save: (bytes) => void saved.push(bytes) },
    });
    const { losses } = whole;
    expect(losses.slice(-3).reduce((a, b) => a + b)).toBeLessThan(
      0.6 * losses.slice(0, 3).reduce((a, b) => a + b),
    );
    expect(saved).toHaveLength(3);
    const resumed = await trainSupervised(frames, { ...options, resume: saved[1] });
    expect(resumed.checkpoint()).toEqual(whole.checkpoint());
  });

  it('stops when asked to, and checks its options', async () => {
    const stop = AbortSignal.abort(new Error('no'));
    await expect(trainSupervised(frames, { ...options, signal: stop })).rejects.toThrow('no');
    await expect(trainSupervised([])).rejects.toThrow('trainSupervised: frames must hold at least one');
    await expect(trainSupervised(frames, { steps: 0 })).rejects.toThrow('trainSupervised: steps');
  });
});
