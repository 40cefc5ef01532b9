import type { Tensor } from '@pct/tensor';
import { abs, array, mean, mul, neg, sub, sum } from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { fit } from '@pct/tensor';
import { sgd } from '@pct/tensor';
import { line, lineLoss, noisyLine } from './support.js';

const runtime = 'interpreter' as const;

/** Walks from 0 upwards by 1 in each step. */
const walk = (p: Tensor, x: Tensor) => sum(neg(mul(p, mean(x))));
/** Distance from the mean of the examples, |p - x|: falls until it is reached. */
const distance = (p: Tensor, x: Tensor) => mean(abs(sub(p, x)));
const one = [array([1], 'float64')] as const;
const options = { runtime, optimizer: sgd({ learningRate: 1 }), batchSize: 1, epochs: 20 };

function walkTo(target: number, more: object) {
  const validation = { data: [array([target], 'float64')] as const, metric: distance, ...more };
  return fit(walk, array(0, 'float64'), one, { ...options, validation });
}

describe('validation', () => {
  it('stops when patience is lost, with the best parameters', async () => {
    const result = await walkTo(5, { patience: 3 });
    expect(result).toMatchObject({
      status: 'stoppedEarly',
      step: 8,
      parameters: array(5, 'float64'),
      lastParameters: array(8, 'float64'),
      best: { step: 5, value: 0 },
    });
    expect(result.validations.map(({ value }) => value)).toEqual([4, 3, 2, 1, 0, 1, 2, 3]);
  });

  it('goes on without patience, and still keeps the best', async () => {
    const result = await walkTo(5, {});
    expect(result).toMatchObject({ status: 'finished', step: 20, parameters: array(5, 'float64') });
    expect(result.lastParameters).toEqual(array(20, 'float64'));
  });

  it('gives the last parameters if told so', async () => {
    const result = await walkTo(5, { patience: 2, keepBest: false });
    expect(result.parameters).toEqual(array(7, 'float64'));
    expect(result.best).toEqual({ step: 5, value: 0 });
  });

  it('counts only what is better by more than the minimum', async () => {
    // Two validations after the first are better by 1 and by 2, so not by more than 3.
    const result = await walkTo(50, { patience: 2, minimumDelta: 3 });
    expect(result).toMatchObject({ status: 'stoppedEarly', step: 3, best: { step: 1, value: 49 } });
    const slow = await walkTo(50, { patience: 4, minimumDelta: 3 });
    expect(slow.validations.filter(({ value }) => [49, 45, 41].includes(value))).toHaveLength(3);
    expect(slow).toMatchObject({ status: 'finished', best: { step: 17, value: 33 } });
  });

  it('happens every so many steps', async () => {
    const result = await walkTo(5, { every: 4, patience: 1 });
    expect(result.validations).toEqual([
      { step: 4, value: 1 },
      { step: 8, value: 3 },
    ]);
    expect(result.parameters).toEqual(array(4, 'float64'));
  });

  it('is the mean loss over all examples, in batches of which the last is smaller', async () => {
    const [x, y] = noisyLine(7);
    const { validations, lastParameters } = await fit(lineLoss, line(), noisyLine(9, 5), {
      runtime,
      optimizer: sgd({ learningRate: 0.1 }),
      batchSize: 3,
      epochs: 1,
      validation: { data: [x, y] },
    });
    const { slope, offset } = lastParameters;
    const squares = Array.from(x.data, (at, i) => (slope.data[0]! * at + offset.data[0]! - y.data[i]!) ** 2);
    expect(validations).toHaveLength(1);
    expect(validations[0]!.value).toBeCloseTo(squares.reduce((total, value) => total + value, 0) / 7, 12);
  });

  it('uses the loss without what is returned beside it', async () => {
    const loss = (p: Tensor, x: Tensor) => [walk(p, x), { p }] as const;
    const { validations } = await fit(loss, array(0, 'float64'), one, {
      ...options,
      epochs: 2,
      validation: { data: one },
    });
    expect(validations.map(({ value }) => value)).toEqual([-1, -2]);
  });
});
