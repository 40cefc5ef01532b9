/**
 * Trains one network of the study in a folder of its own, FOLDER/CONFIG-SEED: settings (run.json), losses and validations
 * (log.jsonl), a checkpoint and at the end the models. Started again, it goes on where the checkpoint is.
 *
 *   npm run script -- docs/gnn-dfl/train.ts --config ptt | pat25 | pat50 | pat75 | hit-ptt | hit-pat25 ... | mixed
 *     [--seed 1] [--steps 500] [--batch 8] [--frames 150] [--validation 12] [--threads 1] [--out gnn-runs] [--tiny]
 *
 * With `--threads 1`, runs of several configurations or seeds can go side by side, one on each core.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inlineExecutor } from '@pct/core';
import { threadExecutor, writeFileAtomic } from '@pct/core/node';
import { encodeModel, train } from '@pct/gnn-dfl';
import { configNamed, trainOptionsOf } from './configs.js';
import { mixedFrames } from './frames.js';
import { readIfThere, TrainingLog } from './log.js';

const { values } = parseArgs({
  options: {
    config: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    /** 10 000 in the paper; most is learnt in the first 500. */
    steps: { type: 'string' },
    /** Frames per step, 32 in the paper. */
    batch: { type: 'string' },
    /** Frames to train on and to validate with, of three phantoms and the configuration's densities in equal parts. */
    frames: { type: 'string' },
    validation: { type: 'string' },
    threads: { type: 'string', default: '1' },
    out: { type: 'string', default: 'gnn-runs' },
    /** Smallest sizes, for a test of the script. */
    tiny: { type: 'boolean', default: false },
  },
});
const defaults = values.tiny
  ? { steps: 4, batch: 2, frames: 4, validation: 3, every: 2 }
  : { steps: 500, batch: 8, frames: 150, validation: 12, every: 25 };
const config = configNamed(values.config);
const numberOf = (name: 'steps' | 'batch' | 'frames' | 'validation'): number =>
  Number(values[name] ?? defaults[name]);
const settings = {
  config: config.name,
  seed: Number(values.seed),
  steps: numberOf('steps'),
  batch: numberOf('batch'),
  frames: numberOf('frames'),
  validation: numberOf('validation'),
  tiny: values.tiny,
};

const framesFor = (purpose: 'training' | 'validation', count: number) =>
  mixedFrames(purpose, count, settings.tiny ? [4] : config.densities);

const folder = join(values.out, `${config.name}-${settings.seed}`);
await mkdir(folder, { recursive: true });
const checkpointFile = join(folder, 'checkpoint.safetensors');
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)));

const resume = await readIfThere(checkpointFile);
await writeFileAtomic(join(folder, 'run.json'), `${JSON.stringify(settings, undefined, 2)}\n`);
const log = await TrainingLog.open(join(folder, 'log.jsonl'));
const threads = Number(values.threads);
const executor = threads === 1 ? inlineExecutor() : threadExecutor({ threads });
try {
  const result = await train(await framesFor('training', settings.frames), {
    ...trainOptionsOf(config, settings.batch),
    steps: settings.steps,
    batchSize: settings.batch,
    seed: settings.seed,
    executor,
    signal: stop.signal,
    resume,
    validation: {
      frames: await framesFor('validation', settings.validation),
      every: defaults.every,
    },
    checkpoint: {
      every: defaults.every,
      // The log first: lines that a checkpoint does not have yet are replaced when the run goes on.
      async save(bytes) {
        await log.save();
        await writeFileAtomic(checkpointFile, bytes);
      },
    },
    onProgress({ done, loss, validation, elapsedMs, remainingMs }) {
      log.add(
        { step: done, loss, validation: validation?.step === done ? validation : undefined },
        elapsedMs,
      );
      const purity = validation && `, purity ${(100 * validation.purity).toFixed(1)} %`;
      const left = remainingMs === undefined ? '' : `, ${Math.round(remainingMs / 1000)} s left`;
      process.stderr.write(`step ${done}: loss ${loss.toPrecision(4)}${purity ?? ''}${left}\n`);
    },
  });
  await log.finish(result);
  await writeFileAtomic(join(folder, 'model.safetensors'), encodeModel(result));
  await writeFileAtomic(
    join(folder, 'last.safetensors'),
    encodeModel({ network: result.network, parameters: result.lastParameters }),
  );
} catch (error) {
  if (!stop.signal.aborted) throw error;
  process.stderr.write(`${String(error)}; start it again to go on\n`);
  process.exitCode = 1;
} finally {
  await executor.close();
}
