import type { NdArray, Tensor, TensorSpec } from '@pct/tensor';
import { cleanGraph, interpret, shapesOf, trace } from '@pct/tensor';

/** Elements that a function of float64 arrays has at given ones, for each tensor of its result. */
export function evaluate(
  fn: (...args: Tensor[]) => Tensor | readonly Tensor[],
  ...args: readonly NdArray[]
): number[][] {
  const specs = args.map((arg): TensorSpec => shapesOf(arg));
  const { graph } = trace(fn, ...specs);
  return interpret(cleanGraph(graph), args).map(({ data }) => Array.from(data));
}

/** Float64 array with one axis. */
export function vector(...values: readonly number[]): NdArray {
  return { data: Float64Array.from(values), shape: [values.length] };
}

/** Float64 number. */
export function number(value: number): NdArray {
  return { data: Float64Array.of(value), shape: [] };
}
