import { InvalidArgumentError, describeValue } from '@pct/core';
import type { NdArray } from '../graph/types.js';
import { dtypeOf } from '../graph/dtype.js';
import type { TensorSpec } from './spec.js';
import { isSpec } from './spec.js';
import { Tensor } from './Tensor.js';

/** Nested plain objects and arrays with leaves of one kind. */
export type Tree<Leaf> = Leaf | readonly Tree<Leaf>[] | { readonly [key: string]: Tree<Leaf> };

/** Anything that may be a leaf of a tree that comes into or goes out of a program. */
type AnyLeaf = Tensor | TensorSpec | NdArray | number;

/**
 * The tree with the same structure as `T` and leaves of another kind. Leaves of `T` are tensors, specs,
 * run-time arrays or numbers; tuples stay tuples, interfaces keep their keys.
 */
export type TreeOf<T, Leaf> = unknown extends T
  ? unknown
  : T extends AnyLeaf
    ? Leaf
    : { [K in keyof T]: TreeOf<T[K], Leaf> };

/** Structure of a tree: what is left when its leaves are taken out. */
export type TreeStructure =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'list'; readonly items: readonly TreeStructure[] }
  | { readonly kind: 'record'; readonly entries: readonly (readonly [string, TreeStructure])[] };

/** The leaves of a tree in a fixed order (keys in the order of the object) and what was around them. */
export interface FlatTree<Leaf> {
  readonly leaves: readonly Leaf[];
  /** Path of each leaf, such as `params.layers[0].weight`. */
  readonly paths: readonly string[];
  readonly structure: TreeStructure;
}

const LEAF: TreeStructure = { kind: 'leaf' };

/** Whether a value is a run-time array. */
export function isNdArray(value: unknown): value is NdArray {
  if (typeof value !== 'object' || value === null) return false;
  const { data, shape } = value as { data?: unknown; shape?: unknown };
  return dtypeOf(data) !== undefined && Array.isArray(shape);
}

/** Whether a value is a tensor. */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}

/**
 * Takes a tree apart.
 *
 * @param name - function that asks, for messages
 * @param root - name of the tree, the beginning of each path
 * @param tree - nested plain objects and arrays
 * @param isLeaf - tells leaves
 * @param leafName - a leaf in words, for messages
 * @throws {@link InvalidArgumentError} naming the path of what is neither a leaf nor a plain object or array
 */
export function flattenTree<Leaf>(
  name: string,
  root: string,
  tree: unknown,
  isLeaf: (value: unknown) => value is Leaf,
  leafName: string,
): FlatTree<Leaf> {
  const leaves: Leaf[] = [];
  const paths: string[] = [];
  const visit = (value: unknown, path: string): TreeStructure => {
    if (isLeaf(value)) {
      leaves.push(value);
      paths.push(path);
      return LEAF;
    }
    if (Array.isArray(value))
      return { kind: 'list', items: value.map((item, i) => visit(item, `${path}[${i}]`)) };
    if (!isPlainObject(value))
      throw new InvalidArgumentError(
        `${name}: ${path} must be ${leafName} or a plain object or array of them, got ${describeValue(value)}`,
      );
    return {
      kind: 'record',
      entries: Object.entries(value).map(([key, item]) => [key, visit(item, joinPath(path, key))] as const),
    };
  };
  return { structure: visit(tree, root), leaves, paths };
}

/** Puts leaves back into a structure; the inverse of {@link flattenTree}. */
export function unflattenTree<Leaf>(structure: TreeStructure, leaves: readonly Leaf[]): Tree<Leaf> {
  let next = 0;
  const build = (part: TreeStructure): Tree<Leaf> => {
    if (part.kind === 'leaf') {
      const leaf = leaves[next++];
      if (leaf === undefined)
        throw new InvalidArgumentError('unflattenTree: fewer leaves than the structure has');
      return leaf;
    }
    if (part.kind === 'list') return part.items.map(build);
    return Object.fromEntries(part.entries.map(([key, item]) => [key, build(item)] as const));
  };
  return build(structure);
}

/**
 * Leaves of a tree that has to have a given structure, in the order of that structure.
 *
 * @throws {@link InvalidArgumentError} with the path of the first leaf that is missing, surplus or not a leaf
 */
export function leavesLike<Leaf>(
  name: string,
  root: string,
  tree: unknown,
  structure: TreeStructure,
  isLeaf: (value: unknown) => value is Leaf,
  leafName: string,
): Leaf[] {
  const leaves: Leaf[] = [];
  const fail = (path: string, expected: string, value: unknown): never => {
    const got = value === undefined ? 'nothing' : describeValue(value);
    throw new InvalidArgumentError(`${name}: ${path} must be ${expected}, got ${got}`);
  };
  const visit = (value: unknown, part: TreeStructure, path: string): void => {
    if (part.kind === 'leaf') {
      if (isLeaf(value)) leaves.push(value);
      else fail(path, leafName, value);
    } else if (part.kind === 'list') {
      if (!Array.isArray(value) || value.length !== part.items.length)
        fail(path, `a list of length ${part.items.length}`, value);
      else part.items.forEach((item, i) => visit(value[i], item, `${path}[${i}]`));
    } else {
      if (!isPlainObject(value)) return fail(path, 'a plain object', value);
      const known = new Set(part.entries.map(([key]) => key));
      for (const key of Object.keys(value))
        if (!known.has(key))
          throw new InvalidArgumentError(
            `${name}: ${joinPath(path, key)} is not part of the program, which has ${[...known].join(', ')} there`,
          );
      for (const [key, item] of part.entries) visit(value[key], item, joinPath(path, key));
    }
  };
  visit(tree, structure, root);
  return leaves;
}

/**
 * Applies a function to each array of a tree.
 *
 * @param tree - nested plain objects and arrays of tensors, specs, run-time arrays or numbers
 * @param change - receives a leaf and its path
 */
export function mapTree<T, Leaf>(tree: T, change: (leaf: LeafOf<T>, path: string) => Leaf): TreeOf<T, Leaf> {
  const { leaves, paths, structure } = flattenTree('mapTree', 'tree', tree, isAnyLeaf, 'an array');
  const changed = leaves.map((leaf, i) => change(leaf as LeafOf<T>, paths[i] ?? ''));
  return unflattenTree(structure, changed) as TreeOf<T, Leaf>;
}

/** Kind of the leaves of a tree. */
export type LeafOf<T> = T extends AnyLeaf
  ? T
  : { [K in keyof T]: LeafOf<T[K]> }[keyof T & (T extends readonly unknown[] ? number : unknown)];

function isAnyLeaf(value: unknown): value is AnyLeaf {
  return typeof value === 'number' || isTensor(value) || isSpec(value) || isNdArray(value);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function joinPath(path: string, key: string): string {
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
