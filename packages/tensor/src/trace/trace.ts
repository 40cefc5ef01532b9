import { InvalidArgumentError } from '@pct/core';
import { buildGraph } from '../graph/build.js';
import { namesInDim } from '../graph/dim.js';
import type { Graph } from '../graph/types.js';
import { argumentNames } from './names.js';
import { isSpec } from './spec.js';
import { Tensor } from './Tensor.js';
import type { TreeOf, TreeStructure } from './tree.js';
import { flattenTree, isTensor, unflattenTree } from './tree.js';

/** A traced function. */
export interface Traced<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  readonly graph: Graph;
  /** Structure of the list of arguments. */
  readonly inputStructure: TreeStructure;
  readonly outputStructure: TreeStructure;
  /** Only for the compiler: the types of the arguments and the result. */
  readonly types?: { readonly args: Args; readonly result: Result } | undefined;
}

/**
 * Runs a function once on symbolic arrays and keeps what it computed as a graph.
 *
 * @param fn - plain function of tensors, or of nested objects and arrays of them; its result likewise
 * @param specs - type of each argument: `float32('batch', 34)`, or nested objects and arrays of such
 * @returns graph, as traced; `cleanGraph` makes it smaller
 * @throws {@link ShapeError} and {@link InvalidArgumentError} of the operations, with the caller's line in the
 *   stack; {@link InvalidArgumentError} if a size is named only inside sums or products, so that the inputs do
 *   not tell it, or if the result is not made of tensors of this trace
 */
export function trace<const S extends readonly unknown[], R>(
  fn: (...args: TensorsOf<S>) => R,
  ...specs: S
): Traced<S, R> {
  return traceNamed(fn, specs, argumentNames(fn, specs.length));
}

/** Arguments of a function whose arguments are declared by `S`. */
export type TensorsOf<S extends readonly unknown[]> = { -readonly [K in keyof S]: TreeOf<S[K], Tensor> };

/** {@link trace} with given names of the arguments. */
export function traceNamed<S extends readonly unknown[], R>(
  fn: (...args: TensorsOf<S>) => R,
  specs: S,
  names: readonly string[],
): Traced<S, R> {
  const inputs: Tensor[] = [];
  const inputNames: string[] = [];
  const structures = specs.map((spec, i) => {
    const flat = flattenTree('trace', names[i] ?? `args[${i}]`, spec, isSpec, 'a spec such as float32(3)');
    for (const leaf of flat.leaves) inputs.push(new Tensor(leaf));
    inputNames.push(...flat.paths);
    return flat.structure;
  });
  checkNames(inputs);
  const inputStructure: TreeStructure = { kind: 'list', items: structures };
  const args = unflattenTree(inputStructure, inputs) as unknown as TensorsOf<S>;
  const result: unknown = fn(...args);
  const flat = flattenTree('trace', 'output', result, isTensor, 'a tensor');
  const graph = buildGraph(inputs, inputNames, flat.leaves, flat.paths);
  return { graph, inputStructure, outputStructure: flat.structure };
}

/** Every name in a shape has to be the plain size of some axis. */
function checkNames(inputs: readonly Tensor[]): void {
  const dims = inputs.flatMap((input) => input.shape);
  const plain = new Set(dims);
  for (const dim of dims)
    for (const name of namesInDim(dim))
      if (!plain.has(name))
        throw new InvalidArgumentError(
          `trace: size '${name}' occurs only in '${dim}', so the inputs do not tell it; give some input an axis of size '${name}'`,
        );
}
