import { describeType } from '../graph/describe.js';
import type { Dim } from '../graph/dim.js';
import { normalizeDim } from '../graph/dim.js';
import { dtypeOf } from '../graph/dtype.js';
import type { DType, NdArray, TensorType } from '../graph/types.js';
import { isNdArray } from './tree.js';
import type { TreeOf } from './tree.js';
import { mapTree } from './tree.js';
import { InvalidArgumentError } from '@pct/core';

/** Declared type of an argument of a program; from {@link float32}, {@link float64}, {@link int32}, {@link bool}. */
export class TensorSpec implements TensorType {
  readonly dtype: DType;
  readonly shape: readonly Dim[];

  constructor(dtype: DType, shape: readonly Dim[]) {
    this.dtype = dtype;
    this.shape = shape.map(normalizeDim);
  }

  toString(): string {
    return describeType(this);
  }
}

/** Whether a value declares the type of an argument. */
export function isSpec(value: unknown): value is TensorSpec {
  return value instanceof TensorSpec;
}

/**
 * Declares an argument of 32 bit floating point numbers.
 *
 * @param shape - sizes of the axes: numbers, or names such as `'batch'` for sizes known at run time. The same
 *   name is the same size everywhere in the program.
 * @throws {@link InvalidArgumentError} for a size that is neither
 */
export function float32(...shape: Dim[]): TensorSpec {
  return new TensorSpec('float32', shape);
}

/** Declares an argument of 64 bit floating point numbers; see {@link float32}. */
export function float64(...shape: Dim[]): TensorSpec {
  return new TensorSpec('float64', shape);
}

/** Declares an argument of 32 bit integers; see {@link float32}. */
export function int32(...shape: Dim[]): TensorSpec {
  return new TensorSpec('int32', shape);
}

/** Declares an argument of truth values; see {@link float32}. */
export function bool(...shape: Dim[]): TensorSpec {
  return new TensorSpec('bool', shape);
}

/**
 * Declares arguments with the types and sizes of run-time arrays: `shapesOf(params)`.
 *
 * @param tree - nested plain objects and arrays of `{ data, shape }`
 * @throws {@link InvalidArgumentError} with the path of what is not such an array
 */
export function shapesOf<T>(tree: T): TreeOf<T, TensorSpec> {
  return mapTree(tree, (leaf: unknown, path): TensorSpec => {
    const dtype = isNdArray(leaf) ? dtypeOf(leaf.data) : undefined;
    if (dtype === undefined)
      throw new InvalidArgumentError(`shapesOf: ${path} must be an array { data, shape }`);
    return new TensorSpec(dtype, (leaf as NdArray).shape);
  }) as TreeOf<T, TensorSpec>;
}
