import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InvalidArgumentError } from '@pct/core';
import {
  bezierPath,
  curvatureMap,
  eigenpairs,
  hessianOperator,
  learnCurve,
  memoryJournal,
  pathProfile,
  spectralDensity,
  type Journal,
  type SymmetricOperator,
} from '@viz/gradvis';
import { savesAtTimes } from '../../src/journal/saver.js';
import { randomSymmetric, denseOperator } from '../curvature/support.js';
import { bowl, ring } from '../fixtures/objectives.mjs';
import { testThreads } from '../threads.js';

/** A journal that holds only the parts of another that a test lets through. */
async function someOf(journal: Journal, key: string, kept: (index: number) => boolean): Promise<Journal> {
  const part = memoryJournal();
  await part.load(key);
  for (const [index, values] of await journal.load(key)) if (kept(index)) await part.append(index, values);
  return part;
}

/** A journal that tells its key. */
function listening(): Journal & { key: string; readonly appended: number[] } {
  const inner = memoryJournal();
  const outer = {
    key: '',
    appended: [] as number[],
    load: (key: string) => ((outer.key = key), inner.load(key)),
    append: (index: number, values: Float64Array) => (
      outer.appended.push(index),
      inner.append(index, values)
    ),
  };
  return outer;
}

describe('memoryJournal', () => {
  it('keeps copies of the last part of each index, and gives copies away', async () => {
    const journal = memoryJournal();
    expect((await journal.load('key')).size).toBe(0);
    const part = Float64Array.of(1, NaN);
    await journal.append(4, part);
    part[0] = 7;
    (await journal.load('key')).get(4)![0] = 8;
    expect((await journal.load('key')).get(4)).toEqual(Float64Array.of(1, NaN));
    await journal.append(4, Float64Array.of(-0));
    expect([...(await journal.load('key'))]).toEqual([[4, Float64Array.of(-0)]]);
  });

  it('tells in what another work differs', async () => {
    const journal = memoryJournal();
    await journal.load('{"work":"f","seed":1,"size":3}');
    const other = journal.load('{"work":"f","seed":2,"length":3}');
    await expect(other).rejects.toThrow(InvalidArgumentError);
    await expect(other).rejects.toThrow(
      'memoryJournal: the journal belongs to other work, which differs in seed, size, length; ' +
        'go on with the same settings, or take a new journal',
    );
    await expect(journal.load('no JSON')).rejects.toThrow('which differs in work, seed, size;');
  });
});

describe('savesAtTimes', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('saves once a second, or less often where saving takes long', async () => {
    let saves = 0;
    let milliseconds = 0;
    const mayBeSaved = savesAtTimes(async () => {
      saves++;
      vi.advanceTimersByTime(milliseconds);
    });
    const after = async (time: number): Promise<number> => {
      vi.advanceTimersByTime(time);
      await mayBeSaved();
      return saves;
    };
    expect([await after(999), await after(1), await after(500), await after(500)]).toEqual([0, 1, 1, 2]);
    milliseconds = 200;
    expect([await after(1000), await after(3999), await after(1)]).toEqual([3, 3, 4]);
  });
});

describe('functions that keep a journal', () => {
  const source = { module: new URL('../fixtures/objectives.mjs', import.meta.url).href, name: 'bowl' };
  const settings = { curvatures: [3, 1, -2, 5, 0.5, 8], waves: 0.01 };
  const at = Float64Array.of(0.1, -0.2, 0.3, 0.4, -0.5, 0.6);

  it('spectralDensity computes the runs that are missing, on threads too, or further ones', async () => {
    const operator = await hessianOperator({ ...source, settings }, at);
    const journal = listening();
    const options = { runs: 4, steps: 5, seed: 2 };
    const whole = await spectralDensity(operator, { ...options, journal });
    expect(journal.appended).toEqual([0, 1, 2, 3]);
    const executor = testThreads(2);
    try {
      const half = await someOf(journal, journal.key, (run) => run % 2 === 1);
      expect(await spectralDensity(operator, { ...options, journal: half, executor })).toEqual(whole);
    } finally {
      await executor.close();
    }
    const more = await spectralDensity(operator, { ...options, runs: 6, journal });
    expect(journal.appended).toEqual([0, 1, 2, 3, 4, 5]);
    expect(more).toEqual(await spectralDensity(operator, { ...options, runs: 6 }));
    const elsewhere = await hessianOperator(
      { ...source, settings },
      at.map((x) => -x),
    );
    await expect(spectralDensity(elsewhere, { ...options, journal })).rejects.toThrow('differs in operator');
  });

  it('curvatureMap computes the rows that are missing, on threads too', async () => {
    const axes = [0, 1].map((k) => ({
      name: `axis ${k}`,
      direction: at.map((_, i) => (i === k ? 1 : 0)),
      points: 3,
    }));
    const journal = listening();
    const objective = { ...source, settings };
    const whole = await curvatureMap(objective, at, axes, { journal });
    expect(journal.appended).toEqual([0, 1, 2]);
    const executor = testThreads(1);
    try {
      const half = await someOf(journal, journal.key, (row) => row === 1);
      expect(await curvatureMap(objective, at, axes, { journal: half, executor })).toEqual(whole);
    } finally {
      await executor.close();
    }
    await expect(curvatureMap(objective, at, axes, { journal, seed: 1 })).rejects.toThrow('differs in seed');
    const moved = axes.map((axis) => ({ ...axis, range: [-1, 2] as const }));
    await expect(curvatureMap(objective, at, moved, { journal })).rejects.toThrow('differs in chains');
  });

  it('eigenpairs goes on from any product, and notices another operator', async () => {
    const matrix = randomSymmetric(60, 4);
    let products = 0;
    const operator: SymmetricOperator = {
      ...denseOperator(matrix, 60),
      apply: (vector) => (products++, denseOperator(matrix, 60).apply(vector)),
    };
    const journal = listening();
    const options = { top: 2, bottom: 1, basisSize: 20 };
    const whole = await eigenpairs(operator, { ...options, journal });
    const all = products;
    expect(journal.appended).toHaveLength(all);
    for (const cut of [1, 17, all - 1]) {
      products = 0;
      const part = await someOf(journal, journal.key, (index) => index < cut);
      expect(await eigenpairs(operator, { ...options, journal: part })).toEqual(whole);
      expect(products).toBe(all - cut);
    }
    const other = denseOperator(randomSymmetric(60, 5), 60);
    const part = await someOf(journal, journal.key, (index) => index < 3 || index > 5);
    await expect(eigenpairs(other, { ...options, journal: part })).rejects.toThrow(
      /eigenpairs: product \d+ of the journal is that of another vector, so that the operator has changed/,
    );
  });

  it('learnCurve goes on from its state, pathProfile with the points that are missing', async () => {
    const [a, b] = [Float64Array.of(-1, 0.01), Float64Array.of(1, 0.01)];
    for (const shape of ['bezier', 'chain'] as const) {
      const options = {
        shape,
        steps: 40,
        bends: 2,
        draws: 3,
        weightDecay: 0.01,
        learningRate: (k: number) => 0.1 / (1 + k),
      };
      const whole = await learnCurve(ring(), a, b, options);
      const journal = memoryJournal();
      const stop = new AbortController();
      let gradients = 0;
      const stopping = {
        ...ring(),
        gradient: (at: Float64Array) => {
          if (++gradients === 50) stop.abort(new Error('enough'));
          return ring().gradient(at) as Float64Array;
        },
      };
      await expect(learnCurve(stopping, a, b, { ...options, journal, signal: stop.signal })).rejects.toThrow(
        'enough',
      );
      const before = gradients;
      expect(await learnCurve(stopping, a, b, { ...options, journal })).toEqual(whole);
      expect(gradients - before).toBe(3 * (40 - 16));
      expect(await learnCurve(stopping, a, b, { ...options, journal })).toEqual(whole);
      expect(gradients - before).toBe(3 * (40 - 16));
      await expect(learnCurve(stopping, a, b, { ...options, steps: 41, journal })).rejects.toThrow(
        'differs in steps, learningRate',
      );
    }

    const path = bezierPath([a, Float64Array.of(0, 2), b]);
    const journal = listening();
    const profile = await pathProfile(ring(), path, { points: 7, journal });
    const half = await someOf(journal, journal.key, (index) => index < 4);
    let losses = 0;
    const counting = { ...ring(), loss: (x: Float64Array) => (losses++, ring().loss(x)) };
    expect(await pathProfile(counting, path, { points: 7, journal: half })).toEqual(profile);
    expect(losses).toBe(3);
    await expect(pathProfile(bowl({ curvatures: [1, 2] }), path, { points: 8, journal })).rejects.toThrow(
      'differs in points',
    );
  });
});
