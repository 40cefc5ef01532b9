import { InvalidArgumentError, NumericalError, ShapeError, type Progress } from '@pct/core';
import { bezierPath, evaluatePath, linearPath, trainBend } from '@pct/gnn-dfl';
import { describe, expect, it } from 'vitest';

const a = Float64Array.of(-1, 0);
const b = Float64Array.of(1, 0);
const bend = Float64Array.of(0, 4);

/** A ring-shaped valley: every point at distance 1 from the origin is a minimum. */
const ring = {
  size: 2,
  loss: ([x, y]: Float64Array): number => (x! ** 2 + y! ** 2 - 1) ** 2,
  gradient([x, y]: Float64Array): Float64Array {
    const slope = 4 * (x! ** 2 + y! ** 2 - 1);
    // Tilted a little, so that one side is better.
    return Float64Array.of(slope * x!, slope * y! - 0.5 * Math.exp(-9 * y! ** 2));
  },
};

describe('paths', () => {
  it('end where they should', () => {
    for (const path of [linearPath(a, b), bezierPath(a, bend, b)]) {
      expect(path(0)).toEqual(a);
      expect(path(1)).toEqual(b);
    }
    expect(linearPath(a, b)(0.25)).toEqual(Float64Array.of(-0.5, 0));
    // A quadratic curve passes half-way between the chord and its bend.
    expect(bezierPath(a, bend, b)(0.5)).toEqual(Float64Array.of(0, 2));
  });

  it('keep no array that they were given', () => {
    const start = a.slice();
    const path = linearPath(start, b);
    start[0] = 7;
    expect(path(0)).toEqual(a);
    path(0)[0] = 7;
    expect(path(0)).toEqual(a);
  });

  it('refuse vectors of different lengths and NaN', () => {
    expect(() => linearPath(a, new Float64Array(3))).toThrow(ShapeError);
    expect(() => bezierPath(a, new Float64Array(1), b)).toThrow('got 2, 1, 2');
    expect(() => linearPath(a, Float64Array.of(0, NaN))).toThrow(InvalidArgumentError);
  });
});

describe('evaluatePath', () => {
  it('takes the loss of an Objective at equal distances', async () => {
    const found = await evaluatePath(linearPath(a, b), ring, { points: 5 });
    expect(found.map(({ position }) => position)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(found.map(({ value }) => value)).toEqual([0, 0.5625, 1, 0.5625, 0]);
  });

  it('takes anything that a callback finds, and counts', async () => {
    const reports: Progress[] = [];
    const path = bezierPath(a, bend, b);
    const found = await evaluatePath(path, async ([x]) => [await Promise.resolve(x!)], {
      points: 3,
      onProgress: (report) => reports.push(report),
    });
    expect(found.map(({ value }) => value)).toEqual([[-1], [0], [1]]);
    expect(reports.at(-1)).toMatchObject({ done: 3, total: 3 });
    expect((await evaluatePath(path, ring)).length).toBe(51);
  });

  it('stops', async () => {
    const stop = new AbortController();
    const result = evaluatePath(linearPath(a, b), () => stop.abort(new Error('enough')), {
      signal: stop.signal,
    });
    await expect(result).rejects.toThrow('enough');
    await expect(evaluatePath(linearPath(a, b), ring, { points: 1 })).rejects.toThrow('points');
  });
});

describe('trainBend', () => {
  it('finds the way around a barrier', async () => {
    const trained = await trainBend(a, b, ring, { steps: 800, learningRate: 0.01 });
    const curve = await evaluatePath(bezierPath(a, trained, b), ring);
    const line = await evaluatePath(linearPath(a, b), ring);
    const highest = (points: typeof line): number => Math.max(...points.map(({ value }) => value));
    expect(highest(line)).toBeCloseTo(1, 12);
    expect(highest(curve)).toBeLessThan(0.15);
    expect(trained[1]).toBeGreaterThan(1);
  });

  it('starts at the midpoint, gives steps to a callback and repeats itself', async () => {
    const seen: number[] = [];
    const options = { steps: 3, rng: 2 };
    const trained = await trainBend(
      a,
      Float64Array.of(3, 2),
      (parameters, step) => {
        seen.push(step);
        return parameters.map(() => 0);
      },
      options,
    );
    expect(trained).toEqual(Float64Array.of(1, 1));
    expect(seen).toEqual([0, 1, 2]);
    expect(await trainBend(a, b, ring, options)).toEqual(await trainBend(a, b, ring, options));
    expect(await trainBend(a, b, ring, options)).not.toEqual(
      await trainBend(a, b, ring, { ...options, rng: 3 }),
    );
  });

  it('stops, and refuses what does not fit', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(trainBend(a, b, ring, { signal })).rejects.toThrow('enough');
    await expect(trainBend(a, b, ring, { steps: 0 })).rejects.toThrow(InvalidArgumentError);
    await expect(trainBend(a, b, () => Float64Array.of(NaN, 0))).rejects.toThrow(NumericalError);
    await expect(trainBend(a, b, () => new Float64Array(1))).rejects.toThrow('length 2, got 1');
  });
});
