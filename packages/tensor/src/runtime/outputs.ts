import { InvalidArgumentError, ShapeError, checkInteger } from '@pct/core';
import { evaluateDim, namesInDim } from '../graph/dim.js';
import { allocate } from '../graph/dtype.js';
import type { Graph, NdArray } from '../graph/types.js';
import { countElements } from '../reference/indexing.js';
import { checkArrayType } from './bind.js';

/**
 * New arrays of zeros for the outputs of a graph.
 *
 * @param name - function that was called, for messages
 * @param sizes - number for each named size of the outputs
 * @throws {@link InvalidArgumentError} if a size is missing, unknown or not a whole number of at least 0
 */
export function allocateForOutputs(
  name: string,
  graph: Graph,
  sizes: Readonly<Record<string, number>>,
): NdArray[] {
  const namesOf = (values: Graph['inputs']): Set<string> =>
    new Set(values.flatMap(({ type }) => type.shape.flatMap(namesInDim)));
  const known = namesOf(graph.inputs);
  const given = new Map<string, number>();
  for (const [size, value] of Object.entries(sizes)) {
    if (!known.has(size))
      throw new InvalidArgumentError(
        `${name}: the program has no size '${size}', it has ${[...known].join(', ') || 'no named sizes'}`,
      );
    given.set(size, checkInteger(name, size, value, { min: 0 }));
  }
  const missing = [...namesOf(graph.outputs)].filter((size) => !given.has(size));
  if (missing.length > 0)
    throw new InvalidArgumentError(
      `${name}: needs the sizes ${missing.join(', ')}, such as { ${missing[0]}: 64 }`,
    );
  return graph.outputs.map(({ type }) => {
    const shape = type.shape.map((dim) => evaluateDim(dim, given));
    return { data: allocate(type.dtype, countElements(shape)), shape };
  });
}

/**
 * Checks arrays that are to be filled.
 *
 * @param name - function that was called, for messages
 * @param paths - of the outputs, for messages
 * @param inputs - arrays of the same run, with their paths in the graph
 * @param sizes - number for each named size
 * @throws {@link InvalidArgumentError} or {@link ShapeError} with the path of an array of the wrong type or shape,
 *   or that shares memory with another one
 */
export function checkOutputs(
  name: string,
  graph: Graph,
  outputs: readonly NdArray[],
  paths: readonly string[],
  inputs: readonly NdArray[],
  sizes: ReadonlyMap<string, number>,
): void {
  outputs.forEach((array, i) => {
    const { type } = graph.outputs[i]!;
    checkArrayType(name, paths[i]!, array, type);
    const wanted = type.shape.map((dim) => evaluateDim(dim, sizes));
    if (wanted.some((size, axis) => size !== array.shape[axis]))
      throw new ShapeError(
        `${name}: ${paths[i]} must have shape [${wanted.join(', ')}] in this run, got [${array.shape.join(', ')}]`,
      );
  });
  const taken = new Map<ArrayBufferLike, { readonly path: string; readonly data: NdArray['data'] }[]>();
  const isFree = (path: string, { data }: NdArray, isOutput: boolean): void => {
    const others = taken.get(data.buffer);
    const other = others?.find(({ data: of }) => overlap(of, data));
    if (other !== undefined)
      throw new InvalidArgumentError(
        `${name}: ${other.path} must have memory of its own, but shares it with ${path}; allocate it anew`,
      );
    if (!isOutput) return;
    if (others === undefined) taken.set(data.buffer, [{ path, data }]);
    else others.push({ path, data });
  };
  outputs.forEach((array, i) => isFree(paths[i]!, array, true));
  inputs.forEach((array, i) => isFree(graph.inputNames[i] ?? `input ${i}`, array, false));
}

function overlap(a: NdArray['data'], b: NdArray['data']): boolean {
  if (a.byteLength === 0 || b.byteLength === 0) return false;
  return a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
}

/** Copies what an engine returned into the arrays that it was to fill, where it has not filled them. */
export function fillOutputs(outputs: readonly NdArray[], results: readonly NdArray[]): void {
  outputs.forEach(({ data }, i) => {
    const result = results[i]!;
    if (result.data !== data) data.set(result.data);
  });
}
