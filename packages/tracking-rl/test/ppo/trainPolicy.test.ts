import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NumericalError } from '@pct/core';
import type { Frame } from '@pct/detector';
import { simplePolicy, trainPolicy, type TrainPolicyOptions } from '@pct/tracking-rl';
import { beforeAll, describe, expect, it } from 'vitest';
import { startScript } from '../../../../.config/runScript.js';
import { smallFrames } from '../policy/decisions.js';

let frames: Frame[];
beforeAll(async () => {
  frames = await smallFrames(3, 1, 10);
});

const options: TrainPolicyOptions = {
  ...{ policy: simplePolicy({ hidden: 8 }), iterations: 4, epochs: 2, minibatches: 2, seed: 1, threads: 1 },
};

describe('trainPolicy', () => {
  it.each<TrainPolicyOptions>([
    { constraint: 'none' },
    { assignment: { margin: { kind: 'totalCost', alpha: 0.02 } } },
  ])('learns from rewards alone to go straight on: %o', async (variant) => {
    // One frame only: rewards and entropies of different frames do not compare.
    const { records } = await trainPolicy(await smallFrames(1, 2, 20), {
      ...{ ...options, ...variant, iterations: 12, epochs: 4, learningRate: 1e-2 },
    });
    expect(records.map(({ iteration }) => iteration)).toEqual(Array.from({ length: 12 }, (_, k) => k + 1));
    const mean = (from: number, to: number): number =>
      records.slice(from, to).reduce((sum, { reward }) => sum + reward, 0) / (to - from);
    expect(mean(9, 12)).toBeGreaterThan(0.5 * mean(0, 3));
    expect(records.at(-1)!.entropy).toBeLessThan(records[0]!.entropy);
    expect(records.at(-1)!.learningRate).toBeCloseTo(1e-2 / 12, 10);
  });

  it('continues from a checkpoint bit for bit, and validates on the way', async () => {
    const validation = { frames: frames.slice(0, 1), every: 2 };
    const settings = { ...options, validation, assignment: { lambda: 3 } };
    const whole = await trainPolicy(frames, settings);
    expect(whole.records.map((record) => record.validation !== undefined)).toEqual([
      false,
      true,
      false,
      true,
    ]);

    const stop = new AbortController();
    const saved: Uint8Array[] = [];
    const begun = trainPolicy(frames, {
      ...settings,
      checkpoint: { every: 1, save: (bytes) => void saved.push(bytes) },
      signal: stop.signal,
      onProgress: ({ done }) => {
        if (done === 1) stop.abort(new Error('enough'));
      },
    });
    await expect(begun).rejects.toThrow('enough');
    expect(saved).toHaveLength(1);
    const resumed = await trainPolicy(frames, { ...settings, resume: saved[0] });
    expect(resumed.checkpoint()).toEqual(whole.checkpoint());
    expect(resumed.parameters).toEqual(whole.parameters);
    await expect(trainPolicy(frames, { ...settings, clip: 0.3, resume: saved[0] })).rejects.toThrow(
      'trainPolicy: the checkpoint is of a training with other options',
    );
  });

  it('goes on after kill -9 to the same numbers', { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tracking-rl-'));
    const file = join(folder, 'checkpoint.safetensors');
    const child = startScript('packages/tracking-rl/test/ppo/children/killed.ts', [file]);
    await new Promise<void>((resolve, reject) => {
      child.stdout!.on('data', (text: Buffer) => {
        if (text.toString().includes('saved')) resolve();
      });
      child.once('close', () => reject(new Error('the training ended by itself')));
    });
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    const resumed = await trainPolicy(frames, { ...options, resume: await readFile(file) });
    const whole = await trainPolicy(frames, options);
    expect(resumed.checkpoint()).toEqual(whole.checkpoint());
    await rm(folder, { recursive: true });
  });

  it('stops at a width that is no number, names frame and agent, and keeps the last good state', async () => {
    let calls = 0;
    const saved: Uint8Array[] = [];
    const environment = { kinkWidth: () => (++calls > 200 ? NaN : 0.02) };
    const failing = trainPolicy(frames, {
      ...options,
      environment,
      iterations: 50,
      checkpoint: { every: 100, save: (bytes) => void saved.push(bytes) },
    });
    await expect(failing).rejects.toThrow(NumericalError);
    await expect(failing).rejects.toThrow(
      /width of the kink of agent \d+ .* of frame \d+ must be positive and finite, got NaN/,
    );
    expect(saved).toHaveLength(1);
    const records: unknown[] = [];
    calls = -1e9;
    const stop = new AbortController();
    const resumed = trainPolicy(frames, {
      ...{ ...options, environment, iterations: 50, resume: saved[0] },
      signal: stop.signal,
      onProgress: ({ record }) => {
        records.push(record);
        stop.abort(new Error('it goes on'));
      },
    });
    await expect(resumed).rejects.toThrow('it goes on');
    expect(records).toHaveLength(1);
  });

  it('stops the passes of an iteration at the wanted divergence', async () => {
    const run = (targetKl: number) =>
      trainPolicy(frames, { ...options, iterations: 1, epochs: 30, learningRate: 0.03, targetKl });
    const [free, limited] = [await run(Infinity), await run(1e-4)];
    expect(limited.records[0]!.approximateKl).toBeLessThan(free.records[0]!.approximateKl);
  });

  it('checks its options', async () => {
    await expect(trainPolicy([])).rejects.toThrow('trainPolicy: frames must hold at least one, got none');
    await expect(trainPolicy(frames, { iterations: 0 })).rejects.toThrow('trainPolicy: iterations');
    await expect(trainPolicy(frames, { clip: NaN })).rejects.toThrow('trainPolicy: clip');
    await expect(trainPolicy(frames, { constraint: 'none', assignment: {} })).rejects.toThrow(
      "trainPolicy: assignment is for constraint 'assignment' only",
    );
    await expect(trainPolicy(frames, { assignment: { lambda: 0 } })).rejects.toThrow('assignment.lambda');
    await expect(trainPolicy(frames, { initial: simplePolicy({ hidden: 4 }).initialize(0) })).rejects.toThrow(
      'trainPolicy: observation.weight must be float32',
    );
  });
});
