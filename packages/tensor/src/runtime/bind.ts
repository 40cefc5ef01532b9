import { InvalidArgumentError, ShapeError, describeValue } from '@pct/core';
import { describeType } from '../graph/describe.js';
import { evaluateDim } from '../graph/dim.js';
import { dtypeOf } from '../graph/dtype.js';
import type { Graph, NdArray, TensorType } from '../graph/types.js';
import { countElements } from '../reference/indexing.js';

const CLASSES = { float32: 'Float32Array', float64: 'Float64Array', int32: 'Int32Array', bool: 'Uint8Array' };

/**
 * Checks run-time arrays against the inputs of a graph and finds the named sizes.
 *
 * @param name - function that was called, for messages
 * @returns number for each name
 * @throws {@link InvalidArgumentError} naming the path of an array with wrong elements; {@link ShapeError}
 *   naming the path of one with a wrong shape
 */
export function bindSizes(name: string, graph: Graph, arrays: readonly NdArray[]): Map<string, number> {
  const sizes = new Map<string, number>();
  const places = new Map<string, string>();
  if (arrays.length !== graph.inputs.length)
    throw new InvalidArgumentError(
      `${name}: the program has ${graph.inputs.length} inputs, got ${arrays.length}`,
    );
  arrays.forEach((array, i) => {
    const path = graph.inputNames[i] ?? `input ${i}`;
    const { type } = graph.inputs[i]!;
    checkArrayType(name, path, array, type);
    type.shape.forEach((dim, axis) => {
      const size = array.shape[axis]!;
      if (typeof dim !== 'string' || !/^\w+$/.test(dim)) return;
      const known = sizes.get(dim);
      if (known !== undefined && known !== size)
        throw new ShapeError(
          `${name}: ${path} must be ${describeType(type)} with ${dim} = ${known} as in ${places.get(dim)}, got shape [${array.shape.join(', ')}]`,
        );
      sizes.set(dim, size);
      if (known === undefined) places.set(dim, path);
    });
  });
  arrays.forEach((array, i) => {
    const path = graph.inputNames[i] ?? `input ${i}`;
    const { type } = graph.inputs[i]!;
    const wanted = type.shape.map((dim) => evaluateDim(dim, sizes));
    if (wanted.some((size, axis) => size !== array.shape[axis]))
      throw new ShapeError(
        `${name}: ${path} must be ${describeType(type)}${named(type) ? ` = [${wanted.join(', ')}]` : ''}, got shape [${array.shape.join(', ')}]`,
      );
  });
  return sizes;
}

function named({ shape }: TensorType): boolean {
  return shape.some((dim) => typeof dim === 'string');
}

/**
 * Checks element type, number of axes and number of elements of a run-time array.
 *
 * @param name - function that was called, for messages
 * @param path - of the array, for messages
 */
export function checkArrayType(name: string, path: string, array: NdArray, type: TensorType): void {
  if (dtypeOf(array.data) !== type.dtype)
    throw new InvalidArgumentError(
      `${name}: ${path} must be ${describeType(type)} in a ${CLASSES[type.dtype]}, got ${describeValue(array.data)}`,
    );
  if (array.shape.length !== type.shape.length)
    throw new ShapeError(
      `${name}: ${path} must be ${describeType(type)}, got shape [${array.shape.join(', ')}]`,
    );
  if (!array.shape.every((size) => Number.isSafeInteger(size) && size >= 0))
    throw new ShapeError(
      `${name}: ${path} must have a shape of whole numbers of at least 0, got shape [${array.shape.join(', ')}]`,
    );
  if (countElements(array.shape) !== array.data.length)
    throw new ShapeError(
      `${name}: ${path} must have ${countElements(array.shape)} elements for its shape [${array.shape.join(', ')}], got ${array.data.length}`,
    );
}
