import { InvalidArgumentError, ShapeError } from '@pct/core';
import { sameShape } from '../graph/check.js';
import { describeType } from '../graph/describe.js';
import { isFloat } from '../graph/dtype.js';
import type { Derivatives } from '../graph/primitive.js';
import { zerosLike } from '../primitives/full.js';
import { identity } from '../primitives/identity.js';
import type { Tensor } from '../trace/Tensor.js';
import type { FlatTree, TreeStructure } from '../trace/tree.js';
import { flattenTree, isTensor, leavesLike, unflattenTree } from '../trace/tree.js';

/** The tensors of a tree. */
export function flattenTensors(name: string, root: string, tree: unknown): FlatTree<Tensor> {
  return flattenTree(name, root, tree, isTensor, 'a tensor');
}

/**
 * The same tree of new tensors that are equal to the old ones: what a derivative is taken with respect to.
 * Other uses of the old tensors, also inside of the differentiated function, count as constants.
 *
 * @throws {@link InvalidArgumentError} if a leaf is not a floating point tensor
 */
export function placeInputs(
  name: string,
  root: string,
  tree: unknown,
): FlatTree<Tensor> & { readonly tree: unknown } {
  const flat = flattenTensors(name, root, tree);
  flat.leaves.forEach((leaf, i) => {
    if (!isFloat(leaf.dtype))
      throw new InvalidArgumentError(
        `${name}: can differentiate with respect to floating point arrays only, but ${flat.paths[i]} is ${describeType(leaf)}`,
      );
  });
  const leaves = flat.leaves.map(identity);
  return { ...flat, leaves, tree: unflattenTree(flat.structure, leaves) };
}

/** Tensors of a tree that has to be like another one: same structure, same types. */
export function tensorsLike(name: string, root: string, tree: unknown, like: FlatTree<Tensor>): Tensor[] {
  const leaves = leavesLike(name, root, tree, like.structure, isTensor, 'a tensor');
  leaves.forEach((leaf, i) => {
    const wanted = like.leaves[i]!;
    if (leaf.dtype !== wanted.dtype || !sameShape(leaf.shape, wanted.shape))
      throw new ShapeError(
        `${name}: ${root} must have the types of ${like.paths[i]}, ${describeType(wanted)}, got ${describeType(leaf)}`,
      );
  });
  return leaves;
}

/** Puts derivatives into a tree, zeros for undefined ones. */
export function derivativeTree(
  structure: TreeStructure,
  derivatives: Derivatives,
  like: readonly Tensor[],
): unknown {
  return unflattenTree(
    structure,
    like.map((tensor, i) => derivatives[i] ?? zerosLike(tensor)),
  );
}
