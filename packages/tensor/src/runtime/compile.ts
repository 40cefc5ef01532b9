import { InvalidArgumentError } from '@pct/core';
import { cleanGraph } from '../graph/clean.js';
import { allocate } from '../graph/dtype.js';
import type { Graph, NdArray, TensorType } from '../graph/types.js';
import { argumentNames } from '../trace/names.js';
import { toOnnx } from '../onnx/toOnnx.js';
import type { TensorsOf } from '../trace/trace.js';
import { traceNamed } from '../trace/trace.js';
import type { TreeOf } from '../trace/tree.js';
import { isNdArray, leavesLike, unflattenTree } from '../trace/tree.js';
import { bindSizes } from './bind.js';
import { interpreter } from './interpreter.js';
import type { PrepareOptions, Runtime } from './types.js';

/** Options of {@link compile}. */
export interface CompileOptions extends PrepareOptions {
  /**
   * Engine that runs the program.
   * @defaultValue `'interpreter'`
   */
  readonly runtime?: Runtime | 'interpreter' | undefined;
}

/** What a program takes for an argument declared by `S`: arrays, or numbers where there are no axes. */
export type ArraysOf<S extends readonly unknown[]> = {
  -readonly [K in keyof S]: TreeOf<S[K], NdArray | number>;
};

/** A compiled function. */
export interface Compiled<S extends readonly unknown[], R> {
  /** The cleaned program. */
  readonly graph: Graph;
  /** Name of the engine. */
  readonly runtime: string;
  /**
   * Runs the function.
   *
   * @param args - trees like the declared ones, with arrays `{ data, shape }` for leaves
   * @returns tree like the function's result, with arrays for leaves, owned by the caller
   * @throws {@link InvalidArgumentError} or {@link ShapeError} with the path of what does not fit, such as
   *   `params.layer1.weight`
   */
  readonly run: (...args: ArraysOf<S>) => Promise<TreeOf<R, NdArray>>;
  /**
   * The program as an ONNX file, for any other engine or language.
   *
   * @throws {@link InvalidArgumentError} if it has operations with a body in TypeScript
   */
  toOnnx(): Uint8Array;
  /** Frees what the engine holds. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes a function of tensors runnable.
 *
 * @param fn - plain function of tensors, or of nested objects and arrays of them; its result likewise
 * @param specs - declared type of each argument; see {@link trace}
 * @param options - {@link CompileOptions}
 * @throws what {@link trace} throws, and what the engine throws for a program that it cannot run
 * @example
 * ```ts
 * const step = await compile(valueAndGrad(loss), [shapesOf(params), float32('batch', 34)]);
 * const [value, gradient] = await step.run(params, x);
 * ```
 */
export async function compile<const S extends readonly unknown[], R>(
  fn: (...args: TensorsOf<S>) => R,
  specs: S,
  options: CompileOptions = {},
): Promise<Compiled<S, R>> {
  const runtime =
    options.runtime === undefined || options.runtime === 'interpreter' ? interpreter() : options.runtime;
  const names = argumentNames(fn, specs.length);
  const traced = traceNamed(fn, specs, names);
  const graph = cleanGraph(traced.graph);
  const program = await runtime.prepare(graph, { signal: options.signal });
  const structures = traced.inputStructure.kind === 'list' ? traced.inputStructure.items : [];

  const run = async (...args: ArraysOf<S>): Promise<TreeOf<R, NdArray>> => {
    if (args.length !== structures.length)
      throw new InvalidArgumentError(
        `run: the function has ${structures.length} arguments, got ${args.length}`,
      );
    const leaves = structures.flatMap((structure, i) =>
      leavesLike('run', names[i]!, args[i], structure, isFed, 'an array { data, shape }'),
    );
    const arrays = leaves.map((leaf, i) => asArray(leaf, graph.inputs[i]!.type));
    bindSizes('run', graph, arrays);
    const results = await program.run(arrays);
    return unflattenTree(traced.outputStructure, results) as TreeOf<R, NdArray>;
  };
  const dispose = (): Promise<void> => program.dispose();
  return {
    graph,
    runtime: runtime.name,
    run,
    toOnnx: () => toOnnx(graph),
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

function isFed(value: unknown): value is NdArray | number {
  return typeof value === 'number' || isNdArray(value);
}

function asArray(leaf: NdArray | number, { dtype }: TensorType): NdArray {
  if (typeof leaf !== 'number') return leaf;
  const data = allocate(dtype, 1);
  data[0] = leaf;
  return { data, shape: [] };
}
