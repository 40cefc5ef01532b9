import { FileFormatError } from '@pct/core';
import { decodeOnnxModel, encodeOnnxModel, type OnnxModel } from '@pct/tensor';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  checkEmulatorOnnx,
  createEmulator,
  type EmulatorModel,
  emulatorOnnx,
  evaluateEmulation,
  trainEmulator,
} from '@climate/m7-emulator';
import { randomPairs } from './support.js';

const pairs = randomPairs(1, 200);
let model: EmulatorModel;
let bytes: Uint8Array;

beforeAll(async () => {
  ({ model } = await trainEmulator(pairs, {
    runtime: 'onnxruntime-node',
    hidden: [16],
    batchSize: 64,
    epochs: 2,
    inputs: 'modes',
    output: 'transfer',
    skip: true,
    spread: true,
    gradientNorm: 1,
    notes: { licence: 'MIT' },
  }));
  bytes = emulatorOnnx(model);
});

describe('emulatorOnnx', () => {
  it('runs in onnxruntime as it is, from raw inputs to closed values', async () => {
    const session = await InferenceSession.create(bytes);
    expect(session.inputNames).toEqual(['inputs']);
    expect([...session.outputNames].sort()).toEqual(['distance', 'spread', 'values']);
    const { values, distance } = await session.run({
      inputs: new Tensor('float64', pairs.inputs, [200, 32]),
    });
    const plain = await createEmulator(model, { runtime: 'interpreter' });
    const expected = await plain.predict(pairs.inputs);
    await plain.dispose();
    const deviation = model.scaling.target.deviation;
    (values!.data as Float64Array).forEach((value, at) => {
      expect(Math.abs(value - expected.values[at]!)).toBeLessThan(
        1e-4 * deviation[at % 28]! + 1e-4 * expected.values[at]!,
      );
    });
    expect(Math.max(...(distance!.data as Float64Array))).toBeLessThan(1e-9);
    const metrics = evaluateEmulation(
      pairs,
      Float64Array.from(values!.data as Float64Array),
      model.scaling.target,
    );
    expect(metrics.negativeFraction).toBe(0);
    expect(metrics.massRmse).toBeLessThan(1e-12);
    await session.release();
  });

  it('tells its columns and its step', () => {
    const { metadata } = decodeOnnxModel(bytes);
    expect(metadata['climate.m7-emulator.inputs']?.split(',')[9]).toBe('SO4_NS');
    expect(metadata['climate.m7-emulator.outputs']?.split(',')).toHaveLength(28);
    expect(metadata.licence).toBe('MIT');
    expect(checkEmulatorOnnx(bytes)).toBe(450);
  });

  it('of another layout is refused with the first thing that differs', () => {
    const whole = decodeOnnxModel(bytes);
    const changed = (change: Partial<OnnxModel>): Uint8Array => encodeOnnxModel({ ...whole, ...change });
    const { graph } = whole;
    const narrow = { ...graph, inputs: [{ ...graph.inputs[0]!, shape: ['batch', 34] }] };
    expect(() => checkEmulatorOnnx(changed({ graph: narrow }), { file: 'old.onnx' })).toThrow(
      FileFormatError,
    );
    expect(() => checkEmulatorOnnx(changed({ graph: narrow }), { file: 'old.onnx' })).toThrow(
      'old.onnx: the input must be inputs: float64 [batch, 32], got inputs: float64 [batch, 34]',
    );
    const single = {
      ...graph,
      outputs: graph.outputs.map((output) => ({ ...output, type: 'float32' as const })),
    };
    expect(() => checkEmulatorOnnx(changed({ graph: single }))).toThrow(
      'the first output must be values: float64',
    );
    const swapped = { ...whole.metadata, 'climate.m7-emulator.inputs': 'temperature,pressure' };
    expect(() => checkEmulatorOnnx(changed({ metadata: swapped }))).toThrow(
      'column 0 of inputs must be pressure, got temperature',
    );
    expect(() => checkEmulatorOnnx(bytes.subarray(0, 50))).toThrow(FileFormatError);
  });
});
