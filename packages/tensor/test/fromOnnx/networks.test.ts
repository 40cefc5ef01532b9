import type { NdArray, Tensor } from '@pct/tensor';
import { add, compile, constant, grad, interpreter, mul, shapesOf, sum } from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import type { OnnxProgram } from '@pct/tensor';
import { fromOnnx } from '@pct/tensor';
import type { OnnxParameters } from '@pct/tensor';
import type { WrittenArray } from './support.js';
import { arraysOf, fixture, readJson, run } from './support.js';

interface Network {
  readonly opsets: readonly number[];
  readonly inputs: Readonly<Record<string, WrittenArray>>;
  readonly outputs: Readonly<Record<string, WrittenArray>>;
  readonly gradients: Readonly<Record<string, WrittenArray>>;
}

const runtime = interpreter();
const networks = readJson<Readonly<Record<string, Network>>>('networks.json');
const cases = Object.entries(networks).flatMap(([name, network]) =>
  network.opsets.map((opset) => [`${name}_${opset}.onnx`, network] as const),
);

function expectClose(actual: NdArray, expected: WrittenArray, tolerance: number): void {
  expect(actual.shape).toEqual(expected.shape);
  const scale = Math.max(...expected.values.map(Math.abs).filter(Number.isFinite), 1);
  expected.values.forEach((value, i) => {
    expect(Math.abs(actual.data[i]! - value), `element ${i}: ${actual.data[i]} for ${value}`).toBeLessThan(
      tolerance * scale,
    );
  });
}

/** Sum of all outputs, each element weighted by the cosine of its place, as in the script. */
function total(model: OnnxProgram, outputs: Readonly<Record<string, WrittenArray>>) {
  return (parameters: OnnxParameters, inputs: Readonly<Record<string, Tensor>>): Tensor => {
    const results = model.apply(parameters, inputs);
    return Object.entries(results)
      .map(([name, result]) => {
        const { shape, values } = outputs[name]!;
        const weights = constant({ data: Float64Array.from(values, (_, i) => Math.cos(i)), shape });
        return sum(mul(result, weights));
      })
      .reduce((a, b) => add(a, b));
  };
}

function leafAt(tree: OnnxParameters<NdArray>, name: string): NdArray | undefined {
  let at: unknown = tree;
  for (const part of name.split('.')) at = (at as Record<string, unknown> | undefined)?.[part];
  return at as NdArray | undefined;
}

describe.each(cases)('fromOnnx of %s', (file, network) => {
  it('computes what PyTorch computes, to float32 accuracy', async () => {
    const model = fromOnnx(fixture(file), { file });
    const outputs = await run(model, arraysOf(network.inputs));
    expect(Object.keys(outputs)).toEqual(Object.keys(network.outputs));
    for (const [name, expected] of Object.entries(network.outputs)) {
      expectClose(outputs[name]!, expected, 3e-6);
      expect(model.outputs[name]!.dtype).toBe('float32');
    }
  });

  it('has the gradients that PyTorch has', async () => {
    const model = fromOnnx(fixture(file), { dtype: 'float64' });
    const declared = Object.fromEntries(
      Object.entries(network.inputs).map(([name, { shape }]) => [name, shape]),
    );
    const fixed = fromOnnx(fixture(file), { dtype: 'float64', sizes: sizesOf(model, declared) });
    const floats = Object.keys(network.gradients).filter((name) => name in network.inputs);
    const inputs = arraysOf(network.inputs, 'float64');
    const ofParameters = await compile(
      grad(total(fixed, network.outputs)),
      [shapesOf(fixed.parameters), fixed.inputs],
      { runtime },
    );
    const parameterGradients = await ofParameters.run(fixed.parameters, inputs);
    let compared = 0;
    for (const [name, expected] of Object.entries(network.gradients)) {
      const actual = leafAt(parameterGradients, name);
      if (actual === undefined) continue;
      compared++;
      expectClose(actual, expected, 1e-5);
    }
    for (const name of floats) {
      const loss = (x: Tensor, parameters: OnnxParameters): Tensor =>
        total(fixed, network.outputs)(parameters, { [name]: x });
      const ofInput = await compile(grad(loss), [fixed.inputs[name]!, shapesOf(fixed.parameters)], {
        runtime,
      });
      expectClose(await ofInput.run(inputs[name]!, fixed.parameters), network.gradients[name]!, 1e-5);
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
  });
});

/** Numbers for the named sizes of a model, from arrays' shapes. */
function sizesOf(
  model: OnnxProgram,
  shapes: Readonly<Record<string, readonly number[]>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(model.inputs).flatMap(([name, spec]) =>
      spec.shape.flatMap((size, axis) => (typeof size === 'string' ? [[size, shapes[name]![axis]!]] : [])),
    ) as [string, number][],
  );
}
