/** Settings of operators that decide what is a parameter, what is refused, and corner cases of the format. */
import { InvalidArgumentError, ShapeError } from '@pct/core';
import { compile, grad, interpreter, shapesOf, sum } from '@pct/tensor';
import type { OnnxParameters, Tensor } from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import type { OnnxAttribute, OnnxTensor } from '../../src/onnx/model.js';
import { onnxTensorOf } from '../../src/onnx/tensors.js';
import { int64, load, node, port, run } from './support.js';

const int = (value: number): OnnxAttribute => ({ kind: 'int', value });
const text = (value: string): OnnxAttribute => ({ kind: 'string', value });
const floats = (...values: readonly number[]): OnnxTensor => onnxTensorOf('float32', values, [values.length]);
const single = (value: number): OnnxTensor => onnxTensorOf('float32', [value], []);
const output = [port('y', undefined)];

describe('what becomes a parameter', () => {
  const power = (exponent: OnnxTensor) =>
    load({
      nodes: [node('Pow', ['x', 'p'], ['y'])],
      initializers: { p: exponent },
      inputs: [port('x', [3])],
      outputs: output,
    });

  it('is an exponent that was trained, not that of a formula', async () => {
    expect(Object.keys(power(floats(3)).parameters)).toEqual(['p']);
    const cube = power(single(3));
    expect(cube.parameters).toEqual({});
    const slope = await compile(
      grad((x: Tensor, p: OnnxParameters) => sum(cube.apply(p, { x })['y']!)),
      [cube.inputs['x']!, shapesOf(cube.parameters)],
      { runtime: interpreter() },
    );
    const { data } = await slope.run({ data: Float32Array.of(-2, 0, 3), shape: [3] }, {});
    expect([...data]).toEqual([12, 0, 27]);
  });

  it('is not the scale of a Resize', () => {
    const { parameters, outputs } = load({
      nodes: [node('Resize', ['x', '', 's'], ['y'])],
      initializers: { s: floats(1, 1, 2, 3) },
      inputs: [port('x', ['n', 2, 3, 4])],
      outputs: output,
    });
    expect(parameters).toEqual({});
    expect(outputs['y']!.shape).toEqual(['n', 2, 6, 12]);
  });
});

describe('sizes', () => {
  it('have to be those of the inputs', () => {
    const graph = {
      nodes: [node('Relu', ['x'], ['y'])],
      inputs: [port('x', ['n', 't', 3])],
      outputs: output,
    };
    expect(load(graph, { sizes: { n: 2 } }).outputs['y']!.shape).toEqual([2, 't', 3]);
    expect(() => load(graph, { sizes: { batch: 2 } })).toThrow(InvalidArgumentError);
    expect(() => load(graph, { sizes: { batch: 2 } })).toThrow(
      "fromOnnx: sizes must name sizes of the inputs (n, t), got 'batch'",
    );
  });
});

describe('batch normalisation', () => {
  const normed = (
    opset: number,
    outputs: readonly string[],
    attributes: Record<string, OnnxAttribute> = {},
  ) => {
    const names = ['scale', 'offset', 'mean', 'variance'];
    return load(
      {
        nodes: [node('BatchNormalization', ['x', ...names], outputs, attributes)],
        initializers: Object.fromEntries(names.map((name) => [name, floats(1, 2)])),
        inputs: [port('x', ['n', 2, 3, 3])],
        outputs: output,
      },
      {},
      opset,
    );
  };

  it('with the statistics of the batch is refused, however the operator set says so', () => {
    expect(normed(9, ['y', '', '']).outputs['y']!.shape).toEqual(['n', 2, 3, 3]);
    expect(() => normed(9, ['y', 'm', 'v', 'sm', 'sv'])).toThrow(
      /node "y" \(BatchNormalization\): batch statistics \(more than one output\): export the model in evaluation mode/,
    );
    expect(() => normed(15, ['y', 'm', 'v'], { training_mode: int(1) })).toThrow(/batch statistics/);
    expect(() => normed(7, ['y'], { spatial: int(0) })).toThrow(/statistics per pixel \(spatial 0\)/);
  });
});

describe('changes of size', () => {
  const resized = (
    attributes: Record<string, OnnxAttribute>,
    initializers: Record<string, OnnxTensor>,
    sizes = 's',
  ) =>
    load(
      {
        nodes: [node('Resize', ['x', '', '', sizes], ['y'], attributes)],
        initializers,
        inputs: [port('x', [1, 1, 'h', 4])],
        outputs: output,
      },
      {},
      18,
    );

  it('refuse what they do not do, with the node', () => {
    const s = int64([1, 1, 4, 8]);
    expect(() => resized({ mode: text('linear') }, { s })).toThrow(ShapeError);
    expect(() => resized({ mode: text('linear') }, { s })).toThrow(
      /node "y" \(Resize\): Resize: the size of axis 2, which is resized, must be a number while tracing, got the named size 'h'/,
    );
    expect(() => resized({ antialias: int(1) }, { s })).toThrow(
      /interpolation with antialias; not supported/,
    );
    expect(() => resized({ coordinate_transformation_mode: text('tf_crop_and_resize') }, { s })).toThrow(
      /coordinate_transformation_mode "tf_crop_and_resize"; not supported/,
    );
    expect(() =>
      resized({ keep_aspect_ratio_policy: text('not_larger') }, { s: int64([1, 1, 4, 8]) }),
    ).toThrow(/keep_aspect_ratio_policy "not_larger"; not supported/);
    expect(() => resized({}, { s: int64([1, 2]) })).toThrow(/must have 4 sizes, got 2/);
    expect(() => resized({}, {}, '')).toThrow(/has neither scales nor sizes/);
  });

  it('need whole blocks of pixels', () => {
    const graph = {
      nodes: [node('SpaceToDepth', ['x'], ['y'], { blocksize: int(2) })],
      inputs: [port('x', [1, 1, 3, 4])],
      outputs: output,
    };
    expect(() => load(graph)).toThrow(/float32\[1, 1, 3, 4\] does not fall into blocks of 2 x 2 pixels/);
  });
});

describe('Einsum', () => {
  const einsum = (equation: string) =>
    load({
      nodes: [node('Einsum', ['a', 'b'], ['y'], { equation: text(equation) })],
      inputs: [port('a', ['n', 2, 3]), port('b', ['n', 3, 4])],
      outputs: output,
    });

  it('works on named sizes', () => {
    expect(einsum('nij,njk->ikn').outputs['y']!.shape).toEqual([2, 4, 'n']);
    expect(einsum('...ij,...jk').outputs['y']!.shape).toEqual(['n', 2, 4]);
  });

  it('names the equation that does not fit', () => {
    expect(() => einsum('nij->ni')).toThrow(/has the equation "nij->ni" for 2 inputs/);
    expect(() => einsum('ij,njk->ik')).toThrow(/"ij,njk->ik", but input 0 has 3 axes/);
    expect(() => einsum('nii,njk->ik')).toThrow(
      /"nii,njk->ik" with a letter twice in one term; not supported/,
    );
  });
});

describe('numbers', () => {
  it('that are infinite are told by their sign', async () => {
    const infinite = async (attributes: Record<string, OnnxAttribute>): Promise<number[]> => {
      const model = load({
        nodes: [node('IsInf', ['x'], ['y'], attributes)],
        inputs: [port('x', [4])],
        outputs: [port('y', undefined, 'bool')],
      });
      const data = Float32Array.of(Infinity, -Infinity, NaN, 1);
      return [...(await run(model, { x: { data, shape: [4] } }))['y']!.data];
    };
    expect(await infinite({})).toEqual([1, 1, 0, 0]);
    expect(await infinite({ detect_negative: int(0) })).toEqual([1, 0, 0, 0]);
    expect(await infinite({ detect_positive: int(0) })).toEqual([0, 1, 0, 0]);
    expect(await infinite({ detect_positive: int(0), detect_negative: int(0) })).toEqual([0, 0, 0, 0]);
  });

  it('of a query that may see no key are 0', async () => {
    const model = load(
      {
        nodes: [node('Attention', ['q', 'q', 'q', 'mask'], ['y'])],
        inputs: [port('q', [1, 1, 2, 2]), port('mask', [2, 2], 'bool')],
        outputs: output,
      },
      {},
      23,
    );
    const q = { data: Float32Array.of(1, 2, 3, 4), shape: [1, 1, 2, 2] };
    const mask = { data: Uint8Array.of(0, 0, 1, 0), shape: [2, 2] };
    expect([...(await run(model, { q, mask }))['y']!.data]).toEqual([0, 0, 1, 2]);
  });
});
