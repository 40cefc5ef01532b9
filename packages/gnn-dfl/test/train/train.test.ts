import { InvalidArgumentError } from '@pct/core';
import { threadExecutor } from '@pct/core/node';
import { hitGraph, type Frame } from '@pct/detector';
import { targetsOf, train, type TrainOptions, type TrainProgress } from '@pct/gnn-dfl';
import { beforeAll, describe, expect, it } from 'vitest';
import { frameOf, smallFrames } from '../support.js';

let frames: Frame[];
let others: Frame[];
beforeAll(async () => {
  frames = await smallFrames(4, 1);
  others = await smallFrames(2, 2);
});

const short = { steps: 6, batchSize: 2, learningRate: 3e-3, seed: 1 } satisfies TrainOptions;

describe('targetsOf', () => {
  it('averages tracker segments and others by themselves', () => {
    const frame = frameOf([
      [4, 0, 0, 0],
      [4, 1, 0, 1],
      [3, 0, 0, 0],
      [3, 1, 0, 1],
      [2, 0, 0, 0],
    ]);
    const { truth, weights } = targetsOf(frame, hitGraph(frame), 2);
    // Four segments from layer 4 to 3, two from 3 to 2.
    expect([...truth.data]).toEqual([1, 0, 0, 1, 1, 0]);
    expect([...weights.data]).toEqual([0.125, 0.125, 0.125, 0.125, 0.25, 0.25]);
  });
});

describe.each([
  ['predict-then-track', {}],
  ['predict-and-track', { estimator: { name: 'blackbox', lambda: 20, clip: true } }],
  ['predict-and-track', { estimator: { name: 'identity' }, margin: { kind: 'pairwise', alpha: 0.1 } }],
  ['predict-and-track', { margin: { kind: 'totalCost', alpha: 0.01 } }],
] as [TrainOptions['mode'], TrainOptions][])('train, %s %o', (mode, rest) => {
  it('lowers the loss', async () => {
    const { losses, parameters } = await train(frames, { ...short, ...rest, mode, steps: 12 });
    expect(losses.length).toBe(12);
    const mean = (values: Float64Array): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(losses.subarray(8))).toBeLessThan(mean(losses.subarray(0, 3)));
    expect(parameters.message.first.weight.data.every(Number.isFinite)).toBe(true);
  });
});

describe('train', () => {
  const options: TrainOptions = { ...short, mode: 'predict-then-track' };

  it('validates, keeps the best and reports', async () => {
    const reports: TrainProgress[] = [];
    const result = await train(frames, {
      ...options,
      validation: { frames: others, every: 2, evaluation: { minHits: 3 } },
      onProgress: (report) => reports.push(report),
    });
    expect(result.validations.map(({ step }) => step)).toEqual([2, 4, 6]);
    const best = Math.max(...result.validations.map(({ purity }) => purity));
    expect(result.best?.purity).toBe(best);
    expect(reports.at(-1)).toMatchObject({ done: 6, total: 6, validation: { step: 6 } });
    expect(reports.at(-1)!.loss).toBe(result.losses[5]);
  });

  it('continues bit for bit', async () => {
    const validation = { frames: others, every: 2 };
    const whole = await train(frames, { ...options, validation });
    let bytes = new Uint8Array();
    const stop = new AbortController();
    const checkpoint = {
      every: 4,
      save: (state: Uint8Array): void => {
        bytes = Uint8Array.from(state);
        stop.abort(new Error('stopped'));
      },
    };
    await expect(train(frames, { ...options, validation, checkpoint, signal: stop.signal })).rejects.toThrow(
      'stopped',
    );
    const resumed = await train(frames, { ...options, validation, resume: bytes });
    expect(resumed.losses).toEqual(whole.losses);
    expect(resumed.lastParameters).toEqual(whole.lastParameters);
    expect(resumed.validations).toEqual(whole.validations);
    expect(resumed.checkpoint()).toEqual(whole.checkpoint());
  });

  it('refuses a checkpoint of another training', async () => {
    const { checkpoint } = await train(frames, { ...options, steps: 1 });
    await expect(train(frames, { ...options, seed: 2, resume: checkpoint() })).rejects.toThrow(
      'other options',
    );
    await expect(train(frames, { ...options, resume: new Uint8Array(9) })).rejects.toThrow('checkpoint');
  });

  it.each([
    [{ steps: 0 }, 'steps'],
    [{ batchSize: 1.5 }, 'batchSize'],
    [{ learningRate: -1 }, 'learningRate'],
    [{ mode: 'both' }, 'mode'],
    [{ mode: 'predict-and-track', estimator: { name: 'magic' } }, 'estimator.name'],
    [{ mode: 'predict-and-track', estimator: { name: 'blackbox', lambda: 0 } }, 'lambda'],
    [{ margin: { kind: 'pairwise', alpha: 1 } }, "for mode 'predict-and-track' only"],
    [{ validation: { frames: [] } }, 'validation.frames'],
  ])('refuses %o', async (bad, words) => {
    const result = train(frames, { ...options, ...(bad as TrainOptions) });
    await expect(result).rejects.toThrow(InvalidArgumentError);
    await expect(train(frames, { ...options, ...(bad as TrainOptions) })).rejects.toThrow(words);
  });

  it('refuses to train on nothing', async () => {
    await expect(train([], options)).rejects.toThrow('frames must hold at least one frame');
  });
});

describe('train on threads', () => {
  // Worker threads load the built files.
  it.runIf(process.env['TEST_BUILT'] === '1')(
    'gives the same numbers (built files only: worker threads load those)',
    async () => {
      const options: TrainOptions = { ...short, mode: 'predict-and-track', steps: 3 };
      const inline = await train(frames, options);
      await using executor = threadExecutor({ threads: 2 });
      const threaded = await train(frames, { ...options, executor });
      expect(threaded.losses).toEqual(inline.losses);
      expect(threaded.lastParameters).toEqual(inline.lastParameters);
    },
  );
});
