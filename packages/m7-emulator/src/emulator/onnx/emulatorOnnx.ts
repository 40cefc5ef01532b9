import {
  cleanGraph,
  constant,
  decodeOnnxModel,
  float64,
  mapTree,
  toOnnx,
  trace,
  type NdArray,
  type Tensor,
} from '@pct/tensor';
import { FileFormatError } from '@pct/core';
import { inputCount, inputNames, outputCount, outputNames } from '../../data/columns.js';
import { type EmulatorModel, predict, type Prediction } from '../model.js';

/** Names in the file. */
const inputName = 'inputs';

/**
 * A model as an ONNX file with everything inside: input transform, network (float32), scales and constraints (float64).
 *
 * Input `inputs`: float64 [batch, 32]. Outputs `values`: float64 [batch, 28], after the step; `distance`: float64
 * [batch], standard deviations outside of the training data; and `spread`: float64 [batch, 28], if the model has it. The
 * metadata name the columns, as `inputNames` and `outputNames`, and the length of the step.
 *
 * @param model - {@link EmulatorModel}
 * @returns the bytes of the file, opset 21
 */
export function emulatorOnnx(model: EmulatorModel): Uint8Array {
  const emulator = (inputs: Tensor): Prediction =>
    predict(
      model,
      mapTree(model.parameters, (leaf: NdArray) => constant(leaf)),
      inputs,
    );
  const { graph } = trace(emulator, float64('batch', inputCount));
  const named = {
    ...cleanGraph(graph),
    inputNames: [inputName],
    outputNames: graph.outputNames.map((name) => name.replace(/^output\./, '')),
  };
  return toOnnx(named, {
    name: 'm7_emulator',
    description: `One step of ${model.dt} s of the aerosol microphysics M7.`,
    metadata: {
      ...model.notes,
      'climate.m7-emulator.inputs': inputNames.join(','),
      'climate.m7-emulator.outputs': outputNames.join(','),
      'climate.m7-emulator.dt': String(model.dt),
    },
  });
}

/**
 * Checks that an ONNX file has the inputs and outputs of {@link emulatorOnnx}, and the columns of this release.
 *
 * @param bytes - of the file
 * @param options - `file`: its name for messages
 * @returns length of the step, s
 * @throws {@link FileFormatError} for another file: the first thing that differs is named
 */
export function checkEmulatorOnnx(
  bytes: Uint8Array,
  { file = 'ONNX file' }: { readonly file?: string | undefined } = {},
): number {
  const { graph, metadata } = decodeOnnxModel(bytes, { file });
  const fail = (message: string): never => {
    throw new FileFormatError({ file }, message);
  };
  const expected = [
    ['input', graph.inputs[0], inputName, inputCount],
    ['first output', graph.outputs[0], 'values', outputCount],
  ] as const;
  for (const [what, found, name, columns] of expected) {
    const got =
      found === undefined ? 'none' : `${found.name}: ${found.type} [${found.shape?.join(', ') ?? ''}]`;
    const fits = found?.name === name && found.type === 'float64' && found.shape?.[1] === columns;
    if (!fits) fail(`the ${what} must be ${name}: float64 [batch, ${columns}], got ${got}`);
  }
  for (const [what, names] of [
    ['inputs', inputNames],
    ['outputs', outputNames],
  ] as const) {
    const listed = metadata[`climate.m7-emulator.${what}`]?.split(',') ?? [];
    names.forEach((name, column) => {
      if (listed[column] !== name) {
        fail(
          `column ${column} of ${what} must be ${name}, got ${listed[column] ?? 'no name in the metadata'}`,
        );
      }
    });
  }
  const dt = Number(metadata['climate.m7-emulator.dt']);
  if (!(dt > 0 && dt < Infinity)) fail('the metadata have no climate.m7-emulator.dt');
  return dt;
}
