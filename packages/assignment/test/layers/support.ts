import { assignmentLayer, type AssignmentLayerOptions } from '@pct/assignment/layers';
import { createRng } from '@pct/core';
import {
  array,
  cleanGraph,
  interpret,
  mul,
  shapesOf,
  sum,
  trace,
  valueAndGrad,
  type NdArray,
  type NestedNumbers,
  type Tensor,
  type TensorSpec,
} from '@pct/tensor';
import { expect } from 'vitest';
import { enumerate } from '../helpers/enumerate.js';

/** float64 array of nested numbers. */
export function f64(values: NestedNumbers): NdArray {
  return array(values, 'float64');
}

/** float64 array of a shape, of seeded numbers between two limits. */
export function randomArray(seed: number, shape: readonly number[], low = 0, high = 1): NdArray {
  const rng = createRng(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  return { data: Float64Array.from({ length: size }, () => rng.uniform(low, high)), shape };
}

/** Elements of the results of a function of arrays, by the interpreter. */
export function evaluate(
  fn: (...args: Tensor[]) => Tensor | readonly Tensor[],
  ...args: readonly NdArray[]
): number[][] {
  const specs = args.map((arg): TensorSpec => shapesOf(arg));
  return interpret(cleanGraph(trace(fn, ...specs).graph), args).map(({ data }) => Array.from(data));
}

/** Output of a layer. */
export function outputOf(cost: NdArray, options: AssignmentLayerOptions = {}): number[] {
  return evaluate((c) => assignmentLayer(c, options), cost)[0]!;
}

/** Gradient of ⟨g, y(c)⟩ with respect to c: what the layer makes of the gradient g. */
export function gradientOf(cost: NdArray, g: NdArray, options: AssignmentLayerOptions = {}): number[] {
  const loss = valueAndGrad((c: Tensor, w: Tensor) => sum(mul(assignmentLayer(c, options), w)));
  return evaluate((c, w) => loss(c, w)[1], cost, g)[0]!;
}

/** Derivatives of ⟨g, y(c)⟩ by central differences, for layers that are smooth. */
export function differencesOf(
  cost: NdArray,
  g: NdArray,
  options: AssignmentLayerOptions = {},
  step = 1e-5,
): number[] {
  const at = (index: number, by: number): number => {
    const data = Float64Array.from(cost.data);
    data[index] = data[index]! + by;
    return dot(outputOf({ data, shape: cost.shape }, options), Array.from(g.data));
  };
  return Array.from(cost.data, (c, index) =>
    c === Infinity ? 0 : (at(index, step) - at(index, -step)) / (2 * step),
  );
}

/** Sum of products; 0 times Infinity is 0. */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, x, i) => (x === 0 || b[i] === 0 ? total : total + x * b[i]!), 0);
}

/** All assignments of `[rows, columns]` as flat 0/1 arrays; of both sides partial ones too if `partial`. */
export function allAssignments(rows: number, columns: number, partial = false): number[][] {
  const zeros = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  return enumerate(zeros, columns, partial ? { unmatchedCost: 0 } : {}).map(({ rowToColumn }) =>
    zeros.flatMap((row, i) => row.map((_, j) => Number(rowToColumn[i] === j))),
  );
}

/** The cheapest of all assignments, by trying them. */
export function cheapest(cost: readonly number[], rows: number, columns: number): number[] {
  const all = allAssignments(rows, columns);
  return all.reduce((best, y) => (dot(cost, y) < dot(cost, best) ? y : best));
}

/** Expects equal numbers up to a tolerance. */
export function expectNear(actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-9): void {
  expect(actual).toHaveLength(wanted.length);
  for (let i = 0; i < actual.length; i++) {
    expect(
      Math.abs(actual[i]! - wanted[i]!),
      `element ${i}: ${actual[i]} against ${wanted[i]}`,
    ).toBeLessThanOrEqual(tolerance);
  }
}
