import { checkInteger, InvalidArgumentError } from '@pct/core';
import { argumentNames } from '../trace/names.js';
import { TensorSpec } from '../trace/spec.js';
import { traceNamed } from '../trace/trace.js';
import type { Tensor } from '../trace/Tensor.js';
import type { FlatTree, TreeOf, TreeStructure } from '../trace/tree.js';
import { flattenTree, isTensor, unflattenTree } from '../trace/tree.js';
import { isShared, isTfTensor } from './adapters.js';
import { TfProgram } from './program.js';
import type { TfModule, TfTensor } from './types.js';

/** Options of {@link tfFunction}. */
export interface TfFunctionOptions {
  /**
   * Number of combinations of element types and shapes whose programs are kept; beyond it the one that was not
   * used for longest is traced again when it comes back.
   * @defaultValue `32`
   */
  readonly cacheSize?: number | undefined;
}

/** Arguments like those of a function of our tensors, with tensors of tfjs for leaves. */
export type TfArguments<Args extends readonly unknown[]> = {
  -readonly [K in keyof Args]: TreeOf<Args[K], TfTensor>;
};

/** A function traced for certain arguments. */
interface Traced {
  readonly program: TfProgram;
  readonly outputStructure: TreeStructure;
}

/**
 * Turns a function of our tensors into one of tensors of tfjs, which runs at once and takes part in tfjs's own
 * differentiation: `tf.grad`, `tf.variableGrads` and optimisers go through it, to any order.
 *
 * The function is traced once for each combination of element types and shapes, so it must always do the same.
 * It runs on the backend that `tf` uses. Bodies of custom operations wait for the device (`dataSync`), which
 * `webgpu` does not allow. All derivatives with respect to floating point arguments are computed together.
 *
 * @param tf - the module of tfjs that the tensors belong to
 * @param fn - function of tensors, or of nested objects and arrays of them; its result likewise
 * @param options - {@link TfFunctionOptions}
 * @returns function of trees of tensors of tfjs: float32, int32 or bool. Its arguments stay the caller's; its results
 *   are the caller's to dispose
 * @throws {@link InvalidArgumentError} for a cache size below 1. The returned function throws it for other
 *   elements, for what is no tensor, and for float64 inside of the function; and what tracing throws
 * @example
 * ```ts
 * const smooth = tfFunction(tf, (x: Tensor) => softplus(mul(x, 2)));
 * const slope = tf.grad((x) => smooth(x))(tf.tensor1d([0, 1]));
 * ```
 */
export function tfFunction<Args extends readonly unknown[], R>(
  tf: TfModule,
  fn: (...args: Args) => R,
  options: TfFunctionOptions = {},
): (...args: TfArguments<Args>) => TreeOf<R, TfTensor> {
  const { cacheSize = 32 } = options;
  checkInteger('tfFunction', 'cacheSize', cacheSize, { min: 1 });
  const known = new Map<string, Traced>();

  const find = (flat: FlatTree<TfTensor>): Traced => {
    const key = flat.leaves.map(({ dtype, shape }, i) => `${flat.paths[i]}:${dtype}[${shape.join()}]`).join();
    const traced = known.get(key) ?? traceFor(tf, fn, flat);
    // Last in the order of insertion is latest in use.
    known.delete(key);
    known.set(key, traced);
    for (const [oldest] of known) if (known.size > cacheSize) known.delete(oldest);
    return traced;
  };

  return (...args) => {
    const names = argumentNames(fn, args.length);
    const parts = args.map((arg, i) =>
      flattenTree('tfFunction', names[i]!, arg, isTfTensor, 'a tensor of tfjs'),
    );
    const flat: FlatTree<TfTensor> = {
      leaves: parts.flatMap(({ leaves }) => leaves),
      paths: parts.flatMap(({ paths }) => paths),
      structure: { kind: 'list', items: parts.map(({ structure }) => structure) },
    };
    const { program, outputStructure } = find(flat);
    return unflattenTree(outputStructure, program.apply(flat.leaves)) as TreeOf<R, TfTensor>;
  };
}

function traceFor<Args extends readonly unknown[], R>(
  tf: TfModule,
  fn: (...args: Args) => R,
  { leaves, paths, structure }: FlatTree<TfTensor>,
): Traced {
  const specs = leaves.map(({ dtype, shape }, i) => {
    if (!isShared(dtype))
      throw new InvalidArgumentError(
        `tfFunction: ${paths[i]} must be float32, int32 or bool, got ${dtype}[${shape.join(', ')}]`,
      );
    return new TensorSpec(dtype, shape);
  });
  let outputStructure: TreeStructure | undefined;
  const onLeaves = (...tensors: Tensor[]): readonly Tensor[] => {
    const result = fn(...(unflattenTree(structure, tensors) as unknown as Args));
    const output = flattenTree('tfFunction', 'output', result, isTensor, 'a tensor');
    outputStructure = output.structure;
    return output.leaves;
  };
  const { graph } = traceNamed(onLeaves, specs, paths);
  return { program: new TfProgram(tf, graph), outputStructure: outputStructure! };
}
