import { NumericalError } from '@pct/core';
import type { NdArray, Tensor } from '@pct/tensor';
import { array, div, exp, log, mean, mul, neg, sqrt, sub, sum } from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { DivergedError } from '@pct/tensor';
import { fit } from '@pct/tensor';
import { sgd } from '@pct/tensor';
import type { Line } from './support.js';
import { line, lineLoss } from './support.js';

const runtime = 'interpreter' as const;

/** Walks from 0 upwards by the mean of the examples in each step; log fails at 0 of what is left. */
const barrier = (p: Tensor, x: Tensor) => sub(sum(neg(mul(p, mean(x)))), mul(0, log(sub(3, p))));
const one = [array([1], 'float64')] as const;

async function failureOf(run: Promise<unknown>): Promise<DivergedError> {
  const error: unknown = await run.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DivergedError);
  expect(error).toBeInstanceOf(NumericalError);
  return error as DivergedError;
}

describe('divergence', () => {
  it('stops at a loss of NaN, naming step and batch, with the last parameters of a finite loss', async () => {
    const options = { runtime, optimizer: sgd({ learningRate: 1 }), batchSize: 1, seed: 1 };
    const data = [array([1, 1, 1], 'float64')] as const;
    // The gradient of the barrier is 0 / (3 - p), so steps are of length 1: the loss is NaN at p = 3.
    const error = await failureOf(fit(barrier, array(0, 'float64'), data, { ...options, epochs: 3 }));
    expect(error.message).toBe(
      'fit: the loss is NaN at step 4 (batch 1 of 3 in epoch 2); lower the learning rate, clip the gradients, or look for bad numbers in the batch',
    );
    expect(error.code).toBe('ERR_NUMERICAL');
    expect(error.examples).toHaveLength(1);
    const { result } = error;
    expect(result).toMatchObject({ status: 'diverged', step: 2, loss: -1 });
    expect(result.parameters).toEqual(array(2, 'float64'));
    expect(result.epochLosses).toHaveLength(0);
    // The checkpoint is that of a training that ended there.
    const { checkpoint } = await fit(barrier, array(0, 'float64'), data, { ...options, steps: 2 });
    expect(result.checkpoint()).toEqual(checkpoint());
  });

  it('names the examples of a bad batch', async () => {
    const x = array([1, 2, NaN, 4], 'float64');
    const error = await failureOf(
      fit(lineLoss, line(), [x, array([1, 2, 3, 4], 'float64')], {
        runtime,
        optimizer: sgd({ learningRate: 0.1 }),
        batchSize: 2,
        epochs: 1,
        shuffle: false,
      }),
    );
    expect(error.message).toContain('the loss is NaN at step 2 (batch 2 of 2 in epoch 1)');
    expect(error.examples).toEqual(Int32Array.of(2, 3));
    expect(error.result.parameters).toEqual(line());
  });

  it('keeps parameters that a validation found good', async () => {
    const x = array([1, NaN], 'float64');
    const options = {
      runtime,
      optimizer: sgd({ learningRate: 0.1 }),
      batchSize: 1,
      epochs: 1,
      shuffle: false,
    };
    const validation = { data: [array([1], 'float64'), array([1], 'float64')] as const, every: 1 };
    const error = await failureOf(
      fit(lineLoss, line(), [x, array([1, 2], 'float64')], { ...options, validation }),
    );
    expect(error.result.step).toBe(1);
    const { slope } = error.result.lastParameters as Line<NdArray>;
    expect(slope.data[0]).toBeCloseTo(0.2, 12);
    expect(error.result.best!.step).toBe(1);
  });

  it('stops at gradients that are NaN while the loss is finite', async () => {
    const error = await failureOf(
      fit((p, x) => sum(mul(sqrt(p), x)), array([0], 'float64'), one, {
        runtime,
        optimizer: sgd({ learningRate: 1 }),
        batchSize: 1,
        steps: 3,
      }),
    );
    expect(error.message).toContain(
      'a gradient is NaN or infinite at step 1 (batch 1 of 1 in epoch 1); sgd:',
    );
    expect(error.cause).toBeInstanceOf(NumericalError);
    const clipped = await failureOf(
      fit((p, x) => sum(mul(sqrt(p), x)), array([0], 'float64'), one, {
        runtime,
        optimizer: sgd({ learningRate: 1 }),
        batchSize: 1,
        steps: 3,
        gradientClipping: { norm: 1 },
      }),
    );
    expect(clipped.message).toContain('clipByGlobalNormInPlace');
  });

  it('goes back when a parameter overflows', async () => {
    // Steps of -2e38, which float32 holds once but not twice.
    const start: { w: NdArray } = { w: array([1]) };
    const error = await failureOf(
      fit((p, x) => mul(sum(p.w), mean(x)), start, [array([1])], {
        runtime,
        optimizer: sgd({ learningRate: 2e38 }),
        batchSize: 1,
        steps: 9,
      }),
    );
    expect(error.message).toContain(
      'a number overflows: element 0 of params.w is -Infinity at step 2 (batch 1 of 1 in epoch 2)',
    );
    expect(error.result.step).toBe(1);
    expect(error.result.parameters).toEqual({ w: array([-2e38]) });
  });

  it('stops at a validation of Infinity', async () => {
    const error = await failureOf(
      fit((p, x) => sum(neg(mul(p, mean(x)))), array(0, 'float64'), one, {
        runtime,
        optimizer: sgd({ learningRate: 400 }),
        batchSize: 1,
        steps: 5,
        validation: { data: one, metric: (p, x) => div(exp(p), mean(x)) },
      }),
    );
    expect(error.message).toContain(
      'fit: the validation after step 2 gives Infinity; lower the learning rate',
    );
    expect(error.examples).toBeUndefined();
    expect(error.result).toMatchObject({ step: 1, validations: [{ step: 1 }] });
    expect(error.result.parameters).toEqual(array(400, 'float64'));
  });
});
