import { describe, expect, it } from 'vitest';
import { fromOnnx } from '@pct/tensor';
import { encodeOnnxModel } from '../../src/onnx/encode.js';
import type { OnnxAttribute } from '../../src/onnx/model.js';
import { onnxTensor, onnxTensorOf } from '../../src/onnx/tensors.js';
import type { WrittenArray } from './support.js';
import { arraysOf, modelOf, readJson, run } from './support.js';

interface Case {
  readonly op: string;
  readonly opset: number;
  readonly attributes: Readonly<Record<string, readonly [OnnxAttribute['kind'], unknown]>>;
  readonly inputs: readonly (WrittenArray | null)[];
  readonly outputs: readonly WrittenArray[];
  /** Places of the inputs that are constants of the model, besides integers, truth values and numbers. */
  readonly fixed?: readonly number[];
}

const cases = readJson<readonly Case[]>('operators.json').map((one, i) => {
  const settings = Object.entries(one.attributes).map(([name, [, value]]) => `${name}=${String(value)}`);
  return [`${i} ${one.op}-${one.opset} ${settings.join(' ')}`, one] as const;
});

describe('fromOnnx of single operators', () => {
  it.each(cases)('%s', async (_, { op, opset, attributes, inputs, outputs, fixed: weights = [] }) => {
    const given = Object.fromEntries(
      inputs.flatMap((input, i) => (input === null ? [] : [[`i${i}`, input] as const])),
    );
    const isFixed = ({ dtype, shape }: WrittenArray): boolean => dtype !== 'float32' || shape.length === 0;
    const isConstant = (name: string, input: WrittenArray): boolean =>
      isFixed(input) || weights.includes(Number(name.slice(1)));
    const free = Object.entries(given).filter(([name, input]) => !isConstant(name, input));
    const fixed = Object.entries(given).filter(([name, input]) => isConstant(name, input));
    const bytes = encodeOnnxModel(
      modelOf(
        {
          nodes: [
            {
              op,
              domain: '',
              name: '',
              inputs: inputs.map((input, i) => (input === null ? '' : `i${i}`)),
              outputs: outputs.map((__, i) => `o${i}`),
              attributes: Object.fromEntries(
                Object.entries(attributes).map(([name, [kind, value]]) => [name, { kind, value }]),
              ) as Record<string, OnnxAttribute>,
            },
          ],
          initializers: Object.fromEntries(fixed.map(([name, input]) => [name, tensorOf(input)])),
          inputs: free.map(([name, { dtype, shape }]) => ({ name, type: dtype as 'float32', shape })),
          outputs: outputs.map((__, i) => ({ name: `o${i}`, type: 'float32', shape: undefined })),
        },
        opset,
      ),
    );
    const results = await run(fromOnnx(bytes), arraysOf(Object.fromEntries(free)));
    outputs.forEach(({ dtype, shape, values }, i) => {
      const { data, shape: actual } = results[`o${i}`]!;
      expect(actual).toEqual(shape);
      expect(data.constructor.name).toBe(CLASS_OF[dtype]);
      values.forEach((value, k) => expect(data[k]).toBeCloseTo(value, 5));
    });
  });
});

const CLASS_OF = {
  float32: 'Float32Array',
  float64: 'Float64Array',
  int32: 'Int32Array',
  bool: 'Uint8Array',
};

function tensorOf({ dtype, shape, values }: WrittenArray): ReturnType<typeof onnxTensor> {
  return dtype === 'int32'
    ? onnxTensor(
        BigInt64Array.from(values, (value) => BigInt(value)),
        shape,
      )
    : onnxTensorOf(dtype, values, shape);
}
