import { InvalidArgumentError, ShapeError } from '@pct/core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createEmulator,
  decodeEmulator,
  type EmulatorModel,
  emulatorObjective,
  encodeEmulator,
  evaluateEmulation,
  type OutputLayer,
  outputLayerNames,
  standardOutput,
  trainEmulator,
} from '@climate/m7-emulator';
import { randomPairs } from './support.js';

const pairs = randomPairs(1, 400);
const fresh = randomPairs(2, 100);
/** Small enough to train within a second on the plain engine. */
const small = {
  runtime: 'onnxruntime-node',
  threads: 1,
  hidden: [16, 16],
  batchSize: 64,
  epochs: 3,
  seed: 1,
} as const;

async function score(model: EmulatorModel) {
  const emulator = await createEmulator(model, { runtime: 'onnxruntime-node' });
  const { values } = await emulator.predict(fresh.inputs);
  await emulator.dispose();
  return evaluateEmulation(fresh, values, model.scaling.target);
}

describe('trainEmulator', () => {
  it.each(outputLayerNames)('learns something with the output layer %s', async (output) => {
    const { model, epochLosses, status } = await trainEmulator(pairs, {
      ...small,
      output,
      inputs: 'asinh',
      gradientNorm: 1,
      epochs: 6,
    });
    expect(status).toBe('finished');
    expect(epochLosses.at(-1)).toBeLessThan(epochLosses[0]!);
    const metrics = await score(model);
    const exact = ['projection', 'transfer', 'process'].includes(output);
    if (exact || output === 'completion') expect(metrics.massRmse).toBeLessThan(1e-9);
    if (exact || output === 'correction') expect(metrics.negativeFraction).toBe(0);
    if (output === 'standard') expect(metrics.negativeFraction).toBeGreaterThan(0);
  });

  it('fits a few rows closely, which no gate, skip connection or spread is in the way of', async () => {
    const few = { inputs: pairs.inputs.slice(0, 32 * 20), outputs: pairs.outputs.slice(0, 28 * 20) };
    const { model } = await trainEmulator(few, {
      ...small,
      inputs: 'modes',
      output: 'transfer',
      skip: true,
      spread: true,
      activation: 'silu',
      hidden: [32, 32],
      batchSize: 20,
      epochs: 500,
      learningRate: 1e-2,
      gradientNorm: 1,
      decadeWeight: 1,
    });
    const emulator = await createEmulator(model, { runtime: 'onnxruntime-node' });
    const { values, spread } = await emulator.predict(few.inputs);
    await emulator.dispose();
    expect(evaluateEmulation(few, values, model.scaling.target).meanR2).toBeGreaterThan(0.9);
    expect(Math.min(...spread!)).toBeGreaterThan(0);
  });

  it('makes the same model from the same seed, and another one from another', async () => {
    const [one, again, other] = await Promise.all(
      [1, 1, 2].map(async (seed) =>
        encodeEmulator((await trainEmulator(pairs, { ...small, seed, epochs: 1 })).model),
      ),
    );
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it('goes on from a checkpoint to the same numbers', async () => {
    const whole = await trainEmulator(pairs, { ...small, tailShare: 0.5, epochs: 2 });
    const saved: Uint8Array[] = [];
    const half = {
      ...small,
      tailShare: 0.5,
      epochs: 1,
      checkpoint: { save: (bytes: Uint8Array) => void saved.push(bytes) },
    };
    await trainEmulator(pairs, half);
    const resumed = await trainEmulator(pairs, { ...half, epochs: 2, resume: saved.at(-1) });
    expect(encodeEmulator(resumed.model)).toEqual(encodeEmulator(whole.model));
  });

  it('keeps the parameters of the best validation', async () => {
    const { validations, status } = await trainEmulator(pairs, {
      ...small,
      validation: fresh,
      patience: 1,
      epochs: 40,
      learningRate: 0.05,
    });
    expect(status).toBe('stoppedEarly');
    expect(validations.length).toBeLessThan(40);
  });

  it('adds the penalties of the paper', async () => {
    const options = { ...small, epochs: 1 };
    const plain = await trainEmulator(pairs, options);
    const mass = await trainEmulator(pairs, { ...options, massPenalty: true });
    const positive = await trainEmulator(pairs, { ...options, positivityPenalty: true });
    const decades = await trainEmulator(pairs, { ...options, decadeWeight: 1 });
    for (const { epochLosses } of [mass, positive, decades]) {
      expect(epochLosses[0]).toBeGreaterThan(plain.epochLosses[0]!);
    }
  });

  it('takes a layer of your own, which a file needs again', async () => {
    const mine: OutputLayer = { ...standardOutput, name: 'mine' };
    const { model } = await trainEmulator(pairs, { ...small, epochs: 1, output: mine });
    const bytes = encodeEmulator(model);
    expect(() => decodeEmulator(bytes)).toThrow('got "mine"');
    expect(decodeEmulator(bytes, { outputs: [mine] }).output).toBe(mine);
  });

  it('stops before the first step for data that are not finite, with row and column', async () => {
    const outputs = pairs.outputs.slice();
    outputs[28 * 7 + 4] = NaN;
    const training = trainEmulator({ inputs: pairs.inputs, outputs }, small);
    await expect(training).rejects.toThrow(InvalidArgumentError);
    await expect(training).rejects.toThrow('data.outputs must be finite, got NaN in row 7, column SO4_CS');
    const inputs = pairs.inputs.slice();
    inputs[32 * 399 + 1] = Infinity;
    await expect(trainEmulator({ inputs, outputs: pairs.outputs }, small)).rejects.toThrow(
      'data.inputs must be finite, got Infinity in row 399, column temperature',
    );
  });

  it('refuses arrays and options that do not fit', async () => {
    await expect(trainEmulator({ ...pairs, outputs: new Float64Array(28) }, small)).rejects.toThrow(
      ShapeError,
    );
    await expect(trainEmulator({ ...pairs, inputs: new Float64Array(31) }, small)).rejects.toThrow(
      'data.inputs must be a Float64Array or Float32Array of 32 numbers per row',
    );
    await expect(trainEmulator(pairs, { ...small, patience: 2 })).rejects.toThrow(
      'patience needs validation',
    );
    await expect(trainEmulator(pairs, { ...small, tailShare: 2 })).rejects.toThrow('tailShare');
    await expect(trainEmulator(pairs, { ...small, inputs: 'cubes' as never })).rejects.toThrow(
      'inputs must be one of',
    );
    await expect(trainEmulator(pairs, { ...small, hidden: [0] })).rejects.toThrow('hidden[0]');
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(trainEmulator(pairs, { ...small, signal })).rejects.toThrow('enough');
  });
});

describe('files of models', () => {
  let bytes: Uint8Array;
  let model: EmulatorModel;
  beforeAll(async () => {
    ({ model } = await trainEmulator(pairs, {
      ...small,
      epochs: 1,
      output: 'transfer',
      skip: true,
      dt: 900,
      notes: { licence: 'MIT' },
    }));
    bytes = encodeEmulator(model);
  });

  it('hold everything', () => {
    expect(decodeEmulator(bytes)).toEqual(model);
    expect(decodeEmulator(bytes).notes).toEqual({ licence: 'MIT' });
  });

  it('of another layout are refused with the first mismatch', () => {
    const { parameters } = model;
    const [first, ...rest] = parameters.layers;
    const cut = {
      ...parameters,
      layers: [{ ...first!, bias: { data: new Float32Array(15), shape: [15] } }, ...rest],
    };
    expect(() =>
      decodeEmulator(encodeEmulator({ ...model, parameters: cut }), { file: 'a.safetensors' }),
    ).toThrow(
      'a.safetensors: does not fit its own design: "parameters.layers.0.bias" must be [16], got [15]',
    );
    const fewer = { ...model, parameters: { ...parameters, layers: parameters.layers.slice(0, 2) } };
    expect(() => decodeEmulator(encodeEmulator(fewer))).toThrow(
      'no array is named "parameters.layers.2.weight"',
    );
    const broken = {
      ...model,
      scaling: { ...model.scaling, input: { ...model.scaling.input, small: new Float64Array(32).fill(NaN) } },
    };
    expect(() => decodeEmulator(encodeEmulator(broken))).toThrow(
      '"scaling.input.small" must be finite, got NaN at 0',
    );
    const design = { ...model.design, inputs: 'cubes' as never };
    expect(() => decodeEmulator(encodeEmulator({ ...model, design }))).toThrow();
    expect(() => decodeEmulator(bytes.subarray(0, 100))).toThrow('cut off');
  });
});

describe('emulatorObjective', () => {
  it('is the loss of the model, with a gradient and curvature that agree with differences', async () => {
    const { model } = await trainEmulator(pairs, { ...small, epochs: 1, hidden: [6], activation: 'tanh' });
    const few = { inputs: pairs.inputs.slice(0, 32 * 10), outputs: pairs.outputs.slice(0, 28 * 10) };
    const objective = emulatorObjective(model, few, {
      precision: 'float64',
      runtime: 'interpreter',
      decadeWeight: 0.1,
    });
    const at = objective.initial();
    expect(objective.size).toBe(32 * 6 + 6 + 6 * 28 + 28);
    const gradient = await objective.gradient(at);
    const direction = at.map((_, k) => Math.sin(k));
    const moved = (by: number): Float64Array => at.map((value, k) => value + by * direction[k]!);
    const slope = ((await objective.loss(moved(1e-5))) - (await objective.loss(moved(-1e-5)))) / 2e-5;
    const dot = (a: Float64Array, b: Float64Array): number =>
      a.reduce((sum, value, k) => sum + value * b[k]!, 0);
    expect(Math.abs(dot(gradient, direction) - slope)).toBeLessThan(1e-3 * Math.abs(slope));
    const curved = await objective.hessianVectorProduct(at, direction);
    const [up, down] = [await objective.gradient(moved(1e-5)), await objective.gradient(moved(-1e-5))];
    const bend = up.map((value, k) => (value - down[k]!) / 2e-5);
    const scale = Math.sqrt(dot(bend, bend));
    curved.forEach((value, k) => expect(Math.abs(value - bend[k]!)).toBeLessThan(1e-4 * scale));
    await objective.dispose();
  });
});
