import { inlineExecutor } from '@pct/core';
import { evaluate } from '@pct/detector';
import { gnnTracker, interactionNetwork } from '@pct/gnn-dfl';
import { flattenParameters } from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { frameGradient } from '../../src/train/frameGradient.js';
import { frameMetrics, validate } from '../../src/train/validate.js';
import { frameOf, smallFrames } from '../support.js';

const context = { index: 0, signal: new AbortController().signal };
const network = interactionNetwork({ hidden: 4 });
const parameters = network.initialize(1);
const flat = flattenParameters(parameters);

describe.each([
  ['frameGradient', frameGradient],
  ['frameMetrics', frameMetrics],
] as const)('the task %s', (name, task) => {
  it('is found by threads under its name', async () => {
    const found = (await import(/* @vite-ignore */ task.module)) as Record<string, { name: string }>;
    expect(found[name]?.name).toBe(task.name);
  });
});

describe('frameGradient', () => {
  it('is nothing for a frame without segments, and the share of a batch for others', async () => {
    const settings = { network: { hidden: 4 }, mode: 'predict-then-track' } as const;
    const of = (frame: ReturnType<typeof frameOf>, frames: number) =>
      frameGradient.run({ settings, parameters: flat, frame, frames, draw: 0 }, context);
    const empty = await of(frameOf([[4, 0, 0, 0]]), 1);
    expect(empty).toEqual({ loss: 0, gradient: new Float64Array(flat.length) });
    const [frame] = await smallFrames(1, 3);
    const [one, half] = [await of(frame!, 1), await of(frame!, 2)];
    expect(half.loss).toBeCloseTo(one.loss / 2, 5);
    expect(one.gradient.some((value) => value !== 0)).toBe(true);
  });
});

describe('frameMetrics', () => {
  it('agrees with the tracker, also averaged', async () => {
    const frames = await smallFrames(2, 3, 12);
    await using tracker = gnnTracker({ network, parameters }, { threads: 1 });
    const settings = { network: { hidden: 4 }, parameters: flat, evaluation: { minHits: 3 } };
    const rates: number[] = [];
    for (const frame of frames) {
      const expected = evaluate(await tracker.reconstruct(frame), frame, { minHits: 3 });
      expect(await frameMetrics.run({ ...settings, frame }, context)).toEqual(expected);
      rates.push(expected.edgeTruePositiveRate);
    }
    const { edgeTruePositiveRate } = await validate(frames, settings, inlineExecutor(), undefined);
    expect(edgeTruePositiveRate).toBeCloseTo((rates[0]! + rates[1]!) / 2, 12);
  });
});
