import { createRng, InvalidArgumentError, ShapeError } from '@pct/core';
import type { BatchNormState, NdArray, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { adam, array, decodeSafetensors, DivergedError, fit, sgd } from '@pct/tensor';
import { describe, expect, expectTypeOf, it } from 'vitest';

const runtime = 'interpreter' as const;
const options = { runtime, optimizer: sgd({ learningRate: 1 }), batchSize: 1, epochs: 1, shuffle: false };

/** Walks from 0 upwards by 1 in each step; counts the steps and averages the examples. */
interface Walk<Leaf = Tensor> {
  readonly count: Leaf;
  readonly average: Leaf;
}
const walk = (p: Tensor, s: Walk, x: Tensor) =>
  [
    t.sum(t.neg(t.add(p, t.mul(0, t.sum(x))))),
    { count: t.add(s.count, 1), average: t.add(t.mul(s.average, 0.5), t.mul(t.mean(x), 0.5)) },
  ] as const;
const start = (): Walk<NdArray> => ({ count: array(0, 'int32'), average: array(0, 'float64') });
const examples = [array([8, 4, 2, 6], 'float64')] as const;

const WIDTH = 8;

/** A network with a batch normalisation, its parameters and its examples, in float32. */
const normalised = (p: Network, s: BatchNormState, x: Tensor, y: Tensor) => {
  const [hidden, next] = t.batchNormTraining(p.norm, s, t.dense(p.first, x));
  return [t.mean(t.square(t.sub(t.dense(p.last, t.relu(hidden)), y))), next] as const;
};
const network = (() => {
  const rng = createRng(4);
  return {
    first: t.denseParameters(2, WIDTH, rng),
    norm: t.normParameters(WIDTH),
    last: t.denseParameters(WIDTH, 1, rng),
  };
})();
type Network = t.TreeOf<typeof network, Tensor>;
const points = (n: number, seed: number): [NdArray, NdArray] => {
  const rng = createRng(seed);
  const x = rng.fillNormal(new Float32Array(2 * n), 3, 2);
  const y = Float32Array.from({ length: n }, (_, i) => x[2 * i]! - x[2 * i + 1]!);
  return [
    { data: x, shape: [n, 2] },
    { data: y, shape: [n, 1] },
  ];
};

describe('the state of a training', () => {
  it('goes from step to step', async () => {
    const before = start();
    const { state, lastState, parameters } = await fit(walk, array(0, 'float64'), examples, {
      ...options,
      state: before,
    });
    // ((((0 + 8) / 2 + 4) / 2 + 2) / 2 + 6) / 2
    expect(state).toEqual({ count: array(4, 'int32'), average: array(4.5, 'float64') });
    expect(lastState).toEqual(state);
    expect(state.count.data).not.toBe(lastState.count.data);
    expect(parameters).toEqual(array(4, 'float64'));
    expect(before).toEqual(start());
    expectTypeOf(state).toEqualTypeOf<Walk<NdArray>>();
  });

  it('may come with auxiliary results', async () => {
    const counts: number[] = [];
    await fit(
      (p, s, x) => {
        const [loss, next] = walk(p, s, x);
        return [loss, next, { seen: s.count }];
      },
      array(0, 'float64'),
      examples,
      {
        ...options,
        state: start(),
        onProgress: ({ auxiliary }) => counts.push(auxiliary!.seen.data[0]!),
      },
    );
    expect([counts[0], counts.at(-1)]).toEqual([0, 3]);
  });

  it('is not there without the option', async () => {
    const { state, lastState } = await fit(
      (p, x) => t.sum(t.mul(p, x)),
      array(0, 'float64'),
      examples,
      options,
    );
    expect([state, lastState]).toEqual([undefined, undefined]);
    expectTypeOf(state).toEqualTypeOf<undefined>();
  });

  it('is what validations use, and is kept with the best parameters', async () => {
    const distance = (p: Tensor, s: Walk, x: Tensor) =>
      t.add(t.mean(t.abs(t.sub(t.cast(s.count, 'float64'), x))), t.mul(p, 0));
    const result = await fit(walk, array(0, 'float64'), examples, {
      ...options,
      epochs: 3,
      state: start(),
      validation: { data: [array([5], 'float64')], every: 1, metric: distance, patience: 2 },
    });
    expect(result.validations.map(({ value }) => value)).toEqual([4, 3, 2, 1, 0, 1, 2]);
    expect(result.state.count).toEqual(array(5, 'int32'));
    expect(result.lastState.count).toEqual(array(7, 'int32'));
    expect(result.parameters).toEqual(array(5, 'float64'));
  });

  it('validates the loss itself without changing the state', async () => {
    const { validations, lastState } = await fit(walk, array(0, 'float64'), examples, {
      ...options,
      state: start(),
      validation: { data: examples },
    });
    expect(validations).toEqual([{ step: 4, value: -4 }]);
    expect(lastState.count).toEqual(array(4, 'int32'));
  });

  it('holds running statistics that serve for inference', async () => {
    const inference = (p: Network, s: BatchNormState, x: Tensor, y: Tensor) => {
      const hidden = t.relu(t.batchNormInference(p.norm, s, t.dense(p.first, x)));
      return t.mean(t.square(t.sub(t.dense(p.last, hidden), y)));
    };
    const { parameters, state, validations } = await fit(normalised, network, points(64, 1), {
      runtime,
      optimizer: adam({ learningRate: 0.02 }),
      batchSize: 16,
      epochs: 60,
      state: t.batchNormState(WIDTH),
      validation: { data: points(20, 2), metric: inference, every: 240, keepBest: false },
    });
    expect(validations[0]!.value).toBeLessThan(0.3);
    const [x] = points(64, 1);
    const hidden = await t.compile(
      (p: Network, x: Tensor) => t.dense(p.first, x),
      [t.shapesOf(parameters), t.shapesOf(x)],
      { runtime },
    );
    const { data } = await hidden.run(parameters, x);
    for (let channel = 0; channel < WIDTH; channel++) {
      const values = Array.from({ length: 64 }, (_, i) => data[WIDTH * i + channel]!);
      const mean = values.reduce((a, b) => a + b, 0) / 64;
      const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / 63;
      expect(Math.abs(state.mean.data[channel]! - mean)).toBeLessThan(0.3 * Math.sqrt(variance));
      expect(state.variance.data[channel]! / variance).toBeGreaterThan(0.6);
      expect(state.variance.data[channel]! / variance).toBeLessThan(1.5);
    }
  });

  it.each(['interpreter', 'onnxruntime-node'] as const)(
    'resumes to the last bit from every step on %s',
    async (runtime) => {
      const files: Uint8Array[] = [];
      const settings = {
        runtime,
        threads: 1,
        optimizer: adam({ learningRate: 0.05 }),
        batchSize: 4,
        epochs: 3,
        seed: 7,
        state: t.batchNormState(WIDTH),
        validation: { data: points(6, 2), every: 2 },
      };
      const whole = await fit(normalised, network, points(10, 1), {
        ...settings,
        checkpoint: { save: (bytes) => void files.push(bytes), everySteps: 1 },
      });
      const { arrays } = decodeSafetensors(files[0]!);
      expect(Object.keys(arrays).filter((name) => name.startsWith('state'))).toEqual([
        'state.mean',
        'state.variance',
      ]);
      expect(files).toHaveLength(10);
      for (const resume of files) {
        const again = await fit(normalised, network, points(10, 1), { ...settings, resume });
        expect([again.state, again.lastState]).toEqual([whole.state, whole.lastState]);
        expect(again.checkpoint()).toEqual(whole.checkpoint());
      }
      expect(whole.lastState).not.toEqual(t.batchNormState(WIDTH));
    },
  );

  it('goes back with the parameters when a number is not finite', async () => {
    const grow = (p: Tensor, s: Tensor, x: Tensor) => [t.sum(t.mul(p, t.mean(x))), t.mul(s, 1e200)] as const;
    const error: unknown = await fit(grow, array(0, 'float64'), examples, {
      ...options,
      state: array(1, 'float64'),
    }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DivergedError);
    expect((error as Error).message).toContain(
      'fit: a number overflows: element 0 of state is Infinity at step 2 (batch 2 of 4 in epoch 1)',
    );
    const { result } = error as DivergedError;
    expect(result).toMatchObject({
      step: 1,
      state: array(1e200, 'float64'),
      parameters: array(-8, 'float64'),
    });
  });

  it('is kept in the precision of the training', async () => {
    const { state, parameters } = await fit(normalised, network, points(10, 1), {
      ...options,
      batchSize: 5,
      precision: 'float64',
      state: t.batchNormState(WIDTH),
    });
    expect(state.mean.data).toBeInstanceOf(Float64Array);
    expect(parameters.first.weight.data).toBeInstanceOf(Float64Array);
  });

  it('has to stay as it is in structure, type and shape', async () => {
    const train = (next: (s: Walk) => unknown, state: unknown = start()) =>
      expect(
        fit(
          ((p: Tensor, s: Walk, x: Tensor) => [walk(p, s, x)[0], next(s)]) as unknown as typeof walk,
          array(0, 'float64'),
          examples,
          { ...options, state: state as Walk<NdArray> },
        ),
      ).rejects;
    await train(({ count }) => ({ count })).toThrow(
      'fit: the state that the loss returns: state.average must be a tensor, got nothing',
    );
    await train(({ count, average }) => ({ count, average: t.expandDims(average, 0) })).toThrow(
      'fit: the state that the loss returns: state.average must be float64[] like the one it was given, got float64[1]',
    );
    await train(({ average }) => ({ count: average, average })).toThrow(ShapeError);
    await train((s) => s, { ...start(), average: array(NaN, 'float64') }).toThrow(
      'fit: state.average must be finite, but element 0 is NaN',
    );
    await train((s) => s, {}).toThrow('fit: state must have at least one array, got none');
    const without = ((p: Tensor, s: Walk, x: Tensor) => walk(p, s, x)[0]) as unknown as typeof walk;
    const alone = fit(without, array(0, 'float64'), examples, { ...options, state: start() });
    await expect(alone).rejects.toThrow(InvalidArgumentError);
    await expect(alone).rejects.toThrow(
      'fit: with a state the loss must return [loss, state] or [loss, state, auxiliary], got',
    );
  });

  it('has to be the one of the checkpoint', async () => {
    const { checkpoint } = await fit(walk, array(0, 'float64'), examples, { ...options, state: start() });
    const other = (p: Tensor, s: Tensor, x: Tensor) => [t.sum(t.mul(p, t.mean(x))), s] as const;
    await expect(
      fit(other, array(0, 'float64'), examples, {
        ...options,
        state: array([1, 2], 'float64'),
        resume: checkpoint(),
      }),
    ).rejects.toThrow('fit: the checkpoint belongs to other parameters, another state or another optimiser');
  });
});
