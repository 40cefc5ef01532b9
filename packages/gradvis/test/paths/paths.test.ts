import { createRng, InvalidArgumentError, NumericalError, ShapeError, type Progress } from '@pct/core';
import { exponentialSchedule } from '@pct/tensor';
import {
  bezierPath,
  chainPath,
  learnCurve,
  linePath,
  pathProfile,
  pointOnPath,
  type PathProfile,
} from '@viz/gradvis';
import { describe, expect, it } from 'vitest';
import { bowl, ring } from '../fixtures/objectives.mjs';
import { testThreads } from '../threads.js';

const [east, west] = [Float64Array.of(1, 0), Float64Array.of(-1, 0)];
const module = new URL('../fixtures/objectives.mjs', import.meta.url).href;

/** ∫ L dt by Simpson's rule over an even number of intervals. */
function meanOverPlaces({ values }: PathProfile): number {
  const last = values.length - 1;
  return (
    values.reduce((sum, value, i) => sum + value * (i === 0 || i === last ? 1 : i % 2 === 1 ? 4 : 2), 0) /
    (3 * last)
  );
}

describe('paths', () => {
  it('meet their ends to the bit', () => {
    const [a, b, c] = [1, 2, 3].map((seed) => createRng(seed).fillNormal(new Float64Array(5)));
    for (const path of [linePath(a!, c!), bezierPath([a!, b!, c!]), chainPath([a!, b!, c!])]) {
      expect(pointOnPath(path, 0)).toEqual(a);
      expect(pointOnPath(path, 1)).toEqual(c);
    }
    expect(pointOnPath(chainPath([a!, b!, c!]), 0.5)).toEqual(b);
  });

  it('are what their formulas say', () => {
    const points = [Float64Array.of(0), Float64Array.of(6), Float64Array.of(9), Float64Array.of(30)];
    expect(pointOnPath(linePath(points[0]!, points[3]!), 0.2)[0]).toBe(6);
    expect(pointOnPath(linePath(points[0]!, points[3]!), 1.5)[0]).toBe(45);
    // (1 − t)³ 0 + 3 t (1 − t)² 6 + 3 t² (1 − t) 9 + t³ 30 at ½
    expect(pointOnPath(bezierPath(points), 0.5)[0]).toBe((18 + 27 + 30) / 8);
    expect(pointOnPath(chainPath(points), 0.5)[0]).toBe(7.5);
  });

  it('refuse equal ends and too few points', () => {
    expect(() => linePath(east, east.slice())).toThrow(
      'linePath: the ends must differ, got the same point twice',
    );
    expect(() => bezierPath([east, west])).toThrow('controls must be at least three points');
    expect(() => chainPath([east, new Float64Array(3), west])).toThrow(ShapeError);
    expect(() => bezierPath([east, Float64Array.of(NaN, 0), west])).toThrow('control point 1 must be finite');
  });
});

describe('pathProfile', () => {
  it('has the barrier and mean of the straight line over a ring', async () => {
    const profile = await pathProfile(ring(), linePath(east, west), { points: 4001 });
    expect(profile.barrier).toBe(1);
    expect(profile.mean).toBeCloseTo(8 / 15, 6);
    expect(profile.stretch).toBeCloseTo(1, 14);
    expect(profile.values[0]).toBe(0);
    expect(profile.values.at(-1)).toBe(0);
    expect(profile).toMatchObject({ kind: 'path', shape: 'line', provenance: { createdBy: 'pathProfile' } });
  });

  it('measures the barrier from the line between the losses of the ends', async () => {
    // 1 to 9 over 25 at ⅓, whose straight line is 1 + 8/3 there.
    const steps = { size: 1, loss: ([x]: Float64Array) => [1, 25, 2, 9][Math.round(3 * x!)]! };
    const { barrier } = await pathProfile(steps, linePath(Float64Array.of(0), Float64Array.of(1)), {
      points: 4,
    });
    expect(barrier).toBeCloseTo(25 - 1 - 8 / 3, 13);
    const valley = bowl({ curvatures: [1] });
    const down = await pathProfile(valley, linePath(Float64Array.of(-1), Float64Array.of(1)));
    expect(down.barrier).toBe(0);
  });

  it('weights the mean with the length, and tells the stretch', async () => {
    // A slow segment of length 1 of loss 0 and a fast one of length 9 of loss 1.
    const objective = { size: 2, loss: ([x]: Float64Array) => (x! > 1e-9 ? 1 : 0) };
    const path = chainPath([Float64Array.of(0, 1), Float64Array.of(0, 0), Float64Array.of(9, 0)]);
    const { mean, stretch } = await pathProfile(objective, path, { points: 2001 });
    expect(mean).toBeCloseTo(0.9, 2);
    expect(stretch).toBeCloseTo(10 / Math.hypot(9, 1), 12);
    // Length of the parabola (1 − 2t, 2t(1 − t)b) with b = 1: y = (1 − x²) / 2 from −1 to 1.
    const arc = await pathProfile(ring(), bezierPath([east, Float64Array.of(0, 1), west]), { points: 5 });
    expect(arc.stretch).toBeCloseTo((Math.SQRT2 + Math.asinh(1)) / 2, 5);
    // A chain whose bend is no point of the profile.
    const bent = chainPath([east, Float64Array.of(0, 1), west]);
    expect((await pathProfile(ring(), bent, { points: 4 })).stretch).toBeCloseTo(Math.SQRT2, 14);
  });

  it('keeps NaN and infinite losses', async () => {
    const path = linePath(Float64Array.of(0), Float64Array.of(1));
    const at = (loss: (x: number) => number) =>
      pathProfile({ size: 1, loss: ([x]: Float64Array) => loss(x!) }, path, { points: 3 });
    expect(await at((x) => (x === 0.5 ? NaN : 0))).toMatchObject({ barrier: NaN, mean: NaN });
    expect(await at((x) => (x === 0.5 ? Infinity : 0))).toMatchObject({ barrier: Infinity, mean: Infinity });
  });

  it('refuses another number of parameters, and one point', async () => {
    await expect(pathProfile(bowl({ curvatures: [1] }), linePath(east, west))).rejects.toThrow(
      'the objective has 1 parameters, the point 2',
    );
    await expect(pathProfile(ring(), linePath(east, west), { points: 1 })).rejects.toThrow(
      InvalidArgumentError,
    );
  });
});

describe('learnCurve', () => {
  const exact = {
    start: [Float64Array.of(0, 0.5)],
    quadrature: 5,
    steps: 1200,
    learningRate: exponentialSchedule({ initial: 0.1, factor: 0.99 }),
  };

  it('finds the best Bézier curve over a ring: bend 3/√2, mean 2/105, highest 4/81', async () => {
    const { path, losses } = await learnCurve(ring(), east, west, exact);
    expect(path.controls[1]![0]).toBeCloseTo(0, 4);
    expect(path.controls[1]![1]).toBeCloseTo(2.1213203436, 8);
    expect(losses.at(-1)).toBeCloseTo(0.019047619, 10);
    const profile = await pathProfile(ring(), path, { points: 3001 });
    expect(meanOverPlaces(profile)).toBeCloseTo(0.019047619, 9);
    expect(Math.max(...profile.values)).toBeCloseTo(0.049382716, 8);
    expect(path.controls[0]).toEqual(east);
    expect(path.controls[2]).toEqual(west);
  });

  it('finds the best chain over a ring: bend √1.5, mean 1/12, highest 1/4 at the bend', async () => {
    const { path } = await learnCurve(ring(), east, west, { ...exact, shape: 'chain', quadrature: 5 });
    expect(path.controls[1]![1]).toBeCloseTo(1.2247448714, 8);
    const profile = await pathProfile(ring(), path, { points: 4001 });
    expect(meanOverPlaces(profile)).toBeCloseTo(1 / 12, 6);
    expect(profile.values[2000]).toBeCloseTo(0.25, 4);
    expect(Math.max(...profile.values)).toBe(profile.values[2000]);
  });

  it('comes near it by random places, the same ones for the same seed', async () => {
    const random = { start: exact.start, steps: 400, learningRate: 0.02, draws: 4 };
    const curve = await learnCurve(ring(), east, west, { ...random, rng: 3 });
    expect(curve.path.controls[1]![1]).toBeGreaterThan(1.9);
    expect(curve.path.controls[1]![1]).toBeLessThan(2.35);
    expect(await learnCurve(ring(), east, west, { ...random, rng: 3 })).toEqual(curve);
    expect((await learnCurve(ring(), east, west, { ...random, rng: 4 })).losses).not.toEqual(curve.losses);
  });

  it('is the same on threads', async () => {
    const options = { start: exact.start, steps: 5, draws: 3, weightDecay: 0.01 };
    const inline = await learnCurve(ring(), east, west, options);
    await using executor = testThreads(2);
    expect(await learnCurve({ module, name: 'ring' }, east, west, { ...options, executor })).toEqual(inline);
  });

  it('is pulled towards 0 by weight decay, and reports progress', async () => {
    const flat = { size: 2, loss: () => 1, gradient: () => new Float64Array(2) };
    const reports: Progress[] = [];
    const start = [Float64Array.of(0, 1)];
    const options = { start, weightDecay: 1, steps: 30, onProgress: (one: Progress) => reports.push(one) };
    const { path, losses } = await learnCurve(flat, east, west, options);
    expect(path.controls[1]![1]).toBeLessThan(0.9);
    expect(losses.every((loss) => loss === 1)).toBe(true);
    expect(reports.at(-1)).toMatchObject({ done: 30, total: 30 });
    expect([...start[0]!]).toEqual([0, 1]);
    const still = await learnCurve(flat, east, west, { bends: 3, steps: 0 });
    expect(still.path.controls.map(([x]) => x)).toEqual([1, 0.5, 0, -0.5, -1]);
  });

  it('stops when told to', async () => {
    const controller = new AbortController();
    const options = { signal: controller.signal, onProgress: () => controller.abort() };
    await expect(learnCurve(ring(), east, west, options)).rejects.toThrow('aborted');
  });

  it('refuses bad input and losses that are not finite', async () => {
    await expect(learnCurve(ring(), east, east)).rejects.toThrow('learnCurve: the ends must differ');
    await expect(learnCurve({ size: 2, loss: () => 0 }, east, west)).rejects.toThrow('must have a gradient');
    await expect(learnCurve(ring(), east, new Float64Array(3))).rejects.toThrow(ShapeError);
    await expect(learnCurve(ring(), east, west, { bends: 0 })).rejects.toThrow('bends must be an integer');
    await expect(learnCurve(ring(), east, west, { start: [] })).rejects.toThrow('at least one control point');
    await expect(learnCurve(ring(), east, west, { draws: 0 })).rejects.toThrow('draws must be an integer');
    const nowhere = { size: 2, loss: () => Infinity, gradient: () => new Float64Array(2) };
    const result = learnCurve(nowhere, east, west);
    await expect(result).rejects.toThrow(NumericalError);
    await expect(result).rejects.toThrow('is Infinity; a lower learning rate may help');
  });
});
