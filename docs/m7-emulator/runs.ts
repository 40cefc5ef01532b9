/** Finished trainings as files: FOLDER/VARIANT-SEED.safetensors and, with the scores, .json. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createEmulator,
  decodeEmulator,
  encodeEmulator,
  evaluateEmulation,
  type EmulationMetrics,
  type EmulatorModel,
  type TrainEmulatorOptions,
  trainEmulator,
} from '@climate/m7-emulator';
import { regimeNames } from '@climate/m7-emulator/data';
import { writeFileAtomic } from '@pct/core/node';
import { cosineSchedule } from '@pct/tensor';
import { meanR2Interval } from './interval.js';
import { studyPairs, type StudyPairs } from './pairs.js';
import { type Variant, variantNamed } from './variants.js';

/** Sizes of one training. */
export interface Sizes {
  readonly rows: number;
  readonly validationRows: number;
  readonly testRows: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly hidden: readonly number[];
  readonly learningRate: number;
}

/** What is kept of a training besides the model. */
export interface RunRecord {
  readonly variant: string;
  readonly seed: number;
  readonly sizes: Sizes;
  /** Of this process while it trained, data included. */
  readonly cpuSeconds: number;
  /** On test rows. */
  readonly metrics: Omit<EmulationMetrics, 'r2' | 'logR2'> & {
    readonly r2: readonly number[];
    readonly logR2: readonly number[];
  };
  /** Interval of the mean R² in which 95 of 100 draws of test rows lie. */
  readonly meanR2Interval: readonly [low: number, high: number];
  /** Mean squared error in standard deviations by regime of the test rows. */
  readonly byRegime: Readonly<Record<string, number>>;
}

/** A training and its model. */
export interface Run {
  readonly record: RunRecord;
  readonly model: EmulatorModel;
}

const loaded = new Map<string, Promise<StudyPairs>>();

/** Pairs, made once per process. */
export function pairsOnce(split: Parameters<typeof studyPairs>[0], rows: number): Promise<StudyPairs> {
  const key = `${split} ${rows}`;
  const known = loaded.get(key) ?? studyPairs(split, rows);
  loaded.set(key, known);
  return known;
}

/** A run from its files, or trained now and kept there. */
export async function runOf(
  variant: Variant,
  seed: number,
  sizes: Sizes,
  folder: string,
  onProgress: (text: string) => void,
): Promise<Run> {
  const file = join(folder, `${variant.name}-${seed}`);
  try {
    const record = JSON.parse(await readFile(`${file}.json`, 'utf8')) as RunRecord;
    const model = decodeEmulator(await readFile(`${file}.safetensors`), { file });
    if (JSON.stringify(record.sizes) === JSON.stringify(sizes)) return { record, model };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const before = process.cpuUsage();
  const model = await modelOf(variant, seed, sizes, folder, onProgress);
  const { user, system } = process.cpuUsage(before);
  const test = await pairsOnce('test', sizes.testRows);
  const { metrics, meanR2Interval, byRegime } = await scoreOf(model, test);
  const record: RunRecord = {
    variant: variant.name,
    seed,
    sizes,
    cpuSeconds: Math.round((user + system) / 1e6),
    metrics: { ...metrics, r2: [...metrics.r2], logR2: [...metrics.logR2] },
    meanR2Interval,
    byRegime,
  };
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(`${file}.safetensors`, encodeEmulator(model));
  await writeFileAtomic(`${file}.json`, `${JSON.stringify(record, undefined, 1)}\n`);
  return { record, model };
}

type Steps = Required<Pick<TrainEmulatorOptions, 'steps' | 'batchSize' | 'learningRate'>>;

function ourSteps({ steps, batchSize, learningRate }: Sizes): Steps {
  return { steps, batchSize, learningRate: cosineSchedule({ initial: learningRate, steps }) };
}

/** The paper's optimiser, which sees as many rows. */
function publishedSteps({ steps, batchSize }: Sizes): Steps {
  const published = 256;
  return {
    steps: Math.ceil((steps * batchSize) / published),
    batchSize: published,
    learningRate: 1e-3,
  };
}

async function modelOf(
  variant: Variant,
  seed: number,
  sizes: Sizes,
  folder: string,
  onProgress: (text: string) => void,
): Promise<EmulatorModel> {
  if (variant.from !== undefined) {
    const { variant: other, output } = variant.from;
    const { model } = await runOf(variantNamed(other), seed, sizes, folder, onProgress);
    return { ...model, output };
  }
  const data = await pairsOnce('train', sizes.rows);
  const { model } = await trainEmulator(data, {
    ...(variant.ours ? ourSteps(sizes) : publishedSteps(sizes)),
    hidden: sizes.hidden,
    ...variant.options,
    validation: await pairsOnce('validation', sizes.validationRows),
    seed,
    threads: 1,
    notes: { title: `M7 emulator, ${variant.title}`, licence: 'MIT' },
    onProgress({ step, total, epochLoss, validation }) {
      onProgress(
        `${variant.name} ${seed}: step ${step} of ${total}, loss ${epochLoss?.toFixed(3) ?? '-'}, validation ${validation?.value.toFixed(3) ?? '-'}`,
      );
    },
  });
  return model;
}

/** Values that a model predicts for all rows, [row, 28]. */
export async function predictionsOf(model: EmulatorModel, { inputs }: StudyPairs): Promise<Float64Array> {
  const emulator = await createEmulator(model);
  const rows = inputs.length / 32;
  const values = new Float64Array(rows * 28);
  const chunk = 8192;
  for (let first = 0; first < rows; first += chunk) {
    const part = await emulator.predict(inputs.subarray(32 * first, 32 * Math.min(rows, first + chunk)));
    values.set(part.values, 28 * first);
  }
  await emulator.dispose();
  return values;
}

/** Scores of a model on some pairs, and its error by regime. */
async function scoreOf(
  model: EmulatorModel,
  pairs: StudyPairs,
): Promise<Pick<RunRecord, 'meanR2Interval' | 'byRegime'> & { readonly metrics: EmulationMetrics }> {
  const values = await predictionsOf(model, pairs);
  const { deviation } = model.scaling.target;
  const sums = new Float64Array(regimeNames.length);
  const counts = new Float64Array(regimeNames.length);
  values.forEach((value, at) => {
    const regime = pairs.regimes[Math.floor(at / 28)]!;
    sums[regime]! += ((value - pairs.outputs[at]!) / deviation[at % 28]!) ** 2;
    counts[regime]!++;
  });
  return {
    metrics: evaluateEmulation(pairs, values, model.scaling.target),
    meanR2Interval: meanR2Interval(pairs, values),
    byRegime: Object.fromEntries(
      regimeNames.flatMap((name, k) => (counts[k] === 0 ? [] : [[name, sums[k]! / counts[k]!]])),
    ),
  };
}
