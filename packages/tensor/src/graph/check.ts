import { InvalidArgumentError, ShapeError, describeValue } from '@pct/core';
import { describeShape, describeTypes } from './describe.js';
import type { Dim } from './dim.js';
import type { DType, TensorType } from './types.js';

/** Element types that an operation takes, and how messages call them. */
export const ELEMENT_CLASSES = {
  float: { dtypes: ['float32', 'float64'], words: 'floating point elements' },
  number: { dtypes: ['float32', 'float64', 'int32'], words: 'numbers' },
  integer: { dtypes: ['int32'], words: 'int32 elements' },
  bool: { dtypes: ['bool'], words: 'truth values' },
  any: { dtypes: ['float32', 'float64', 'int32', 'bool'], words: 'any elements' },
} as const satisfies Record<string, { dtypes: readonly DType[]; words: string }>;

/** Name of a set of element types. */
export type ElementClass = keyof typeof ELEMENT_CLASSES;

/** Checks that all arrays have one element type and that the operation takes it; returns that type. */
export function checkElements(name: string, types: readonly TensorType[], allowed: ElementClass): DType {
  const [first, ...others] = types;
  if (first === undefined) throw new InvalidArgumentError(`${name}: needs at least one array`);
  if (others.some((type) => type.dtype !== first.dtype))
    throw new InvalidArgumentError(
      `${name}: element types must agree, got ${describeTypes(types)}; convert one with cast(x, dtype)`,
    );
  const { dtypes, words }: { dtypes: readonly DType[]; words: string } = ELEMENT_CLASSES[allowed];
  if (!dtypes.includes(first.dtype))
    throw new InvalidArgumentError(
      `${name}: needs ${words}, got ${describeTypes(types)}; convert with cast(x, dtype)`,
    );
  return first.dtype;
}

/**
 * Shape of the result of an operation on arrays that are repeated along axes of size 1, as in NumPy.
 *
 * @throws {@link ShapeError} naming both shapes and the axis
 */
export function broadcastShapes(name: string, types: readonly TensorType[]): readonly Dim[] {
  let result: readonly Dim[] = types[0]?.shape ?? [];
  for (const { shape } of types.slice(1)) {
    const rank = Math.max(result.length, shape.length);
    const merged: Dim[] = [];
    for (let i = 0; i < rank; i++) {
      const a = result[i - rank + result.length] ?? 1;
      const b = shape[i - rank + shape.length] ?? 1;
      if (a !== b && a !== 1 && b !== 1) throw broadcastError(name, types, i - rank, a, b);
      merged.push(a === 1 ? b : a);
    }
    result = merged;
  }
  return result;
}

function broadcastError(
  name: string,
  types: readonly TensorType[],
  axis: number,
  a: Dim,
  b: Dim,
): ShapeError {
  const remedy =
    typeof a === 'string' || typeof b === 'string'
      ? '; if they are always equal, give both axes the same size in the declarations of the arguments'
      : '';
  return new ShapeError(
    `${name}: shapes must be equal or 1 axis by axis, got ${describeTypes(types)}: axis ${axis} (counted from the end) is ${a} in one and ${b} in the other${remedy}`,
  );
}

/** Checks an axis and counts a negative one from the end. */
export function checkAxis(name: string, axis: number, rank: number, argument = 'axis'): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    throw new ShapeError(
      `${name}: ${argument} must be an integer from ${-rank} to ${rank - 1} for an array with ${rank} axes, got ${describeValue(axis)}`,
    );
  return axis < 0 ? axis + rank : axis;
}

/** Checks a list of different axes; returns them counted from the start, ascending. */
export function checkAxes(name: string, axes: readonly number[], rank: number): number[] {
  const checked = axes.map((axis) => checkAxis(name, axis, rank)).sort((a, b) => a - b);
  if (new Set(checked).size !== checked.length)
    throw new ShapeError(`${name}: axes must be different, got ${describeShape(axes)}`);
  return checked;
}

/** Whether two shapes are equal. */
export function sameShape(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** The size as a number; an operation that needs to know it while tracing throws otherwise. */
export function checkStatic(name: string, what: string, size: Dim): number {
  if (typeof size === 'number') return size;
  throw new ShapeError(`${name}: ${what} must be a number while tracing, got the named size '${size}'`);
}
