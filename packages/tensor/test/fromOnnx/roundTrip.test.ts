import { compile, interpreter, shapesOf } from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { fromOnnx } from '@pct/tensor';
import type { WrittenArray } from './support.js';
import { arraysOf, fixture, readJson, run } from './support.js';

type Written = Readonly<Record<string, WrittenArray>>;
const networks = readJson<Readonly<Record<string, { readonly inputs: Written }>>>('networks.json');

describe('a model that was read and written again', () => {
  it.each([
    ['dense_17.onnx', 'dense'],
    ['convolutional_11.onnx', 'convolutional'],
    ['attention_17.onnx', 'attention'],
    ['assorted_16.onnx', 'assorted'],
    ['residual_16.onnx', 'residual'],
    ['encoder_13.onnx', 'encoder'],
    ['normed_15.onnx', 'normed'],
  ])('computes the same: %s', async (file, name) => {
    const model = fromOnnx(fixture(file));
    const inputs = arraysOf(networks[name]!.inputs);
    // Without parameters as arguments: they become constants of the new file.
    const fixed = fromOnnx(fixture(file), { isParameter: () => false });
    const program = await compile(fixed.apply, [shapesOf(fixed.parameters), fixed.inputs], {
      runtime: interpreter(),
    });
    const again = fromOnnx(program.toOnnx());
    const expected = Object.values(await run(model, inputs));
    const given = Object.fromEntries(
      Object.keys(again.inputs).map((key, i) => [key, Object.values(inputs)[i]!]),
    );
    const actual = Object.values(await run(again, given));
    expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
    expected.forEach(({ data }, k) =>
      data.forEach((value, i) => expect(actual[k]!.data[i]).toBeCloseTo(value, 5)),
    );
  });
});
