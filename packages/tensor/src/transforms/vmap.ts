import { InvalidArgumentError, ShapeError, describeValue } from '@pct/core';
import { describeType } from '../graph/describe.js';
import type { Dim } from '../graph/dim.js';
import { checkAxis } from '../graph/check.js';
import { broadcastTo } from '../primitives/broadcastTo.js';
import { moveAxis } from '../primitives/transpose.js';
import { keepNames } from '../trace/names.js';
import type { Tensor } from '../trace/Tensor.js';
import type { FlatTree, TreeStructure } from '../trace/tree.js';
import { unflattenTree } from '../trace/tree.js';
import { flattenTensors } from './arguments.js';
import { batchOutputs, placesForOne } from './batch.js';

/**
 * Where the examples are: an axis (negative ones counted from the end), `null` for what is the same for all
 * examples, or a list or object of such for the parts of a tree.
 */
export type ExampleAxes = number | null | readonly ExampleAxes[] | { readonly [key: string]: ExampleAxes };

/** Options of {@link vmap}. */
export interface VmapOptions {
  /**
   * Axis of the examples in the arguments: one for all arguments, or a list with one per argument, each of them
   * {@link ExampleAxes}.
   * @defaultValue `0`
   */
  readonly inAxes?: number | readonly ExampleAxes[] | undefined;
  /**
   * Axis of the examples in the result: one for all of it, or a tree like the beginning of the result. `null` for
   * what does not depend on the example.
   * @defaultValue `0`
   */
  readonly outAxes?: ExampleAxes | undefined;
}

/**
 * Makes a function of one example a function of many: one program of larger operations, not a loop.
 *
 * Arguments get one more axis, along which the examples are, and so does the result. What the function uses from
 * outside of its arguments is the same for all examples. It composes with the derivatives and with itself in any
 * order; the number of examples may be a named size.
 *
 * @param fn - function of trees of tensors that is written for one example
 * @param options - {@link VmapOptions}
 * @returns function of the arguments with the axis of the examples
 * @throws when called: {@link ShapeError} if the numbers of examples differ or an axis is not there;
 *   {@link InvalidArgumentError} if no argument has examples, axes do not fit the trees, a result is to be the same
 *   for all examples but is not, or an operation has no rule for many examples
 * @example
 * ```ts
 * const distance = (a: Tensor, b: Tensor) => sqrt(sum(square(sub(a, b)))); // of two points
 * const toAll = vmap(distance, { inAxes: [null, 0] }); // of one point and many
 * const table = vmap(toAll, { inAxes: [0, null] }); // of many and many
 * ```
 */
export function vmap<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  options: VmapOptions = {},
): (...args: A) => R {
  const { inAxes = 0, outAxes = 0 } = options;
  return keepNames((...args: A): R => {
    if (typeof inAxes === 'object' && inAxes.length !== args.length)
      throw new InvalidArgumentError(
        `vmap: inAxes must have one entry per argument, got ${inAxes.length} for ${args.length} arguments`,
      );
    const flat = flattenTensors('vmap', 'args', args);
    const axes = axesOf('inAxes', inAxes, flat).map((axis, i) =>
      axis === null ? null : checkAxis('vmap', axis, flat.leaves[i]!.rank, `the axis of ${flat.paths[i]}`),
    );
    const size = countExamples(flat, axes);
    const values = flat.leaves.map((leaf, i) => (axes[i] === null ? leaf : moveAxis(leaf, axes[i]!, 0)));
    // What is the same for all examples goes in as it is, so that the function sees constants as constants.
    const { places, given } = placesForOne(
      values,
      axes.map((axis) => axis !== null),
    );
    const result = fn(...(unflattenTree(flat.structure, places) as unknown as A));
    const one = flattenTensors('vmap', 'output', result);
    const many = batchOutputs(given, one.leaves, size);
    const ends = axesOf('outAxes', outAxes, one);
    const results = many.map((leaf, i) => placeExamples(leaf, one, i, ends[i]!, size));
    return unflattenTree(one.structure, results) as R;
  }, fn);
}

/** The axis of each leaf, from a tree that may end earlier than that of the leaves. */
function axesOf(
  option: string,
  axes: ExampleAxes,
  { structure, paths }: FlatTree<Tensor>,
): (number | null)[] {
  const found: (number | null)[] = [];
  const fail = (expected: string, got: unknown): never => {
    throw new InvalidArgumentError(
      `vmap: ${option} for ${paths[found.length] ?? 'an empty list'} must be an axis, null or ${expected}, got ${describeValue(got)}`,
    );
  };
  const visit = (part: TreeStructure, own: ExampleAxes | undefined): void => {
    if (own === null || typeof own === 'number') {
      if (part.kind === 'leaf') found.push(own);
      else for (const item of itemsOf(part)) visit(item, own);
    } else if (part.kind === 'list') {
      if (!Array.isArray(own) || own.length !== part.items.length)
        return fail(`a list of length ${part.items.length}`, own);
      part.items.forEach((item, i) => visit(item, own[i] as ExampleAxes));
    } else if (part.kind === 'record') {
      if (typeof own !== 'object' || Array.isArray(own)) return fail('an object like it', own);
      const record = own as { readonly [key: string]: ExampleAxes };
      for (const key of Object.keys(record))
        if (!part.entries.some(([name]) => name === key)) fail(`an object without '${key}'`, own);
      for (const [key, item] of part.entries) visit(item, record[key]);
    } else fail('nothing else', own);
  };
  visit(structure, axes);
  return found;
}

function itemsOf(part: TreeStructure): readonly TreeStructure[] {
  if (part.kind === 'leaf') return [];
  return part.kind === 'list' ? part.items : part.entries.map(([, item]) => item);
}

function countExamples({ leaves, paths }: FlatTree<Tensor>, axes: readonly (number | null)[]): Dim {
  let first: { size: Dim; path: string } | undefined;
  leaves.forEach((leaf, i) => {
    const axis = axes[i];
    if (axis === null || axis === undefined) return;
    const size = leaf.shape[axis]!;
    first ??= { size, path: paths[i]! };
    if (size !== first.size)
      throw new ShapeError(
        `vmap: all arguments must have the same number of examples, but ${first.path} has ${first.size} and ${paths[i]}, ${describeType(leaf)} along axis ${axis}, has ${size}`,
      );
  });
  if (first === undefined)
    throw new InvalidArgumentError('vmap: at least one argument must have an axis of examples, all are null');
  return first.size;
}

/** One result with the examples where they are wanted. */
function placeExamples(
  result: Tensor,
  one: FlatTree<Tensor>,
  i: number,
  axis: number | null,
  size: Dim,
): Tensor {
  const { rank, shape } = one.leaves[i]!;
  const same = result.rank === rank;
  if (axis === null) {
    if (same) return result;
    throw new InvalidArgumentError(
      `vmap: ${one.paths[i]} depends on the example, so that its outAxes cannot be null`,
    );
  }
  const to = checkAxis('vmap', axis, rank + 1, `the axis of ${one.paths[i]}`);
  return moveAxis(same ? broadcastTo(result, [size, ...shape]) : result, 0, to);
}
