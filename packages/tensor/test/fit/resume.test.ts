import { FileFormatError, InvalidArgumentError } from '@pct/core';
import type { NdArray } from '@pct/tensor';
import { array } from '@pct/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fit } from '@pct/tensor';
import type { BatchSource, FitResult } from '@pct/tensor';
import { decodeSafetensors, encodeSafetensors } from '@pct/tensor';
import { adam } from '@pct/tensor';
import { rmsprop } from '@pct/tensor';
import { cosineSchedule } from '@pct/tensor';
import { sgd } from '@pct/tensor';
import { line, lineLoss, network, networkData, networkLoss, noisyLine } from './support.js';

const runtime = 'interpreter' as const;

const optimizers = {
  sgd: () => sgd({ learningRate: 0.05 }),
  momentum: () => sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }),
  rmsprop: () => rmsprop({ learningRate: 0.01 }),
  adam: () =>
    adam({ learningRate: cosineSchedule({ initial: 0.05, steps: 9 }), amsgrad: true, weightDecay: 0.01 }),
};

interface Setting {
  readonly optimizer: keyof typeof optimizers;
  readonly batchSize: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  readonly every: number;
  readonly patience: number;
}

type Data = ReturnType<typeof networkData>;

/** A source that calls back before every batch. */
function watched(n: number, seed: number, onBatch: () => void): BatchSource<Data> {
  const [{ x, y }] = networkData(n, seed);
  const take = ({ data, shape }: NdArray, indices: Int32Array): NdArray => {
    const row = data.length / n;
    const chosen = Array.from(indices).flatMap((i) => Array.from(data.subarray(i * row, (i + 1) * row)));
    return { data: Float32Array.from(chosen), shape: [indices.length, ...shape.slice(1)] };
  };
  return {
    size: n,
    batch: (indices) => {
      onBatch();
      return [{ x: take(x, indices), y: take(y, indices) }];
    },
  };
}

interface Run {
  readonly resume?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly save?: (bytes: Uint8Array) => void;
  readonly onBatch?: () => void;
  readonly everySteps?: number;
}

function train(setting: Setting, { resume, signal, save, onBatch = () => {}, everySteps }: Run) {
  return fit(networkLoss, network(), watched(10, 2, onBatch), {
    ...setting,
    runtime,
    optimizer: optimizers[setting.optimizer](),
    epochs: 3,
    gradientClipping: { norm: 0.5 },
    validation: { data: watched(6, 7, onBatch), every: setting.every, patience: setting.patience },
    checkpoint: save && { save, everySteps },
    resume,
    signal,
  });
}

/** Everything that a training leaves behind. */
function all<P>({ checkpoint, ...rest }: FitResult<P>): unknown {
  return { ...rest, checkpoint: Array.from(checkpoint()) };
}

const settings = fc.record({
  optimizer: fc.constantFrom(...(Object.keys(optimizers) as (keyof typeof optimizers)[])),
  batchSize: fc.integer({ min: 2, max: 7 }),
  seed: fc.nat(),
  shuffle: fc.boolean(),
  dropLast: fc.boolean(),
  every: fc.integer({ min: 1, max: 3 }),
  patience: fc.integer({ min: 1, max: 4 }),
});

describe('resuming', () => {
  it('gives the same to the last bit, wherever the training was aborted', async () => {
    await fc.assert(
      fc.asyncProperty(
        settings,
        fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 3 }),
        async (setting, stops) => {
          const expected = await train(setting, {});
          let saved: Uint8Array | undefined;
          for (const stop of stops) {
            // The abort comes while a batch is read, of a step or of a validation.
            const controller = new AbortController();
            let batches = 0;
            const run = train(setting, {
              resume: saved,
              signal: controller.signal,
              save: (bytes) => (saved = bytes),
              onBatch: () => {
                if (++batches === stop) controller.abort(new Error('enough'));
              },
            });
            const end: unknown = await run.catch((error: unknown) => error);
            if (end instanceof Error) expect(end.message).toBe('enough');
          }
          expect(all(await train(setting, { resume: saved }))).toEqual(all(expected));
        },
      ),
      { numRuns: 25 },
    );
  }, 30_000);

  it('gives the same from the checkpoint of any step, as after a crash', async () => {
    const setting: Setting = {
      optimizer: 'adam',
      batchSize: 4,
      seed: 1,
      shuffle: true,
      dropLast: false,
      every: 2,
      patience: 99,
    };
    const files: Uint8Array[] = [];
    const expected = all(await train(setting, { save: (bytes) => files.push(bytes), everySteps: 1 }));
    expect(files).toHaveLength(10);
    for (const resume of files) expect(all(await train(setting, { resume }))).toEqual(expected);
    const second: Uint8Array[] = [];
    await train(setting, { save: (bytes) => second.push(bytes), everySteps: 4 });
    expect(second).toEqual([files[3], files[7], files[9]]);
  });

  it('makes a finished training longer', async () => {
    const options = { runtime, optimizer: adam({ learningRate: 0.1 }), batchSize: 3, seed: 4 };
    const data = noisyLine(8);
    const short = await fit(lineLoss, line(), data, { ...options, epochs: 2 });
    const long = await fit(lineLoss, line(), data, { ...options, epochs: 5 });
    const further = await fit(lineLoss, line(), data, { ...options, epochs: 5, resume: short.checkpoint() });
    expect(all(further)).toEqual(all(long));
    const done = await fit(lineLoss, line(), data, { ...options, epochs: 2, resume: long.checkpoint() });
    expect(done.parameters).toEqual(long.parameters);
    expect(done.step).toBe(15);
  });

  it('counts the time left by the steps of its own call', async () => {
    const options = { runtime, optimizer: sgd({ learningRate: 0.1 }), batchSize: 1 };
    const { checkpoint } = await fit(lineLoss, line(), noisyLine(4), { ...options, steps: 4 });
    let first:
      { done: number; total: number; elapsedMs: number; remainingMs: number | undefined } | undefined;
    await fit(lineLoss, line(), noisyLine(4), {
      ...options,
      steps: 8,
      resume: checkpoint(),
      onProgress: (report) => (first ??= report),
    });
    expect(first).toMatchObject({ done: 5, total: 8 });
    expect(first!.remainingMs).toBeCloseTo(3 * first!.elapsedMs, 6);
  });

  it('saves by time', async () => {
    let saves = 0;
    const countSave = (): void => {
      saves++;
    };
    await fit(lineLoss, line(), noisyLine(4), {
      runtime,
      optimizer: sgd({ learningRate: 0.1 }),
      batchSize: 1,
      steps: 7,
      checkpoint: { save: countSave, everyMs: 0 },
    });
    expect(saves).toBe(8);
  });
});

describe('aborting', () => {
  it('rejects at once with the reason before the training has begun, and saves nothing', async () => {
    const save = (): never => {
      throw new Error('saved');
    };
    const run = fit(lineLoss, line(), noisyLine(4), {
      runtime,
      optimizer: sgd({ learningRate: 0.1 }),
      batchSize: 1,
      steps: 7,
      checkpoint: { save },
      signal: AbortSignal.abort('stop'),
    });
    await expect(run).rejects.toBe('stop');
  });

  it('lets timers run, so that they can abort', async () => {
    const controller = new AbortController();
    const files: Uint8Array[] = [];
    const run = fit(lineLoss, line(), noisyLine(4), {
      runtime,
      optimizer: sgd({ learningRate: 0.1 }),
      batchSize: 1,
      steps: 1e9,
      checkpoint: { save: async (bytes) => void files.push(bytes) },
      signal: controller.signal,
    });
    setTimeout(() => {
      controller.abort();
    }, 30);
    await expect(run).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }) as Error);
    expect(files).toHaveLength(1);
    const { metadata } = decodeSafetensors(files[0]!);
    expect((JSON.parse(metadata.counters!) as { step: number }).step).toBeGreaterThan(0);
  });
});

describe('checkpoints', () => {
  const options = { runtime, optimizer: adam({ learningRate: 0.1 }), batchSize: 3, steps: 4, seed: 4 };
  const data = noisyLine(6);

  it('are safetensors files with readable names', async () => {
    const { checkpoint, parameters } = await fit(networkLoss, network(), networkData(6), {
      ...options,
      validation: { data: networkData(3), every: 4 },
    });
    const { arrays, metadata } = decodeSafetensors(checkpoint());
    expect(arrays['parameters.layers.0']).toEqual(parameters.layers[0]);
    expect(Object.keys(arrays).sort()).toEqual(
      [
        ...['best', 'optimizer.mean', 'optimizer.square', 'parameters'].flatMap((name) => [
          `${name}.layers.0`,
          `${name}.layers.1`,
          `${name}.scale`,
        ]),
        ...['epochLosses', 'running', 'validations'].map((name) => `history.${name}`),
      ].sort(),
    );
    expect(JSON.parse(metadata.counters!)).toEqual({ step: 4, optimizerStep: 4, best: 0 });
  });

  it('are refused for other options, data, parameters and optimisers', async () => {
    const resume = (await fit(lineLoss, line(), data, options)).checkpoint();
    const again = (changed: object, from = data, params: object = line()) =>
      expect(fit(lineLoss, params as never, from, { ...options, ...changed, resume })).rejects;
    await again({ seed: 5 }).toThrow(
      'fit: the checkpoint was made with seed 4, got 5; resume with the same data and options',
    );
    await again({ seed: '4' }).toThrow('made with seed 4, got "4"');
    await again({ seed: 4n, batchSize: 2 }).toThrow('made with batchSize 3, got 2');
    await again({}, noisyLine(7)).toThrow('made with number of examples 6, got 7');
    await again({ gradientClipping: { norm: 1 } }).toThrow('gradientClipping.norm undefined, got 1');
    await again({ validation: { data } }).toThrow('made with validation.every undefined, got 2');
    const narrow = data.map(({ data, shape }) => ({ data: Float32Array.from(data), shape }));
    await again({}, narrow as never).toThrow(
      'made with data [0]: float64[batch], [1]: float64[batch], got [0]: float32[batch], [1]: float32[batch]',
    );
    await again({ optimizer: sgd({ learningRate: 1 }) }).toThrow(
      'fit: the checkpoint belongs to other parameters, another state or another optimiser: arraysToTree: "optimizer.mean.offset" has no place',
    );
    await again({}, data, { slope: line().slope }).toThrow(InvalidArgumentError);
    await again({}, data, { slope: line().slope, offset: array([1, 2], 'float64') }).toThrow(
      '"parameters.offset" must be [2], got []',
    );
  });

  it('are refused when they are damaged', async () => {
    const bytes = (await fit(lineLoss, line(), data, options)).checkpoint();
    const from = (resume: Uint8Array) => expect(fit(lineLoss, line(), data, { ...options, resume })).rejects;
    await from(bytes.slice(0, -1)).toThrow(FileFormatError);
    await from(encodeSafetensors({ a: array(1) })).toThrow(
      'checkpoint: must have format pct-fit 1, got undefined undefined; not a checkpoint of fit?',
    );
    const { arrays, metadata } = decodeSafetensors(bytes);
    const changed = (change: Record<string, NdArray>, meta: Record<string, string> = {}): Uint8Array =>
      encodeSafetensors({ ...arrays, ...change }, { metadata: { ...metadata, ...meta } });
    await from(changed({ 'parameters.slope': array(NaN, 'float64') })).toThrow(
      'its numbers must be finite, but element 0 of params.slope is NaN',
    );
    await from(changed({ 'history.running': array([1]) })).toThrow('history.running is missing or malformed');
    await from(changed({ 'history.epochLosses': array([1, 2, 3], 'float64') })).toThrow(
      'it has 3 losses of epochs after 4 steps',
    );
    await from(changed({}, { counters: '{' })).toThrow('its metadata is not JSON');
    await from(changed({}, { counters: '1' })).toThrow('its metadata must be JSON objects');
    await from(changed({}, { counters: '{"step":-1,"optimizerStep":4,"best":-1}' })).toThrow(
      'its counter step is -1',
    );
    await from(changed({}, { counters: '{"step":4,"optimizerStep":4,"best":0}' })).toThrow(
      'its best validation 0 is missing',
    );
    await from('text' as never).toThrow('fit: resume must be the bytes of a checkpoint, a Uint8Array');
  });
});
