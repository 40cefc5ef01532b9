import { createRng } from '@pct/core';
import {
  array,
  cleanGraph,
  compile,
  interpret,
  onnxruntimeNode,
  shapesOf,
  sum,
  trace,
  valueAndGrad,
} from '@pct/tensor';
import type { NdArray, NestedNumbers, Tensor, TensorSpec } from '@pct/tensor';
import fc from 'fast-check';
import { expect } from 'vitest';
import { enumerate } from '../../helpers/enumerate.js';

/** Numbers of a matrix, by row. */
export type Matrix = readonly (readonly number[])[];

/** float64 array of nested numbers. */
export function f64(values: NestedNumbers): NdArray {
  return array(values, 'float64');
}

/** bool array of nested 0 and 1. */
export function flags(values: NestedNumbers): NdArray {
  return array(values, 'bool');
}

/** Elements of the result of a function of arrays, by the interpreter. */
export function evaluate(fn: (...args: Tensor[]) => Tensor, ...args: readonly NdArray[]): number[] {
  const specs = args.map((arg): TensorSpec => shapesOf(arg));
  const [result] = interpret(cleanGraph(trace(fn, ...specs).graph), args);
  return Array.from(result!.data);
}

/** Value of a loss, and its gradient with respect to the first argument. */
export function differentiate(
  loss: (...args: Tensor[]) => Tensor,
  ...args: readonly NdArray[]
): { value: number; gradient: number[] } {
  const specs = args.map((arg): TensorSpec => shapesOf(arg));
  const fn = valueAndGrad((...tensors: Tensor[]) => loss(...tensors));
  const [value, gradient] = interpret(cleanGraph(trace(fn, ...specs).graph), args);
  return { value: value!.data[0]!, gradient: Array.from(gradient!.data) };
}

/** Gradient by central differences, for losses that are smooth at `args[0]`. */
export function differences(
  loss: (...args: Tensor[]) => Tensor,
  [first, ...others]: readonly [NdArray, ...NdArray[]],
  step = 1e-5,
): number[] {
  const at = (index: number, by: number): number => {
    const data = Float64Array.from(first.data);
    data[index] = data[index]! + by;
    return evaluate(loss, { data, shape: first.shape }, ...others)[0]!;
  };
  return Array.from(first.data, (_, index) => (at(index, step) - at(index, -step)) / (2 * step));
}

/** All assignments, as rows of 0 and 1 in one list. */
export function allPairs(cost: Matrix): number[][] {
  const columns = cost[0]!.length;
  return enumerate(cost, columns).map(({ rowToColumn }) =>
    cost.flatMap((row, i) => row.map((_, j) => Number(rowToColumn[i] === j))),
  );
}

/** ⟨a, b⟩ with 0 times Infinity as 0. */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, x, i) => (b[i] === 0 || x === 0 ? total : total + x * b[i]!), 0);
}

/** The cheapest of some assignments. */
export function cheapest(cost: readonly number[], pairs: readonly number[][]): number[] {
  return pairs.reduce((best, y) => (dot(cost, y) < dot(cost, best) ? y : best));
}

/** Matrix as a batch of one assignment, 0/1, of the same shape. */
export function matrixOf(flat: readonly number[], columns: number): number[][] {
  return Array.from({ length: flat.length / columns }, (_, i) => flat.slice(i * columns, (i + 1) * columns));
}

/** Costs without ties: uniform in [-5, 5), of which no two assignments have the same total but by accident. */
export function realMatrix(rows: number, columns: number): fc.Arbitrary<number[][]> {
  return fc.integer().map((seed) => {
    const rng = createRng(seed);
    return Array.from({ length: rows }, () => Array.from({ length: columns }, () => rng.uniform(-5, 5)));
  });
}

/** Shapes of small problems. */
export const shapes = fc.constantFrom<[number, number]>([3, 3], [4, 4], [2, 4], [4, 2], [1, 3]);

/** Expects equal numbers, up to a tolerance. */
export function expectNear(actual: readonly number[], wanted: readonly number[], tolerance = 1e-9): void {
  expect(actual).toHaveLength(wanted.length);
  actual.forEach((x, i) => {
    expect(Math.abs(x - wanted[i]!), `element ${i}: ${x} against ${wanted[i]}`).toBeLessThanOrEqual(
      tolerance,
    );
  });
}

/** Expects one loss and gradient from the interpreter and from onnxruntime, in float64 and with a batch of any size. */
export async function expectSameOnRuntimes(
  make: () => (...args: Tensor[]) => Tensor,
  args: readonly NdArray[],
): Promise<void> {
  const specs = args.map((arg): TensorSpec => shapesOf(arg));
  const results: number[][] = [];
  for (const runtime of ['interpreter', await onnxruntimeNode({ threads: 1 })] as const) {
    const loss = make();
    const fn = valueAndGrad((...tensors: Tensor[]) => sum(loss(...tensors)));
    await using program = await compile(fn, specs, { runtime });
    const [value, gradient] = await program.run(...args);
    results.push([value.data[0]!, ...gradient.data]);
  }
  expect(results[0]!.some((x) => x !== 0)).toBe(true);
  expectNear(results[1]!, results[0]!, 1e-10);
}
