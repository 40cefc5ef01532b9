import { readFileSync } from 'node:fs';
import type { DType, NdArray } from '@pct/tensor';
import { array, compile, shapesOf } from '@pct/tensor';
import { allocate } from '../../src/graph/dtype.js';
import type { OnnxProgram } from '@pct/tensor';
import type { OnnxGraph, OnnxModel } from '../../src/onnx/model.js';

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
  const program = await compile(model.apply, [shapesOf(model.parameters), model.inputs]);
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
