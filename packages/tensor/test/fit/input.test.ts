import { InvalidArgumentError, ShapeError } from '@pct/core';
import type { Tensor } from '@pct/tensor';
import { array } from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { fit } from '@pct/tensor';
import { sgd } from '@pct/tensor';
import { line, lineLoss, noisyLine } from './support.js';

const runtime = 'interpreter' as const;

const [x, y] = noisyLine(6);
const good = { runtime, optimizer: sgd({ learningRate: 0.1 }), batchSize: 2, epochs: 2 };

function run(changes: {
  options?: object;
  data?: unknown;
  params?: unknown;
  loss?: (...args: Tensor[]) => unknown;
}): Promise<unknown> {
  const { options = {}, data = [x, y], params = line(), loss = lineLoss } = changes;
  return fit(loss as never, params as never, data as never, { ...good, ...options });
}

const invalid: [string, Parameters<typeof run>[0], string][] = [
  ['no optimiser', { options: { optimizer: {} } }, 'fit: optimizer must be an optimiser such as adam'],
  ['a batch of 0', { options: { batchSize: 0 } }, 'fit: batchSize must be an integer of at least 1, got 0'],
  ['half an epoch', { options: { epochs: 0.5 } }, 'fit: epochs must be an integer of at least 1, got 0.5'],
  ['no steps', { options: { epochs: undefined, steps: 0 } }, 'fit: steps must be an integer of at least 1'],
  ['no length', { options: { epochs: undefined } }, 'fit: needs either epochs or steps, got neither'],
  ['two lengths', { options: { steps: 3 } }, 'fit: needs either epochs or steps, got both'],
  ['a seed of NaN', { options: { seed: NaN } }, 'seed must be a safe integer, a bigint or a string, got NaN'],
  ['a strange shuffle', { options: { shuffle: 1 } }, 'fit: shuffle must be one of true, false, got 1'],
  ['a strange dropLast', { options: { dropLast: 'no' } }, 'fit: dropLast must be one of true, false'],
  [
    'a batch larger than the data with dropLast',
    { options: { dropLast: true, batchSize: 7 } },
    'fit: batchSize must be at most the number of examples 6 with dropLast, got 7',
  ],
  [
    'a negative norm',
    { options: { gradientClipping: { norm: -1 } } },
    'fit: gradientClipping.norm must be a finite number above 0, got -1',
  ],
  [
    'a limit of NaN',
    { options: { gradientClipping: { value: NaN } } },
    'fit: gradientClipping.value must be',
  ],
  ['nowhere to save', { options: { checkpoint: {} } }, 'fit: checkpoint.save must be a function of bytes'],
  [
    'checkpoints every 0 steps',
    { options: { checkpoint: { save: () => {}, everySteps: 0 } } },
    'fit: checkpoint.everySteps must be an integer of at least 1, got 0',
  ],
  [
    'checkpoints every -1 ms',
    { options: { checkpoint: { save: () => {}, everyMs: -1 } } },
    'fit: checkpoint.everyMs must be a finite number of at least 0, got -1',
  ],
  ['data without a list', { data: x }, 'fit: data must be a list with one entry per argument of the loss'],
  ['no data', { data: [] }, 'fit: data must have at least one array, got none'],
  ['text for data', { data: [x, { y: 'text' }] }, 'fit: data[1].y must be an array { data, shape }'],
  ['a source without size', { data: { batch: () => [x, y] } }, 'fit: data.size must be an integer from 1'],
  ['a source of nothing', { data: { size: 3, batch: () => x } }, 'fit: data.batch must return a list'],
  ['no parameters', { params: {} }, 'fit: params must have at least one array, got none'],
  [
    'integer parameters',
    { params: { slope: array(1, 'int32'), offset: array(1, 'float64') } },
    'fit: params.slope must be a floating point array, got Int32Array of length 1',
  ],
  [
    'parameters of NaN',
    { params: { slope: array(1, 'float64'), offset: array([1, NaN], 'float64') } },
    'fit: params.offset must be finite, but element 1 is NaN',
  ],
  ['a number for an array', { params: { slope: 1, offset: 2 } }, 'fit: params.slope must be an array'],
  ['a loss of three things', { loss: (p) => [p, p, p] }, 'fit: the loss must return a tensor or [loss, aux'],
  ['a loss that is no tensor', { loss: () => 1 }, 'the function must return a tensor, got 1'],
  [
    'validation that never comes',
    { options: { validation: { data: [x, y], every: 7 } } },
    'fit: validation.every must be at most the number of steps 6, or nothing is validated, got 7',
  ],
  [
    'validation every 0 steps',
    { options: { validation: { data: [x, y], every: 0 } } },
    'fit: validation.every must be an integer of at least 1, got 0',
  ],
  [
    'no patience',
    { options: { validation: { data: [x, y], patience: 0 } } },
    'fit: validation.patience must be an integer of at least 1, got 0',
  ],
  [
    'a negative difference',
    { options: { validation: { data: [x, y], minimumDelta: -1 } } },
    'fit: validation.minimumDelta must be a finite number of at least 0, got -1',
  ],
  [
    'a strange keepBest',
    { options: { validation: { data: [x, y], keepBest: 'yes' } } },
    'fit: validation.keepBest must be one of true, false, got "yes"',
  ],
  [
    'a metric that is no function',
    { options: { validation: { data: [x, y], metric: 'loss' } } },
    'fit: validation.metric must be a function, got "loss"',
  ],
  [
    'a metric of numbers',
    { options: { validation: { data: [x, y], metric: () => 3 } } },
    'fit: validation.metric must return a tensor with one number',
  ],
];

const misshapen: [string, Parameters<typeof run>[0], string][] = [
  [
    'data of different lengths',
    { data: [x, { y: noisyLine(5)[1] }] },
    'fit: data[1].y must have 6 examples on its first axis like data[0], got 5',
  ],
  ['data without axes', { data: [x, array(1)] }, 'fit: data[1] must have the examples on its first axis'],
  ['no examples', { data: [array([]), array([])] }, 'fit: data[0] must have at least one example, got none'],
  [
    'a wrong number of elements',
    { data: [{ data: x.data, shape: [7] }, y] },
    'fit: "data[0]" must have as many elements as its shape [7] says, got 6',
  ],
  [
    'a source that returns too much',
    { data: { size: 3, batch: () => [x, y] } },
    'fit: data.batch must return 1 examples for 1 indices, but data[0] has shape [6]',
  ],
  [
    'validation data of another type',
    { options: { validation: { data: [x, array([1, 2, 3, 4, 5, 6])] } } },
    'fit: validation.data must be like data, [0]: float64[batch], [1]: float64[batch], got [0]: float64[batch], [1]: float32[batch]',
  ],
  [
    'validation data of one array',
    { options: { validation: { data: [x] } } },
    'validation.data must be like',
  ],
  ['validation data of three arrays', { options: { validation: { data: [x, y, y] } } }, 'must be like data'],
  ['a loss with axes', { loss: (_, x) => x }, 'the function must return one number, got float64[batch]'],
];

describe('fit refuses', () => {
  it.each(invalid)('%s', async (_, changes, message) => {
    const error: unknown = await run(changes).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect((error as Error).message).toContain(message);
  });

  it.each(misshapen)('%s', async (_, changes, message) => {
    const error: unknown = await run(changes).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ShapeError);
    expect((error as Error).message).toContain(message);
  });

  it('a source that changes its mind, by path', async () => {
    const source = {
      size: 6,
      batch: (indices: Int32Array) =>
        indices.length === 1 ? [array([1], 'float64'), array([1], 'float64')] : [x],
    };
    await expect(run({ data: source })).rejects.toThrow('fit: data must be a list of length 2');
  });
});
