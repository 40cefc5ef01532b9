/** Trainings of the study, each in a folder of its own, FOLDER/CONFIG-SEED. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@pct/core/node';
import {
  decodePolicy,
  encodePolicy,
  trainPolicy,
  trainSupervised,
  type IterationRecord,
  type PolicyModel,
} from '@pct/tracking-rl';
import { readIfThere } from '../gnn-dfl/log.js';
import { mixedFrames } from '../gnn-dfl/frames.js';
import { configsNamed, type Config } from './configs.js';

/** Sizes of a training. */
export interface RunSettings {
  readonly iterations: number;
  /** Frames to train on and to validate with, of three phantoms in equal parts. */
  readonly frames: number;
  readonly validation: number;
  readonly every: number;
  readonly tiny: boolean;
}

/** Primaries per frame of a training. */
const densitiesOf = ({ densities = [100] }: Config, { tiny }: RunSettings): readonly number[] =>
  tiny ? densities.map((density) => Math.ceil(density / 12)) : densities;

/** A finished training. */
export interface Run {
  readonly config: Config;
  readonly seed: number;
  readonly model: PolicyModel;
  /** Empty for the supervised one. */
  readonly records: readonly IterationRecord[];
}

/**
 * A training, from its files if it is finished, and from its checkpoint if it was begun.
 *
 * @param folder - of all runs
 * @param say - receives what is going on
 */
export async function finishedRun(
  folder: string,
  config: Config,
  seed: number,
  settings: RunSettings,
  { signal, say }: { readonly signal: AbortSignal; readonly say: (text: string) => void },
): Promise<Run> {
  const inside = join(folder, `${config.trainedAs ?? config.name}-${seed}`);
  await mkdir(inside, { recursive: true });
  const [modelFile, recordsFile, checkpointFile] = [
    'model.safetensors',
    'records.json',
    'checkpoint.safetensors',
  ].map((name) => join(inside, name)) as [string, string, string];
  const { training = {}, densities, startsFrom } = config;
  const wanted = JSON.stringify({
    training: { ...training, policy: training.policy?.architecture },
    densities,
    startsFrom,
    ...settings,
  });
  const done = await readIfThere(recordsFile);
  if (done !== undefined) {
    const { settings: found, records } = JSON.parse(done.toString()) as {
      settings: string;
      records: IterationRecord[];
    };
    if (found !== wanted)
      throw new Error(`${inside} is of another training:\n  ${found}\nwanted:\n  ${wanted}\nmove it away`);
    return {
      ...{ config, seed, records },
      model: decodePolicy(await readFile(modelFile), { file: modelFile }),
    };
  }
  const frames = await mixedFrames('training', settings.frames, densitiesOf(config, settings));
  const common = {
    ...{ seed, signal, threads: 1, resume: await readIfThere(checkpointFile) },
    checkpoint: {
      every: settings.every,
      save: (bytes: Uint8Array): Promise<void> => writeFileAtomic(checkpointFile, bytes),
    },
  };
  const title = `${config.name} ${seed}`;
  let model: PolicyModel;
  let records: readonly IterationRecord[] = [];
  if (config.training === undefined)
    model = await trainSupervised(frames, {
      ...{ ...common, steps: 2 * settings.iterations },
      onProgress: ({ done: step, loss }) => say(`${title}: step ${step}, loss ${loss.toFixed(3)}`),
    });
  else {
    const start = startsFrom === undefined ? undefined : configsNamed(startsFrom)[0];
    const initial =
      start && (await finishedRun(folder, start, seed, settings, { signal, say })).model.parameters;
    const result = await trainPolicy(frames, {
      ...{ ...config.training, ...common, iterations: settings.iterations, initial },
      validation: {
        frames: await mixedFrames('validation', settings.validation, densitiesOf(config, settings)),
        every: settings.every,
      },
      onProgress: ({ record: { iteration, reward, entropy, validation } }) =>
        say(
          `${title}: iteration ${iteration}, reward ${reward.toFixed(2)}, entropy ${entropy.toFixed(2)}` +
            (validation ? `, purity ${(100 * validation.purity).toFixed(1)} %` : ''),
        ),
    });
    model = result;
    records = result.records;
  }
  await writeFileAtomic(modelFile, encodePolicy(model));
  await writeFileAtomic(recordsFile, `${JSON.stringify({ settings: wanted, records })}\n`);
  return { config, seed, model, records };
}
