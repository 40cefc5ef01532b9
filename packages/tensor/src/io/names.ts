import { describeValue, InvalidArgumentError, ShapeError } from '@pct/core';
import { dtypeOf } from '../graph/dtype.js';
import type { NdArray } from '../graph/types.js';

/** Nested plain objects and lists of run-time arrays, such as the parameters of a network. */
export type ArrayTree = NdArray | readonly ArrayTree[] | { readonly [key: string]: ArrayTree };

function isArray(value: unknown): value is NdArray {
  if (typeof value !== 'object' || value === null) return false;
  const { data, shape } = value as Partial<NdArray>;
  return ArrayBuffer.isView(data) && Array.isArray(shape);
}

/**
 * Names every array of a tree by its path, as PyTorch does: `layers.0.weight`.
 *
 * @param functionName - opens messages
 * @param tree - the arrays
 * @returns names and arrays in the order of the tree
 * @throws {@link InvalidArgumentError} if something is no array or two paths give the same name
 * @throws {@link ShapeError} if an array does not have as many elements as its shape says
 */
export function nameArrays(functionName: string, tree: unknown): [string, NdArray][] {
  const named = new Map<string, NdArray>();
  const visit = (value: unknown, path: string): void => {
    if (isArray(value)) {
      if (path === '')
        throw new InvalidArgumentError(`${functionName}: arrays need names, got a single array`);
      if (named.has(path))
        throw new InvalidArgumentError(`${functionName}: two arrays would be named "${path}"`);
      checkArray(functionName, path, value);
      named.set(path, value);
    } else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
      for (const [key, item] of Object.entries(value)) visit(item, path === '' ? key : `${path}.${key}`);
    } else {
      throw new InvalidArgumentError(
        `${functionName}: ${path === '' ? 'the argument' : `"${path}"`} must be { data, shape } or an object or list of such, got ${describeValue(value)}`,
      );
    }
  };
  visit(tree, '');
  return [...named];
}

/** Checks that an array holds one of the four element types and as many elements as its shape says. */
export function checkArray(functionName: string, name: string, { data, shape }: NdArray): void {
  if (dtypeOf(data) === undefined) {
    throw new InvalidArgumentError(
      `${functionName}: the data of "${name}" must be a Float32Array, Float64Array, Int32Array or Uint8Array (bool), got ${describeValue(data)}`,
    );
  }
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0) || data.length !== sizeOf(shape)) {
    throw new ShapeError(
      `${functionName}: "${name}" must have as many elements as its shape [${shape.join(', ')}] says, got ${data.length}`,
    );
  }
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * Puts named arrays, such as those of a file, in the places of a tree that has the same names, element types and
 * shapes; the inverse of the naming that the writers do.
 *
 * @param arrays - arrays by name: `layers.0.weight`
 * @param like - tree whose structure is wanted; its numbers are not used
 * @returns a tree like `like` with the arrays themselves (not copies)
 * @throws {@link InvalidArgumentError} if a name is missing or left over, or an element type differs
 * @throws {@link ShapeError} if a shape differs
 * @example
 * ```ts
 * const weights = arraysToTree(decodeSafetensors(bytes).arrays, network.initialise(rng));
 * ```
 */
export function arraysToTree<T extends ArrayTree>(arrays: Readonly<Record<string, NdArray>>, like: T): T {
  const left = new Map(Object.entries(arrays));
  const visit = (value: ArrayTree, path: string): ArrayTree => {
    if (!isArray(value)) {
      const entries = Object.entries(value).map(
        ([key, item]: [string, ArrayTree]) =>
          [key, visit(item, path === '' ? key : `${path}.${key}`)] as const,
      );
      return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
    }
    const found = left.get(path);
    if (found === undefined) {
      throw new InvalidArgumentError(
        `arraysToTree: no array is named "${path}"; there are ${[...left.keys()].slice(0, 8).join(', ') || 'none left'}`,
      );
    }
    const [expected, got] = [dtypeOf(value.data), dtypeOf(found.data)];
    if (expected !== got) {
      throw new InvalidArgumentError(`arraysToTree: "${path}" must be ${expected}, got ${got}`);
    }
    if (found.shape.join() !== value.shape.join()) {
      throw new ShapeError(
        `arraysToTree: "${path}" must be [${value.shape.join(', ')}], got [${found.shape.join(', ')}]`,
      );
    }
    left.delete(path);
    return found;
  };
  const tree = visit(like, '');
  const [surplus] = left.keys();
  if (surplus !== undefined) {
    throw new InvalidArgumentError(`arraysToTree: "${surplus}" has no place in the tree`);
  }
  return tree as T;
}
