import { checkInteger, InvalidArgumentError, throwIfAborted } from '@pct/core';
import { cleanGraph } from '../graph/clean.js';
import type { Precision } from '../graph/convertFloats.js';
import { checkPrecision, convertElements, convertFloats } from '../graph/convertFloats.js';
import { allocate } from '../graph/dtype.js';
import type { Graph, NdArray, TensorType } from '../graph/types.js';
import { toOnnx } from '../onnx/toOnnx.js';
import type { RuntimeName } from '../runtimes/chooseRuntime.js';
import { argumentNames } from '../trace/names.js';
import type { TensorsOf } from '../trace/trace.js';
import { traceNamed } from '../trace/trace.js';
import type { TreeOf } from '../trace/tree.js';
import { isNdArray, leavesLike, unflattenTree } from '../trace/tree.js';
import { bindSizes } from './bind.js';
import { engineFor } from './engine.js';
import { interpreter } from './interpreter.js';
import { allocateForOutputs, checkOutputs, fillOutputs } from './outputs.js';
import { shareProgram } from './sharedPrograms.js';
import type { PrepareOptions, Runtime } from './types.js';

/** Options of {@link compile}. */
export interface CompileOptions extends PrepareOptions {
  /**
   * Engine that runs the program: one of your own or of `onnxruntimeNode()` and the like, the name of one, or
   * `'auto'` for what {@link chooseRuntime} finds. Engines are loaded once; with `'auto'` all programs go to the
   * same one, but to the interpreter where that engine lacks an element type of the program.
   * @defaultValue `'auto'`
   */
  readonly runtime?: Runtime | RuntimeName | 'auto' | undefined;
  /**
   * Type of all floating point numbers: arguments, constants, everything in between and results, whatever the
   * specs say. Arguments may then come in either type and are converted. A number in the function keeps the value
   * that it has in the declared type: 0.1 next to a float32 tensor is 0.1 rounded to float32.
   * @defaultValue as declared
   */
  readonly precision?: Precision | undefined;
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
   * @throws {@link InvalidArgumentError} after `dispose`
   */
  readonly run: (...args: ArraysOf<S>) => Promise<TreeOf<R, NdArray>>;
  /**
   * Runs the function and leaves its results in arrays that are there already, such as those of the run before.
   *
   * @param outputs - tree like the function's result, from {@link Compiled.allocateOutputs} or your own; the arrays
   *   share no memory with each other or with the arguments. Overwritten; until the promise settles, its elements
   *   are unspecified, also if it rejects
   * @param args - as for `run`
   * @returns `outputs`
   * @throws as `run`, and for outputs that do not fit, by their path
   */
  readonly runInto: <O extends TreeOf<R, NdArray>>(outputs: O, ...args: ArraysOf<S>) => Promise<O>;
  /**
   * Makes arrays of zeros for {@link Compiled.runInto}.
   *
   * @param sizes - number for each named size that the results have, such as `{ batch: 64 }`
   * @throws {@link InvalidArgumentError} if a size is missing, unknown or not a whole number of at least 0
   */
  readonly allocateOutputs: (sizes?: Readonly<Record<string, number>>) => TreeOf<R, NdArray>;
  /**
   * The program as an ONNX file, for any other engine or language.
   *
   * @throws {@link InvalidArgumentError} if it has operations with a body in TypeScript
   */
  toOnnx(): Uint8Array;
  /**
   * Frees what the engine holds, once running calls are done; does nothing the second time. Equal programs for one
   * engine share it, and the last one frees it.
   */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes a function of tensors runnable.
 *
 * Compiling an equal program for the same engine again, as long as one is not disposed, takes what is prepared
 * already. Programs are equal if their graphs are, constants included; an operation of `customOp` is equal only to
 * one made from the same rule object.
 *
 * @param fn - plain function of tensors, or of nested objects and arrays of them; its result likewise
 * @param specs - declared type of each argument; see {@link trace}
 * @param options - {@link CompileOptions}
 * @throws what {@link trace} throws, and what the engine throws for a program that it cannot run
 * @throws {@link MissingDependencyError} if an engine is asked for by name and is not there
 * @throws the signal's reason if it aborts
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
  const { runtime: wanted = 'auto', threads, precision, signal } = options;
  if (threads !== undefined) checkInteger('compile', 'threads', threads, { min: 1 });
  checkPrecision('compile', precision);
  throwIfAborted(signal);
  const names = argumentNames(fn, specs.length);
  const { graph: traced, inputStructure, outputStructure } = traceNamed(fn, specs, names);
  const graph = cleanGraph(precision === undefined ? traced : convertFloats(traced, precision));
  const runtime = await engineFor('compile', wanted, graph);
  // Engines refuse programs without results, such as the gradient with respect to no parameters.
  const engine = graph.outputs.length === 0 ? interpreter() : runtime;
  const program = await shareProgram(engine, graph, { threads, signal });
  const structures = inputStructure.kind === 'list' ? inputStructure.items : [];
  const outputPaths = graph.outputNames.map((path) => path.replace(/^output/, 'outputs'));

  const running = new Set<Promise<unknown>>();
  let disposed: Promise<void> | undefined;
  /** Arrays of the arguments, and the named sizes that they have. */
  const feed = (name: string, args: readonly unknown[]): [NdArray[], Map<string, number>] => {
    if (disposed !== undefined)
      throw new InvalidArgumentError(
        `${name}: the program${fn.name === '' ? '' : ` of ${fn.name}`} has been disposed; compile it again`,
      );
    if (args.length !== structures.length)
      throw new InvalidArgumentError(
        `${name}: the function has ${structures.length} arguments, got ${args.length}`,
      );
    const leaves = structures.flatMap((structure, i) =>
      leavesLike(name, names[i]!, args[i], structure, isFed, 'an array { data, shape }'),
    );
    const arrays = leaves.map((leaf, i) =>
      asArray(name, graph.inputNames[i]!, leaf, graph.inputs[i]!.type, precision),
    );
    return [arrays, bindSizes(name, graph, arrays)];
  };
  /** Runs the program; it is not freed before that is done. */
  const start = async (
    arrays: readonly NdArray[],
    outputs?: readonly NdArray[],
  ): Promise<readonly NdArray[]> => {
    const results = program.run(arrays, outputs);
    running.add(results);
    try {
      return await results;
    } finally {
      running.delete(results);
    }
  };
  const dispose = (): Promise<void> => {
    disposed ??= Promise.allSettled([...running]).then(() => program.dispose());
    return disposed;
  };
  return {
    graph,
    runtime: runtime.name,
    async run(...args) {
      const [arrays] = feed('run', args);
      return unflattenTree(outputStructure, await start(arrays)) as TreeOf<R, NdArray>;
    },
    async runInto(outputs, ...args) {
      const [arrays, sizes] = feed('runInto', args);
      const leaf = 'an array { data, shape }';
      const filled = leavesLike('runInto', 'outputs', outputs, outputStructure, isNdArray, leaf);
      checkOutputs('runInto', graph, filled, outputPaths, arrays, sizes);
      fillOutputs(filled, await start(arrays, filled));
      return outputs;
    },
    allocateOutputs: (sizes = {}) =>
      unflattenTree(outputStructure, allocateForOutputs('allocateOutputs', graph, sizes)) as TreeOf<
        R,
        NdArray
      >,
    toOnnx: () => toOnnx(graph),
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

function isFed(value: unknown): value is NdArray | number {
  return typeof value === 'number' || isNdArray(value);
}

/** A leaf of an argument as an array: numbers in the declared type, floating point elements in the precision. */
function asArray(
  name: string,
  path: string,
  leaf: NdArray | number,
  { dtype }: TensorType,
  precision: Precision | undefined,
): NdArray {
  if (typeof leaf !== 'number') {
    if (precision === undefined || dtype !== precision) return leaf;
    const data = convertElements(leaf.data, precision);
    return data === leaf.data ? leaf : { data, shape: leaf.shape };
  }
  const data = allocate(dtype, 1);
  data[0] = leaf;
  const isExact = dtype === 'bool' ? leaf === 0 || leaf === 1 : dtype !== 'int32' || data[0] === leaf;
  if (!isExact) throw new InvalidArgumentError(`${name}: ${path} must be of type ${dtype}, got ${leaf}`);
  return { data, shape: [] };
}
