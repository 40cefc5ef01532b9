import { createRng } from '@pct/core';
import type { NdArray, Tensor } from '@pct/tensor';
import {
  add,
  array,
  binaryCrossEntropy,
  interpreter,
  matmul,
  mean,
  mlp,
  mlpParameters,
  mul,
  square,
  sub,
  sum,
} from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { fit } from '@pct/tensor';
import type { BatchSource, FitProgress } from '@pct/tensor';
import { adam } from '@pct/tensor';
import { exponentialSchedule } from '@pct/tensor';
import { sgd } from '@pct/tensor';
import { line, lineLoss, network, networkData, networkLoss, noisyLine } from './support.js';

const runtime = 'interpreter' as const;

describe('fit', () => {
  it('finds the least squares line', async () => {
    const [x, y] = noisyLine(40);
    const { parameters, status, step } = await fit(lineLoss, line(), [x, y], {
      runtime,
      optimizer: sgd({ learningRate: 0.2, momentum: 0.8 }),
      batchSize: 40,
      steps: 300,
    });
    const average = (values: ArrayLike<number>): number =>
      Array.from(values).reduce((total, value) => total + value, 0) / 40;
    const [meanX, meanY] = [average(x.data), average(y.data)];
    const products = Array.from(x.data, (value, i) => (value - meanX) * (y.data[i]! - meanY));
    const slope = average(products) / average(Array.from(x.data, (value) => (value - meanX) ** 2));
    expect(parameters.slope.data[0]).toBeCloseTo(slope, 9);
    expect(parameters.offset.data[0]).toBeCloseTo(meanY - slope * meanX, 9);
    expect({ status, step }).toEqual({ status: 'finished', step: 300 });
  });

  it('finds the weights that made the data, by mini-batches of which the last is smaller', async () => {
    const rng = createRng(5);
    const x = { data: rng.fillNormal(new Float64Array(21 * 2)), shape: [21, 2] };
    const y = {
      data: Float64Array.from({ length: 21 }, (_, i) => 2 * x.data[2 * i]! - 3 * x.data[2 * i + 1]!),
      shape: [21],
    };
    const { parameters, epochLosses } = await fit(
      (w, x, y) => mean(square(sub(matmul(x, w), y))),
      array([0, 0], 'float64'),
      [x, y],
      { runtime, optimizer: sgd({ learningRate: 0.1 }), batchSize: 8, epochs: 100, seed: 1 },
    );
    expect(parameters.data[0]).toBeCloseTo(2, 10);
    expect(parameters.data[1]).toBeCloseTo(-3, 10);
    expect(epochLosses).toHaveLength(100);
    expect(epochLosses[99]).toBeLessThan(1e-15);
  });

  it('finds the logistic regression that Newton finds', async () => {
    const rng = createRng(8);
    const xs = Array.from({ length: 60 }, () => rng.normal());
    const labels = xs.map((x) => (rng.uniform() < 1 / (1 + Math.exp(-(2 * x - 0.5))) ? 1 : 0));
    const { parameters } = await fit(
      ({ slope, offset }, x, y) => mean(binaryCrossEntropy(add(mul(slope, x), offset), y)),
      line(),
      [array(xs, 'float64'), array(labels, 'float64')],
      {
        runtime,
        optimizer: adam({ learningRate: exponentialSchedule({ initial: 0.1, factor: 0.993 }) }),
        batchSize: 60,
        epochs: 1200,
      },
    );
    const [slope, offset] = logisticByNewton(xs, labels);
    expect(parameters.slope.data[0]).toBeCloseTo(slope, 5);
    expect(parameters.offset.data[0]).toBeCloseTo(offset, 5);
  });

  it('teaches exclusive or to a network', async () => {
    const inputs = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ];
    const { epochLosses } = await fit(
      (p, x, y) => mean(square(sub(mlp(p, x), y))),
      mlpParameters([2, 8, 1], createRng(1)),
      [array(inputs), array([[0], [1], [1], [0]])],
      { runtime, optimizer: adam({ learningRate: 0.05 }), batchSize: 4, epochs: 200 },
    );
    // No line does better than 1/4.
    expect(epochLosses[199]).toBeLessThan(1e-3);
  });

  it('takes every example once an epoch, in another order each, and leaves its arguments alone', async () => {
    const { source, taken } = recording(10);
    const params = line();
    await fit(lineLoss, params, source, {
      runtime,
      optimizer: sgd({ learningRate: 0.1 }),
      batchSize: 4,
      epochs: 3,
      seed: 'a',
    });
    const batches = taken.slice(1);
    expect(batches.map(({ length }) => length)).toEqual([4, 4, 2, 4, 4, 2, 4, 4, 2]);
    const epochs = [0, 3, 6].map((from) => batches.slice(from, from + 3).flat());
    for (const epoch of epochs) expect([...epoch].sort((a, b) => a - b)).toEqual(ascending(10));
    expect(new Set(epochs.map(String)).size).toBe(3);
    expect(params).toEqual(line());
  });

  it('keeps the order without shuffling and can leave out the last batch', async () => {
    const { source, taken } = recording(10);
    const { epochLosses } = await fit(lineLoss, line(), source, {
      runtime,
      optimizer: sgd({ learningRate: 0.1 }),
      batchSize: 4,
      steps: 5,
      shuffle: false,
      dropLast: true,
    });
    const [first, second] = [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ];
    expect(taken.slice(1)).toEqual([first, second, first, second, first]);
    expect(epochLosses).toHaveLength(2);
  });

  it('gives the same from a source as from arrays, the same twice, and something else for another seed', async () => {
    const data = networkData(11);
    const run = (seed: number, from: typeof data | BatchSource<typeof data>) =>
      fit(networkLoss, network(), from, {
        runtime,
        optimizer: adam({ learningRate: 0.01 }),
        batchSize: 4,
        epochs: 3,
        seed,
        gradientClipping: { norm: 1, value: 0.5 },
      });
    const source: BatchSource<typeof data> = {
      size: 11,
      batch: (indices) => [{ x: rows(data[0].x, indices), y: rows(data[0].y, indices) }],
    };
    const { checkpoint, ...first } = await run(1, data);
    const { checkpoint: second, ...again } = await run(1, source);
    expect(again).toEqual(first);
    expect(second()).toEqual(checkpoint());
    expect(first.parameters.layers[0]!.data).toBeInstanceOf(Float32Array);
    expect((await run(2, data)).parameters).not.toEqual(first.parameters);
  });

  it('steps as the optimiser does, with clipped gradients', async () => {
    const options = { runtime, optimizer: sgd({ learningRate: 1 }), batchSize: 1, steps: 1 };
    const loss = ({ slope, offset }: { slope: Tensor; offset: Tensor }, x: Tensor) =>
      add(mul(slope, sum(x)), mul(3, offset));
    const data = [array([4], 'float64')] as const;
    const stepBy = async (gradientClipping: { norm?: number; value?: number }): Promise<number[]> => {
      const { parameters } = await fit(loss, line(), data, { ...options, gradientClipping });
      return [parameters.slope.data[0]!, parameters.offset.data[0]!];
    };
    expect(await stepBy({})).toEqual([-4, -3]);
    expect(await stepBy({ value: 3.5 })).toEqual([-3.5, -3]);
    const [slope, offset] = await stepBy({ norm: 1 });
    expect(slope).toBeCloseTo(-0.8, 6);
    expect(offset).toBeCloseTo(-0.6, 6);
  });

  it('reports losses, validations, time left and what the loss returns beside', async () => {
    const reports: FitProgress<{ readonly error: Tensor }>[] = [];
    const [x, y] = noisyLine(12);
    const result = await fit(
      (p, x, y) => {
        const error = sub(add(mul(p.slope, x), p.offset), y);
        return [mean(square(error)), { error }];
      },
      line(),
      [x, y],
      {
        runtime,
        optimizer: sgd({ learningRate: 0.1 }),
        batchSize: 5,
        epochs: 4,
        validation: { data: noisyLine(6, 4) },
        onProgress: (report) => reports.push(report),
      },
    );
    const [first, last] = [reports[0]!, reports.at(-1)!];
    expect(first).toMatchObject({ done: 1, total: 12, step: 1, epoch: 1, epochLoss: undefined });
    expect(first.remainingMs).toBeCloseTo(11 * first.elapsedMs, 6);
    const { data } = first.auxiliary!.error;
    expect(data).toHaveLength(5);
    const meanSquare = Array.from(data).reduce((total, value) => total + value * value, 0) / 5;
    expect(first.loss).toBeCloseTo(meanSquare, 12);
    expect(last).toMatchObject({ done: 12, total: 12, step: 12, epoch: 4, remainingMs: 0 });
    expect(last.auxiliary!.error.shape).toEqual([2]);
    expect(last.epochLoss).toBe(result.epochLosses[3]);
    expect(last.validation).toEqual(result.validations[3]);
    expect(result.validations.map(({ step }) => step)).toEqual([3, 6, 9, 12]);
  });

  it('means the losses of an epoch over its examples', async () => {
    const data = [array([1, 2, 6], 'float64')] as const;
    const { epochLosses, loss } = await fit((p, x) => mean(mul(p, x)), array(1, 'float64'), data, {
      runtime,
      optimizer: sgd({ learningRate: 0 }),
      batchSize: 2,
      epochs: 1,
      shuffle: false,
    });
    expect(epochLosses).toEqual(Float64Array.of(3));
    expect(loss).toBe(6);
  });

  it('frees its programs, also after errors', async () => {
    let open = 0;
    const inner = interpreter();
    const runtime = {
      name: 'counting',
      prepare: async (...args: Parameters<typeof inner.prepare>) => {
        const program = await inner.prepare(...args);
        open++;
        return {
          run: (inputs: readonly NdArray[]) => program.run(inputs),
          dispose: () => {
            open--;
            return program.dispose();
          },
        };
      },
    };
    const options = { runtime, optimizer: sgd({ learningRate: 0.1 }), batchSize: 4, epochs: 2 };
    const validation = { data: noisyLine(3) };
    await fit(lineLoss, line(), noisyLine(8), { ...options, validation });
    const wrongMetric = { ...validation, metric: (_: unknown, x: Tensor) => x };
    await expect(
      fit(lineLoss, line(), noisyLine(8), { ...options, validation: wrongMetric }),
    ).rejects.toThrow('fit: validation.metric must return one number, got float64[batch]');
    const onProgress = (): never => {
      throw new Error('no');
    };
    await expect(fit(lineLoss, line(), noisyLine(8), { ...options, onProgress })).rejects.toThrow('no');
    expect(open).toBe(0);
  });
});

function ascending(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

function rows({ data, shape }: NdArray, indices: Int32Array): NdArray {
  const row = data.length / shape[0]!;
  const chosen = Array.from(indices).flatMap((i) => Array.from(data.subarray(i * row, (i + 1) * row)));
  return { data: Float32Array.from(chosen), shape: [indices.length, ...shape.slice(1)] };
}

/** A source of points on a line that remembers what it was asked for. */
function recording(size: number): { source: BatchSource<[NdArray, NdArray]>; taken: number[][] } {
  const taken: number[][] = [];
  const batch = (indices: Int32Array): [NdArray, NdArray] => {
    taken.push(Array.from(indices));
    const x = Array.from(indices, (i) => i / 10);
    return [array(x, 'float64'), array(x, 'float64')];
  };
  return { source: { size, batch }, taken };
}

/** Newton's method on the mean cross-entropy of two parameters. */
function logisticByNewton(xs: readonly number[], labels: readonly number[]): [number, number] {
  let [slope, offset] = [0, 0];
  for (let step = 0; step < 30; step++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
    xs.forEach((x, i) => {
      const p = 1 / (1 + Math.exp(-(slope * x + offset)));
      g0 += (p - labels[i]!) * x;
      g1 += p - labels[i]!;
      h00 += p * (1 - p) * x * x;
      h01 += p * (1 - p) * x;
      h11 += p * (1 - p);
    });
    const determinant = h00 * h11 - h01 * h01;
    slope -= (h11 * g0 - h01 * g1) / determinant;
    offset -= (h00 * g1 - h01 * g0) / determinant;
  }
  return [slope, offset];
}
