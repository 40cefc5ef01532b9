import type { Objective, ParameterBlock } from '@pct/core';
import { describeValue, InvalidArgumentError, ShapeError } from '@pct/core';
import { checkPrecision, convertElements } from './graph/convertFloats.js';
import { dtypeOf, isFloat } from './graph/dtype.js';
import type { NdArray } from './graph/types.js';
import type { ArraysOf, Compiled } from './runtime/compile.js';
import { compile } from './runtime/compile.js';
import type { CompileOptions } from './runtime/compile.js';
import { shapesOf } from './trace/spec.js';
import type { TensorsOf } from './trace/trace.js';
import type { Tensor } from './trace/Tensor.js';
import type { FlatTree, TreeOf } from './trace/tree.js';
import { flattenTree, isNdArray, unflattenTree } from './trace/tree.js';
import { grad } from './transforms/grad.js';
import { hessianVectorProduct } from './transforms/hessian.js';

/** Options of {@link parameterBlocks}. */
export interface ParameterBlockOptions {
  /**
   * Tells what an array does.
   * @defaultValue by its path and shape: `scale` and `offset` are `'norm'`, arrays of two axes or more
   *   `'kernel'`, others `'bias'`
   */
  readonly kind?: ((path: string, shape: readonly number[]) => ParameterBlock['kind']) | undefined;
}

/**
 * Options of {@link objective}. With the precision `'float64'`, vectors are not rounded to parameters that are
 * declared as float32, and trees have arrays of this type.
 */
export interface ObjectiveOptions extends CompileOptions, ParameterBlockOptions {}

/** An {@link Objective} with everything that is optional there, and the way back to trees. */
export interface TensorObjective<P> extends Required<Omit<Objective, 'blocks'>> {
  readonly blocks: readonly ParameterBlock[];
  loss(parameters: Float64Array): Promise<number>;
  gradient(parameters: Float64Array): Promise<Float64Array>;
  hessianVectorProduct(parameters: Float64Array, vector: Float64Array): Promise<Float64Array>;
  /** The parameters that the objective was made with, as a new vector. */
  initial(): Float64Array;
  /** Tree of arrays from a vector. */
  unflatten(parameters: Float64Array): TreeOf<P, NdArray>;
  /** Frees what the engine holds; evaluations fail after it. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A loss of a tree of parameters as a function of one flat vector, with exact gradient and Hessian products.
 * Programs are compiled when first used.
 *
 * @param loss - one floating point number from parameters and data
 * @param parameters - tree of floating point arrays; tells shapes and element types
 * @param data - further arguments of the loss, copied; the same at every call
 * @param options - {@link ObjectiveOptions}
 * @throws {@link InvalidArgumentError} if a parameter is not a floating point array; from evaluations after
 *   `dispose`
 * @example
 * ```ts
 * const fit = objective((p, x, y) => mean(square(sub(mlp(p, x), y))), params, [inputs, targets]);
 * await fit.hessianVectorProduct(fit.initial(), direction);
 * ```
 */
export function objective<P, const D extends readonly unknown[]>(
  loss: (parameters: TreeOf<P, Tensor>, ...data: TensorsOf<D>) => Tensor,
  parameters: P,
  data: D,
  options: ObjectiveOptions = {},
): TensorObjective<P> {
  const { precision } = options;
  checkPrecision('objective', precision);
  /** Copies, in the precision if there is one. */
  const copyOf = ({ data: elements, shape }: NdArray): NdArray => {
    const converted = precision === undefined ? elements : convertElements(elements, precision);
    return { data: converted === elements ? elements.slice() : converted, shape: [...shape] };
  };
  const flat = flattenFloats('objective', parameters);
  const start = unflattenTree(flat.structure, flat.leaves.map(copyOf)) as P;
  const initial = flattenParameters(parameters);
  const size = initial.length;
  const blocks = parameterBlocks(parameters, options);
  const fixed = flattenTree('objective', 'data', data, isNdArray, 'an array { data, shape }');
  const fed = unflattenTree(fixed.structure, fixed.leaves.map(copyOf)) as unknown as ArraysOf<TensorsOf<D>>;
  const specs = [shapesOf(parameters), ...shapesOf(data)] as const;

  type Fn = (...args: Tensor[]) => unknown;
  type Program = Compiled<readonly unknown[], unknown>;
  const programs = new Map<string, Promise<Program>>();
  let disposed = false;
  const program = (name: string, fn: unknown, all: readonly unknown[]): Promise<Program> => {
    if (disposed) throw new InvalidArgumentError(`${name}: the objective has been disposed; make a new one`);
    let known = programs.get(name);
    if (known === undefined) {
      known = compile<readonly unknown[], unknown>(fn as Fn as never, all, options);
      programs.set(name, known);
      // The next evaluation tries again.
      known.catch(() => programs.delete(name));
    }
    return known;
  };
  const vector = (name: string, parameter: string, elements: Float64Array): TreeOf<P, NdArray> => {
    if (!(elements instanceof Float64Array) || elements.length !== size)
      throw new ShapeError(
        `${name}: ${parameter} must be a Float64Array of length ${size}, got ${describeValue(elements)}`,
      );
    return unflattenParameters(elements, start);
  };
  const dispose = async (): Promise<void> => {
    disposed = true;
    const compiled = await Promise.allSettled(programs.values());
    programs.clear();
    for (const each of compiled) if (each.status === 'fulfilled') await each.value.dispose();
  };
  return {
    size,
    blocks,
    async loss(at) {
      const { run } = await program('loss', loss, specs);
      const value = (await run(vector('loss', 'parameters', at), ...fed)) as NdArray;
      return value.data[0]!;
    },
    async gradient(at) {
      const { run } = await program('gradient', grad(loss as Fn as () => Tensor), specs);
      return flattenParameters(await run(vector('gradient', 'parameters', at), ...fed));
    },
    async hessianVectorProduct(at, direction) {
      const product = hessianVectorProduct(loss as Fn as (parameters: Tensor) => Tensor);
      const { run } = await program('hessianVectorProduct', product, [specs[0], ...specs]);
      const name = 'hessianVectorProduct';
      return flattenParameters(
        await run(vector(name, 'vector', direction), vector(name, 'parameters', at), ...fed),
      );
    },
    initial: () => initial.slice(),
    unflatten: (at) => vector('unflatten', 'parameters', at),
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

/**
 * All elements of a tree of floating point arrays, one array after the other in the order of the tree.
 *
 * @throws {@link InvalidArgumentError} if a leaf is not a floating point array
 */
export function flattenParameters(tree: unknown): Float64Array {
  const { leaves } = flattenFloats('flattenParameters', tree);
  const vector = new Float64Array(leaves.reduce((sum, { data: { length } }) => sum + length, 0));
  let offset = 0;
  for (const { data } of leaves) {
    vector.set(data, offset);
    offset += data.length;
  }
  return vector;
}

/**
 * Tree of arrays from a vector: the inverse of {@link flattenParameters}.
 *
 * @param vector - all elements
 * @param like - tree with the shapes and element types of the result
 * @throws {@link ShapeError} if the vector has another length
 */
export function unflattenParameters<P>(vector: Float64Array, like: P): TreeOf<P, NdArray> {
  const { leaves, structure } = flattenFloats('unflattenParameters', like);
  let offset = 0;
  const arrays = leaves.map(({ data, shape }): NdArray => {
    const part = vector.slice(offset, offset + data.length);
    offset += data.length;
    return { data: data instanceof Float32Array ? Float32Array.from(part) : part, shape: [...shape] };
  });
  if (offset !== vector.length)
    throw new ShapeError(
      `unflattenParameters: the vector must have ${offset} elements, got ${vector.length}`,
    );
  return unflattenTree(structure, arrays) as TreeOf<P, NdArray>;
}

/**
 * Where each array of a tree lies in its flat vector.
 *
 * @param tree - tree of floating point arrays
 * @param options - {@link ParameterBlockOptions}
 */
export function parameterBlocks(tree: unknown, options: ParameterBlockOptions = {}): ParameterBlock[] {
  const { kind = usualKind } = options;
  const { leaves, paths } = flattenFloats('parameterBlocks', tree);
  let offset = 0;
  return leaves.map(({ data, shape }, i) => {
    const name = paths[i]!;
    const block = { name, offset, shape: [...shape], kind: kind(name, shape) };
    offset += data.length;
    return block;
  });
}

function usualKind(path: string, shape: readonly number[]): ParameterBlock['kind'] {
  if (/(^|\.)(scale|offset)$/.test(path)) return 'norm';
  return shape.length >= 2 ? 'kernel' : 'bias';
}

function flattenFloats(name: string, tree: unknown): FlatTree<NdArray> {
  const flat = flattenTree(name, '', tree, isNdArray, 'an array { data, shape }');
  flat.leaves.forEach(({ data }, i) => {
    const dtype = dtypeOf(data);
    if (dtype === undefined || !isFloat(dtype))
      throw new InvalidArgumentError(
        `${name}: ${flat.paths[i]!} must be a floating point array, got ${dtype ?? 'none'}`,
      );
  });
  return flat;
}
