import { inlineExecutor, type Executor, type MapOptions, type Task, type TaskResult } from '@pct/core';
import type { Frame } from '@pct/detector';
import { interactionNetwork, train, type TrainOptions, type TrainProgress } from '@pct/gnn-dfl';
import { rmsprop } from '@pct/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { keepBest, newState } from '../../src/train/state.js';
import { smallFrames } from '../support.js';

let frames: Frame[];
let others: Frame[];
beforeAll(async () => {
  frames = await smallFrames(3, 1);
  others = await smallFrames(1, 2);
});

const options: TrainOptions = { mode: 'predict-then-track', steps: 4, batchSize: 2, seed: 1 };

/** Calls a function before every map, and hands the outputs on last first, as slow threads might. */
function backwards(beforeMap: (task: string) => void = () => undefined): Executor {
  const inner = inlineExecutor();
  return {
    async *map<I, O>(task: Task<I, O>, inputs: Iterable<I>, settings?: MapOptions) {
      beforeMap(task.name);
      settings?.signal?.throwIfAborted();
      const results: TaskResult<O>[] = [];
      for await (const result of inner.map(task, inputs, settings)) results.push(result);
      yield* results.reverse();
    },
    close: () => inner.close(),
    [Symbol.asyncDispose]: () => inner.close(),
  };
}

describe('train', () => {
  it('does not depend on the order in which frames are finished', async () => {
    const one = await train(frames, { ...options, batchSize: 3 });
    const other = await train(frames, { ...options, batchSize: 3, executor: backwards() });
    expect(other.checkpoint()).toEqual(one.checkpoint());
  });

  it('validates after a resumption if it was stopped meanwhile', async () => {
    const validation = { frames: others, every: 2 };
    const whole = await train(frames, { ...options, validation });
    const stop = new AbortController();
    let bytes = new Uint8Array();
    const executor = backwards((task) => {
      if (task === 'frameMetrics') stop.abort(new Error('stopped'));
    });
    const checkpoint = { save: (state: Uint8Array): void => void (bytes = Uint8Array.from(state)) };
    await expect(
      train(frames, { ...options, validation, executor, checkpoint, signal: stop.signal }),
    ).rejects.toThrow('stopped');
    const resumed = await train(frames, { ...options, validation, resume: bytes });
    expect(resumed.validations).toEqual(whole.validations);
    expect(resumed.checkpoint()).toEqual(whole.checkpoint());
  });

  it('saves the last good state when a step fails, and says why', async () => {
    const saved: Uint8Array[] = [];
    let maps = 0;
    const executor = backwards(() => {
      if (++maps === 3) throw new Error('thread lost');
    });
    const checkpoint = { every: 10, save: (state: Uint8Array): void => void saved.push(state) };
    await expect(train(frames, { ...options, executor, checkpoint })).rejects.toThrow('thread lost');
    const two = await train(frames, { ...options, steps: 2 });
    expect(saved).toEqual([two.checkpoint()]);
  });

  it('does not save again when saving fails', async () => {
    let tries = 0;
    const save = (): void => {
      tries++;
      throw new Error('disk full');
    };
    await expect(train(frames, { ...options, checkpoint: { every: 2, save } })).rejects.toThrow('disk full');
    expect(tries).toBe(1);
  });

  it('counts all steps after a resumption, and has nothing to do when they are done', async () => {
    const first = await train(frames, { ...options, steps: 3 });
    const reports: TrainProgress[] = [];
    const onProgress = (report: TrainProgress): void => void reports.push(report);
    await train(frames, { ...options, resume: first.checkpoint(), onProgress });
    expect(reports.map(({ done, total }) => [done, total])).toEqual([[4, 4]]);
    const same = await train(frames, { ...options, steps: 3, resume: first.checkpoint() });
    expect(same.lastParameters).toEqual(first.lastParameters);
  });
});

describe('keepBest', () => {
  it('takes any purity for better than none', () => {
    const state = newState(interactionNetwork({ hidden: 4 }).initialize(0), rmsprop({ learningRate: 1 }));
    const rates = { efficiency: 0, edgeTruePositiveRate: 0, edgeFalsePositiveRate: 0 };
    [NaN, 0, NaN, 0.5, 0.4].forEach((purity, step) => {
      keepBest(state, { step, purity, ...rates });
      expect(state.best?.record.step).toBe([0, 1, 1, 3, 3][step]);
    });
    expect(state.validations.length).toBe(5);
  });
});
