import { InvalidArgumentError, ShapeError } from '@pct/core';
import { joinStatistics, linePath, pathProfile, randomDirections, withBatchNorm } from '@viz/gradvis';
import { describe, expect, it } from 'vitest';

/**
 * One unit w x, normalised with mean m and variance v over x = 1, 3: its output is (w x − m) / √v, its target the sign
 * that the normalisation of the true statistics gives, −1 and 1.
 */
const model = {
  size: 1,
  statisticsSize: 2,
  blocks: [{ name: 'w', offset: 0, shape: [1, 1], kind: 'kernel' as const }],
  label: 'one unit',
  loss: ([w]: Float64Array, [m, v]: Float64Array) =>
    (((w! - m!) / Math.sqrt(v!) + 1) ** 2 + ((3 * w! - m!) / Math.sqrt(v!) - 1) ** 2) / 2,
  gradient: ([w]: Float64Array, [m, v]: Float64Array) => {
    const s = Math.sqrt(v!);
    return Float64Array.of((w! - m!) / s / s + 1 / s + (3 * ((3 * w! - m!) / s - 1)) / s);
  },
  statistics: ([w]: Float64Array) => Float64Array.of(2 * w!, w! ** 2),
};
const [one, four] = [Float64Array.of(1), Float64Array.of(4)];

describe('withBatchNorm', () => {
  it('recomputes statistics: every scale of the weight is as good', async () => {
    const objective = withBatchNorm(model, { mode: 'recomputed' });
    const profile = await pathProfile(objective, linePath(one, four), { points: 5 });
    profile.values.forEach((value) => expect(value).toBeCloseTo(0, 14));
    expect(profile.provenance).toMatchObject({ objective: 'one unit', batchNorm: 'recomputed' });
    expect('gradient' in objective).toBe(false);
  });

  it('keeps statistics: the other end is bad', async () => {
    const statistics = model.statistics(one);
    const objective = withBatchNorm(model, { mode: 'fixed', statistics });
    statistics.fill(NaN);
    const { values, provenance } = await pathProfile(objective, linePath(one, four), { points: 2 });
    expect([...values]).toEqual([0, model.loss(four, Float64Array.of(2, 1))]);
    expect(provenance.batchNorm).toBe('fixed');
    expect((await objective.gradient!(one))[0]).toBe(0);
  });

  it('interpolates statistics: the ends are good, between them the variance does not fit', async () => {
    const objective = withBatchNorm(model, { mode: 'interpolated' });
    expect(objective.size).toBe(3);
    const [a, b] = [one, four].map((at) => joinStatistics(at, model.statistics(at)));
    const { values } = await pathProfile(objective, linePath(a!, b!), { points: 3 });
    expect(values[0]).toBe(0);
    expect(values[2]).toBe(0);
    // w = 2.5, m = 5, v = (1 + 16) / 2
    expect(values[1]).toBeCloseTo((2.5 / Math.sqrt(8.5) - 1) ** 2, 14);
    const [direction] = randomDirections(objective, a!, 1);
    expect([...direction!.direction.slice(1)]).toEqual([0, 0]);
    expect(Math.abs(direction!.direction[0]!)).toBe(1);
  });

  it('refuses modes without what they need', () => {
    expect(() => withBatchNorm(model, { mode: 'fixed' })).toThrow(
      "the mode 'fixed' needs the option statistics",
    );
    expect(() => withBatchNorm(model, { mode: 'fixed', statistics: one })).toThrow(ShapeError);
    const without = { ...model, statistics: undefined as never };
    expect(() => withBatchNorm(without, { mode: 'recomputed' })).toThrow('needs model.statistics');
    expect(() => withBatchNorm(model, { mode: 'train' as never })).toThrow(InvalidArgumentError);
  });
});
