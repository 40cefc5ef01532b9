import { InvalidArgumentError, ShapeError } from '@pct/core';
import type { NdArray, Tensor } from '@pct/tensor';
import { compile, float32, grad, interpreter, mean, shapesOf, square, sub, trace } from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import { fromOnnx } from '@pct/tensor';
import type { OnnxParameters } from '@pct/tensor';
import { onnxTensorOf } from '../../src/onnx/tensors.js';
import { arraysOf, fixture, int64, load, node, port, readJson, run } from './support.js';
import type { WrittenArray } from './support.js';

const runtime = interpreter();
const dense = fixture('dense_13.onnx');
const { inputs: denseInputs } =
  readJson<Readonly<Record<string, { readonly inputs: Readonly<Record<string, WrittenArray>> }>>>(
    'networks.json',
  )['dense']!;

describe('parameters, inputs and outputs', () => {
  it('have the names, element types and shapes of the file', () => {
    const { parameters, inputs, outputs, opset } = fromOnnx(dense);
    expect(Object.keys(parameters).sort()).toEqual(['first', 'last', 'norm', 'onnx::MatMul_45'].sort());
    expect((parameters['first'] as OnnxParameters<NdArray>)['weight']).toMatchObject({ shape: [5, 3] });
    expect(inputs['x']!.toString()).toBe('float32[batch, 3]');
    expect(outputs['y0']!.toString()).toBe('float32[batch, 4]');
    expect(opset).toBe(13);
  });

  it('may be float64, with other names or numbers for sizes', () => {
    const { inputs, outputs } = fromOnnx(dense, { dtype: 'float64', sizes: { batch: 'n' } });
    expect([inputs['x']!.toString(), outputs['y0']!.toString()]).toEqual(['float64[n, 3]', 'float64[n, 4]']);
    expect(fromOnnx(dense, { sizes: { batch: 7 } }).outputs['y0']!.shape).toEqual([7, 4]);
  });

  it('leave out what the caller or the operator keeps as a constant', () => {
    const graph = {
      nodes: [node('Mul', ['x', 'a.b'], ['m']), node('Clip', ['m', 'low', ''], ['y'])],
      initializers: {
        a: onnxTensorOf('float32', [1], []),
        'a.b': onnxTensorOf('float32', [2], []),
        __proto__x: onnxTensorOf('float32', [2], []),
        low: onnxTensorOf('float32', [0], []),
      },
      inputs: [port('x', ['n', undefined]), port('a', [])],
      outputs: [port('y', undefined)],
    };
    const model = load(graph);
    expect(Object.keys(model.parameters)).toEqual(['a', 'a.b', '__proto__x']);
    expect(model.inputs['x']!.shape).toEqual(['n', 'x_1']);
    const { parameters } = load(graph, { isParameter: (name) => name === 'a.b' });
    expect(parameters).toEqual({ a: { b: { data: Float32Array.of(2), shape: [] } } });
  });
});

describe('apply', () => {
  it('has the gradient that finite differences have', async () => {
    const model = fromOnnx(dense, { dtype: 'float64' });
    const loss = (p: OnnxParameters, x: Tensor): Tensor => mean(square(model.apply(p, { x })['y0']!));
    const specs = [shapesOf(model.parameters), model.inputs['x']!] as const;
    const value = await compile(loss, specs, { runtime });
    const gradient = await compile(grad(loss), specs, { runtime });
    const x = arraysOf(denseInputs, 'float64')['x']!;
    const weight = (tree: unknown): NdArray => (tree as { first: { weight: NdArray } }).first.weight;
    const exact = weight(await gradient.run(model.parameters, x)).data;
    for (const at of [0, 7, 14]) {
      const moved = async (step: number): Promise<number> => {
        const copy = structuredClone(model.parameters);
        weight(copy).data[at]! += step;
        return (await value.run(copy, x)).data[0]!;
      };
      const slope = ((await moved(1e-5)) - (await moved(-1e-5))) / 2e-5;
      expect(exact[at]).toBeCloseTo(slope, 8);
      expect(Math.abs(slope)).toBeGreaterThan(1e-6);
    }
  });

  it('can be trained further', async () => {
    const model = fromOnnx(dense);
    const x = arraysOf(denseInputs)['x']!;
    const target = { data: new Float32Array(8).fill(-1), shape: [2, 4] };
    const loss = (p: OnnxParameters, given: Tensor, wanted: Tensor): Tensor =>
      mean(square(sub(model.apply(p, { x: given })['y0']!, wanted)));
    const specs = [shapesOf(model.parameters), model.inputs['x']!, float32('batch', 4)] as const;
    const value = await compile(loss, specs, { runtime });
    const gradient = await compile(grad(loss), specs, { runtime });
    const parameters = structuredClone(model.parameters);
    const losses: number[] = [];
    const descend = (
      at: OnnxParameters<NdArray> | NdArray,
      slope: OnnxParameters<NdArray> | NdArray,
    ): void => {
      if (ArrayBuffer.isView(at['data'])) {
        const { data } = at as NdArray;
        (slope as NdArray).data.forEach((d, i) => (data[i]! -= 0.1 * d));
      } else
        for (const key of Object.keys(at))
          descend((at as OnnxParameters<NdArray>)[key]!, (slope as OnnxParameters<NdArray>)[key]!);
    };
    for (let step = 0; step < 5; step++) {
      losses.push((await value.run(parameters, x, target)).data[0]!);
      descend(parameters, await gradient.run(parameters, x, target));
    }
    expect(losses.toSorted((a, b) => b - a)).toEqual(losses);
    expect(losses[4]).toBeLessThan(losses[0]! * 0.8);
  });

  it('works for any size of the batch', async () => {
    const model = fromOnnx(fixture('attention_17.onnx'));
    const data = Float32Array.from({ length: 5 * 2 * 4 }, (_, i) => Math.sin(i));
    const many = await run(model, { x: { data, shape: [5, 2, 4] } });
    const one = await run(model, { x: { data: data.slice(8, 16), shape: [1, 2, 4] } });
    const middle = Array.from(many['y0']!.data.slice(8, 16));
    Array.from(one['y0']!.data).forEach((value, i) => expect(value).toBeCloseTo(middle[i]!, 6));
  });

  it('names parameters and inputs that do not fit', () => {
    const model = fromOnnx(dense);
    const traced = (inputs: Parameters<typeof trace>[1]): unknown =>
      trace(
        (p: OnnxParameters, x: Record<string, Tensor>) => model.apply(p, x),
        shapesOf(model.parameters),
        inputs as never,
      );
    expect(() => traced({ z: float32(2, 3) })).toThrow(/apply: inputs must be an object with x, got z/);
    expect(() => traced({ x: float32(2, 4) })).toThrow(
      /apply: input "x" must be float32\[batch, 3\], got float32\[2, 4\]/,
    );
    const wide = fromOnnx(dense, { dtype: 'float64' });
    expect(() =>
      trace(
        (p: OnnxParameters, x: Tensor) => model.apply(p, { x }),
        shapesOf(wide.parameters),
        model.inputs['x']!,
      ),
    ).toThrow(/apply: "first.weight" must be float32\[5, 3\], got float64\[5, 3\]/);
    expect(() => trace((x: Tensor) => model.apply({}, { x }), model.inputs['x']!)).toThrow(
      InvalidArgumentError,
    );
  });
});

describe('computations with shapes', () => {
  it('keep named sizes through chains of operators', () => {
    // x [n, 6, t] becomes [3 n, 2 t]: Reshape(x, Concat(Mul(n, 3), Div(Mul(t, 6), 3))).
    const { outputs } = load({
      nodes: [
        node('Shape', ['x'], ['s']),
        node('Gather', ['s', 'zero'], ['n']),
        node('Slice', ['s', 'two', 'far'], ['t']),
        node('Mul', ['n', 'three'], ['n3']),
        node('Unsqueeze', ['n3', 'axis'], ['rows']),
        node('Mul', ['t', 'six'], ['t6']),
        node('Div', ['t6', 'three'], ['columns']),
        node('Concat', ['rows', 'columns'], ['target'], { axis: { kind: 'int', value: 0 } }),
        node('Reshape', ['x', 'target'], ['y']),
        node('Identity', ['target'], ['sizes']),
      ],
      initializers: {
        zero: int64([0], []),
        three: int64([3], []),
        six: int64([6]),
        two: int64([2]),
        far: int64([2 ** 62]),
        axis: int64([0]),
      },
      inputs: [port('x', ['n', 6, 't'])],
      outputs: [port('y', undefined), port('sizes', undefined, 'int64')],
    });
    expect(outputs['y']!.shape).toEqual(['3*n', '2*t']);
    expect(outputs['sizes']!.toString()).toBe('int32[2]');
  });

  it('expand to shapes with -1, as PyTorch writes them', async () => {
    const model = load({
      nodes: [
        node('Shape', ['like'], ['s']),
        node('ConstantOfShape', ['rank'], ['ones'], { value: { kind: 'tensor', value: int64([1]) } }),
        node('Mul', ['ones', 'minus'], ['negative']),
        node('Equal', ['wanted', 'negative'], ['free']),
        node('Where', ['free', 'ones', 'wanted'], ['shape']),
        node('Expand', ['x', 'shape'], ['y']),
        node('Cast', ['s'], ['sizes'], { to: { kind: 'int', value: 1 } }),
      ],
      initializers: { rank: int64([2]), minus: int64([-1]), wanted: int64([-1, 3]) },
      inputs: [port('x', ['n', 1]), port('like', ['n', 'm'])],
      outputs: [port('y', undefined), port('sizes', undefined)],
    });
    expect(model.outputs['y']!.shape).toEqual(['n', 3]);
    const results = await run(model, {
      x: { data: Float32Array.of(1, 2), shape: [2, 1] },
      like: { data: new Float32Array(10), shape: [2, 5] },
    });
    expect([...results['y']!.data]).toEqual([1, 1, 1, 2, 2, 2]);
    expect([...results['sizes']!.data]).toEqual([2, 5]);
  });

  it('say which named size has to be a number', () => {
    const graph = {
      nodes: [node('Conv', ['x', 'w'], ['y'], { strides: { kind: 'ints', value: [2, 2] } })],
      initializers: { w: onnxTensorOf('float32', new Float32Array(9), [1, 1, 3, 3]) },
      inputs: [port('x', [1, 1, 'height', 8])],
      outputs: [port('y', undefined)],
    } as const;
    expect(() => load(graph)).toThrow(ShapeError);
    expect(() => load(graph)).toThrow(/node "y" \(Conv\): .*height.*fixed size/);
    expect(load(graph, { sizes: { height: 9 } }).outputs['y']!.shape).toEqual([1, 1, 4, 3]);
  });
});
