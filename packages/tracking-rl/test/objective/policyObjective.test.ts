import { createRng } from '@pct/core';
import { flattenParameters } from '@pct/tensor';
import {
  policyObjective,
  rollout,
  simplePolicy,
  trackingEnvironment,
  trainSupervised,
} from '@pct/tracking-rl';
import { actor, PolicyRunner } from '@pct/tracking-rl';
import { describe, expect, it } from 'vitest';
import { smallFrames } from '../policy/decisions.js';

const policy = simplePolicy({ hidden: 8 });
const threads = 1;

describe('policyObjective', () => {
  it('is minus the rewards of the best actions per hit, without noise', async () => {
    const frames = await smallFrames(2, 5);
    const parameters = policy.initialize(3);
    await using objective = policyObjective(policy, frames, { temperature: 0, threads });
    await using runner = new PolicyRunner(policy, { threads });
    const act = actor(runner.evaluate(parameters));
    let expected = 0;
    for (const frame of frames) {
      const { individual } = await rollout(trackingEnvironment([frame]), act);
      expected -= individual.reduce((sum, reward) => sum + reward, 0) / frame.count / frames.length;
    }
    expect(await objective.loss(flattenParameters(parameters))).toBeCloseTo(expected, 9);
  });

  it('is a function: the noise is the same every time, and another one for another seed', async () => {
    const frames = await smallFrames(1, 5, 12);
    const at = flattenParameters(policy.initialize(3));
    await using one = policyObjective(policy, frames, { threads, episodes: 2 });
    await using other = policyObjective(policy, frames, { threads, episodes: 2, seed: 1 });
    const value = await one.loss(at);
    expect(await one.loss(at)).toBe(value);
    expect(await other.loss(at)).not.toBe(value);
  });

  it('is lower where a policy tracks, and has the blocks of the parameters', async () => {
    const frames = await smallFrames(2, 5, 12);
    const trained = await trainSupervised(frames, { policy, steps: 60, learningRate: 1e-2, threads });
    const best = flattenParameters(trained.parameters);
    await using objective = policyObjective(policy, frames, { threads });
    const noise = createRng(1).fillNormal(new Float64Array(best.length), 0, 1);
    const far = best.map((value, k) => value + noise[k]!);
    expect(await objective.loss(best)).toBeLessThan(0.7 * (await objective.loss(far)));
    expect(objective.size).toBe(best.length);
    const { blocks } = objective;
    expect(blocks![0]).toMatchObject({ name: 'observation.weight', offset: 0, kind: 'kernel' });
    const last = blocks!.at(-1)!;
    expect(last.offset + last.shape.reduce((product, n) => product * n, 1)).toBe(best.length);
  });

  it('checks what it is given', async () => {
    const frames = await smallFrames(1, 5);
    expect(() => policyObjective(policy, [])).toThrow('policyObjective: frames must hold at least one');
    expect(() => policyObjective(policy, frames, { episodes: 0 })).toThrow('policyObjective: episodes');
    await using objective = policyObjective(policy, frames, { threads });
    await expect(objective.loss(new Float64Array(3))).rejects.toThrow('must be a Float64Array of length');
  });
});
