import { createRng, InvalidArgumentError, ShapeError } from '@pct/core';
import { blendRewards, RewardScaler } from '@pct/tracking-rl';
import { describe, expect, it } from 'vitest';

describe('blendRewards', () => {
  const rewards = [-1, -3, -2, -8];
  const teams = [0, 0, 0, 1];

  it('is the agents’ own reward by default, in a new array', () => {
    const blended = blendRewards(rewards, teams);
    expect([...blended]).toEqual(rewards);
    expect(blended).not.toBe(rewards);
  });

  it('shares the mean or the sum of a team', () => {
    expect([...blendRewards(rewards, teams, { individualShare: 0 })]).toEqual([-2, -2, -2, -8]);
    expect([...blendRewards(rewards, teams, { individualShare: 0, team: 'sum' })]).toEqual([-6, -6, -6, -8]);
    expect([...blendRewards(rewards, teams, { individualShare: 0.5 })]).toEqual([-1.5, -2.5, -2, -8]);
  });

  it('keeps the total of a team with the mean', () => {
    const rng = createRng(1);
    const values = rng.fillNormal(new Float64Array(50));
    const blended = blendRewards(values, new Int32Array(50), { individualShare: 0.3 });
    const total = (array: Float64Array) => array.reduce((sum, value) => sum + value, 0);
    expect(total(blended)).toBeCloseTo(total(values), 10);
  });

  it('refuses shares outside 0 to 1', () => {
    expect(() => blendRewards(rewards, teams, { individualShare: -1 })).toThrow(InvalidArgumentError);
  });
});

describe('RewardScaler', () => {
  it('gives each group of a batch mean 0 and variance 1', () => {
    const scaler = new RewardScaler(4);
    const groups = [0, 1, 0, 1, 1, 2];
    const scaled = scaler.update([1, 10, 3, 20, 30, 7], groups).apply([1, 10, 3, 20, 30, 7], groups);
    [-1, -Math.sqrt(1.5), 1, 0, Math.sqrt(1.5), 0].forEach((value, i) => {
      expect(scaled[i]).toBeCloseTo(value, 12);
    });
    // A group that has not come up yet is left as it is.
    expect([...scaler.apply([5], [3])]).toEqual([5]);
  });

  it('moves its statistics at its rate, from the first batch on', () => {
    const scaler = new RewardScaler(1, { rate: 0.25 });
    scaler.update([4, 8], [0, 0]).update([10, 10], [0, 0]);
    expect(scaler.getState()).toEqual({ mean: [7], variance: [3], seen: [true] });
    const each = new RewardScaler(1).update([4, 8], [0, 0]).update([10, 12], [0, 0]);
    expect(each.getState()).toEqual({ mean: [11], variance: [1], seen: [true] });
  });

  it('goes on from a saved state', () => {
    const one = new RewardScaler(2, { rate: 0.5 }).update([1, 2, 5], [0, 0, 1]);
    const other = new RewardScaler(2, { rate: 0.5 });
    other.setState(JSON.parse(JSON.stringify(one.getState())) as ReturnType<typeof one.getState>);
    expect(other.update([3], [0]).apply([1], [0])).toEqual(one.update([3], [0]).apply([1], [0]));
    expect(() => {
      new RewardScaler(3).setState(one.getState());
    }).toThrow(/the state must be of 3 groups, got 2/);
  });

  it('refuses what does not fit', () => {
    expect(() => new RewardScaler(0)).toThrow(InvalidArgumentError);
    expect(() => new RewardScaler(1, { rate: 0 })).toThrow(InvalidArgumentError);
    expect(() => new RewardScaler(1).update([1], [])).toThrow(ShapeError);
    expect(() => new RewardScaler(1).update([1], [1])).toThrow(/groups\[0\] must be an integer from 0 to 0/);
    expect(() => new RewardScaler(1).update([NaN], [0])).toThrow(/rewards\[0\] must be a finite number/);
  });
});
