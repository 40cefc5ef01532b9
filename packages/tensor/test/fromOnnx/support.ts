import { readFileSync } from 'node:fs';
import type { DType, NdArray } from '@pct/tensor';
import { array, compile, interpreter, shapesOf } from '@pct/tensor';
import { allocate } from '../../src/graph/dtype.js';
import type { FromOnnxOptions, OnnxProgram } from '@pct/tensor';
import { fromOnnx } from '@pct/tensor';
import { encodeOnnxModel } from '../../src/onnx/encode.js';
import type {
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValueInfo,
} from '../../src/onnx/model.js';
import { onnxTensor } from '../../src/onnx/tensors.js';

/** An array as the Python scripts write it. */
export interface WrittenArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** File beside the scripts that make the fixtures. */
export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
}

/** JSON file beside the scripts. */
export function readJson<T>(name: string): T {
  return JSON.parse(new TextDecoder().decode(fixture(name))) as T;
}

/** Written array as a run-time array, floating point numbers in the wanted type. */
function arrayOf({ dtype, shape, values }: WrittenArray, float: 'float32' | 'float64'): NdArray {
  if (values.length === 0) return { data: allocate(dtype === 'float32' ? float : dtype, 0), shape };
  return { ...array([...values].map(Number), dtype === 'float32' ? float : dtype), shape };
}

/** All arrays of an object. */
export function arraysOf(
  written: Readonly<Record<string, WrittenArray>>,
  float: 'float32' | 'float64' = 'float32',
): Record<string, NdArray> {
  return Object.fromEntries(Object.entries(written).map(([name, one]) => [name, arrayOf(one, float)]));
}

/** The program's outputs by name in the interpreter. */
export async function run(
  model: OnnxProgram,
  inputs: Readonly<Record<string, NdArray>>,
): Promise<Record<string, NdArray>> {
  const program = await compile(model.apply, [shapesOf(model.parameters), model.inputs], {
    runtime: interpreter(),
  });
  return program.run(model.parameters, inputs);
}

/** A model around a graph. */
export function modelOf(graph: Omit<OnnxGraph, 'name'>, opset: number): OnnxModel {
  return {
    irVersion: 8,
    opsets: { '': opset },
    producerName: 'test',
    producerVersion: '',
    description: '',
    metadata: {},
    graph: { name: 'g', ...graph },
  };
}

/** A node of a graph without a name. */
export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
): OnnxNode {
  return { op, domain: '', name: '', inputs, outputs, attributes };
}

/** An input or output of a graph. */
export function port(
  name: string,
  shape: OnnxValueInfo['shape'],
  type: OnnxValueInfo['type'] = 'float32',
): OnnxValueInfo {
  return { name, type, shape };
}

/** Integers as ONNX has sizes and axes. */
export function int64(values: readonly number[], shape: readonly number[] = [values.length]): OnnxTensor {
  return onnxTensor(
    BigInt64Array.from(values, (value) => BigInt(value)),
    shape,
  );
}

/** The program of a graph. */
export function load(graph: Partial<OnnxGraph>, options: FromOnnxOptions = {}, opset = 17): OnnxProgram {
  const whole = { nodes: [], initializers: {}, inputs: [], outputs: [], ...graph };
  return fromOnnx(encodeOnnxModel(modelOf(whole, opset)), options);
}
