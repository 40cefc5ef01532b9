import { evaluateFrames, simulateFrames, trackFollower } from '@pct/detector';
import { pretrainedPolicy, rlTracker } from '@pct/tracking-rl';
import { describe, expect, it } from 'vitest';

describe('pretrainedPolicy', () => {
  it('tracks better than the track follower, sparse and dense frames', async () => {
    await using tracker = rlTracker(pretrainedPolicy(), { threads: 1 });
    for (const primariesPerFrame of [10, 100]) {
      const frames = await simulateFrames({ phantomMm: 150, frames: 4, primariesPerFrame, seed: 7 });
      const { average } = await evaluateFrames(tracker, frames);
      const { average: follower } = await evaluateFrames(trackFollower(), frames);
      expect(average.purity.mean).toBeGreaterThan(primariesPerFrame === 100 ? 0.93 : 0.97);
      expect(average.purity.mean).toBeGreaterThanOrEqual(follower.purity.mean);
      expect(average.efficiency.mean).toBeGreaterThan(0.85);
    }
  });

  it('gives parameters of its own', () => {
    const [one, other] = [pretrainedPolicy(), pretrainedPolicy()];
    one.parameters['action']!['weight']!.data.fill(0);
    expect(other.parameters['action']!['weight']!.data.some((value) => value !== 0)).toBe(true);
  });
});
