import {
  checkFinite,
  checkInteger,
  checkOneOf,
  checkPositive,
  createRng,
  describeValue,
  InvalidArgumentError,
  ShapeError,
} from '@pct/core';
import type { Optimizer } from '../optim/optimizer.js';
import type { Examples } from './batches.js';
import { BatchOrder, openExamples } from './batches.js';
import type { AnyLoss } from './programs.js';
import type { CheckpointOptions, FitOptions, GradientClipping } from './types.js';

/** Options and data of a training, checked and with all defaults. */
export interface FitPlan {
  readonly optimizer: Optimizer;
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  /** Steps of the whole training. */
  readonly total: number;
  readonly order: BatchOrder;
  readonly examples: Examples;
  readonly validation: ValidationPlan | undefined;
  readonly clipping: GradientClipping;
  readonly checkpoint: CheckpointOptions | undefined;
  /** What a checkpoint has to agree with, by the name of the option. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What {@link FitPlan} knows about validations. */
export interface ValidationPlan {
  readonly examples: Examples;
  readonly order: BatchOrder;
  readonly every: number;
  readonly metric: AnyLoss | 'loss';
  readonly patience: number;
  readonly minimumDelta: number;
  readonly keepBest: boolean;
}

type AnyOptions = FitOptions<unknown, readonly unknown[]>;

/**
 * Checks options and data.
 *
 * @throws {@link InvalidArgumentError} or {@link ShapeError} naming what does not fit by its path
 */
export async function planFit(data: unknown, options: AnyOptions): Promise<FitPlan> {
  const {
    optimizer,
    seed = 0,
    shuffle = true,
    dropLast = false,
    gradientClipping = {},
    checkpoint,
  } = options;
  if (typeof (optimizer as Partial<Optimizer> | undefined)?.updateInPlace !== 'function')
    throw new InvalidArgumentError(
      `fit: optimizer must be an optimiser such as adam({ learningRate: 1e-3 }), got ${describeValue(optimizer)}`,
    );
  const batchSize = checkInteger('fit', 'batchSize', options.batchSize, { min: 1 });
  checkOneOf('fit', 'shuffle', shuffle, [true, false]);
  checkOneOf('fit', 'dropLast', dropLast, [true, false]);
  const rng = createRng(seed).split('order of examples');
  const { norm, value } = gradientClipping;
  if (norm !== undefined) checkPositive('fit', 'gradientClipping.norm', norm);
  if (value !== undefined) checkPositive('fit', 'gradientClipping.value', value);
  if (checkpoint !== undefined) checkCheckpoint(checkpoint);

  const examples = await openExamples('data', data);
  const batches = examples.size / batchSize;
  const batchesPerEpoch = dropLast ? Math.floor(batches) : Math.ceil(batches);
  if (batchesPerEpoch === 0)
    throw new InvalidArgumentError(
      `fit: batchSize must be at most the number of examples ${examples.size} with dropLast, got ${batchSize}`,
    );
  const total = countSteps(options, batchesPerEpoch);
  const validation = await planValidation(options, examples, batchesPerEpoch, total);
  const settings = {
    batchSize: `${batchSize}`,
    seed: typeof seed === 'string' ? JSON.stringify(seed) : `${seed}`,
    shuffle: `${shuffle}`,
    dropLast: `${dropLast}`,
    'number of examples': `${examples.size}`,
    data: examples.types.join(', '),
    'gradientClipping.norm': `${norm}`,
    'gradientClipping.value': `${value}`,
    'validation.every': `${validation?.every}`,
    'validation.minimumDelta': `${validation?.minimumDelta}`,
    'validation.keepBest': `${validation?.keepBest}`,
    'number of validation examples': `${validation?.examples.size}`,
  };
  return {
    optimizer,
    batchSize,
    batchesPerEpoch,
    total,
    order: new BatchOrder(examples.size, batchSize, shuffle ? rng : undefined),
    examples,
    validation,
    clipping: gradientClipping,
    checkpoint,
    settings,
  };
}

function countSteps({ epochs, steps }: AnyOptions, batchesPerEpoch: number): number {
  if ((epochs === undefined) === (steps === undefined))
    throw new InvalidArgumentError(
      `fit: needs either epochs or steps, got ${epochs === undefined ? 'neither' : 'both'}`,
    );
  if (epochs === undefined) return checkInteger('fit', 'steps', steps, { min: 1 });
  return checkInteger('fit', 'epochs', epochs, { min: 1 }) * batchesPerEpoch;
}

function checkCheckpoint({ save, everySteps, everyMs }: CheckpointOptions): void {
  if (typeof save !== 'function')
    throw new InvalidArgumentError(
      `fit: checkpoint.save must be a function of bytes, got ${describeValue(save)}`,
    );
  if (everySteps !== undefined) checkInteger('fit', 'checkpoint.everySteps', everySteps, { min: 1 });
  if (everyMs !== undefined) checkFinite('fit', 'checkpoint.everyMs', everyMs, { min: 0 });
}

async function planValidation(
  { validation, batchSize }: AnyOptions,
  { types }: Examples,
  batchesPerEpoch: number,
  total: number,
): Promise<ValidationPlan | undefined> {
  if (validation === undefined) return undefined;
  const { data, every = batchesPerEpoch, metric, patience, minimumDelta = 0, keepBest = true } = validation;
  checkInteger('fit', 'validation.every', every, { min: 1 });
  if (every > total)
    throw new InvalidArgumentError(
      `fit: validation.every must be at most the number of steps ${total}, or nothing is validated, got ${every}`,
    );
  if (metric !== undefined && typeof metric !== 'function')
    throw new InvalidArgumentError(`fit: validation.metric must be a function, got ${describeValue(metric)}`);
  if (patience !== undefined) checkInteger('fit', 'validation.patience', patience, { min: 1 });
  checkFinite('fit', 'validation.minimumDelta', minimumDelta, { min: 0 });
  checkOneOf('fit', 'validation.keepBest', keepBest, [true, false]);
  const examples = await openExamples('validation.data', data);
  const wrong = examples.types.find((type, i) => type !== types[i]) ?? examples.types[types.length];
  if (wrong !== undefined || examples.types.length !== types.length)
    throw new ShapeError(
      `fit: validation.data must be like data, ${types.join(', ')}, got ${examples.types.join(', ')}`,
    );
  return {
    examples,
    order: new BatchOrder(examples.size, batchSize, undefined),
    every,
    metric: metric ?? 'loss',
    patience: patience ?? Infinity,
    minimumDelta,
    keepBest,
  };
}
