import type { DType, Graph, NdArray } from '../graph/types.js';

/** Options of {@link Runtime.prepare}. */
export interface PrepareOptions {
  /**
   * Threads of one run, at least 1; in place of what the runtime was made with. Engines that cannot choose them for
   * each program ignore it.
   * @defaultValue the runtime's own setting
   */
  readonly threads?: number | undefined;
  /** Stops the preparation. */
  readonly signal?: AbortSignal | undefined;
}

/** A graph ready to run. Holds native memory where the engine does, until disposed. */
export interface PreparedProgram {
  /**
   * Runs the program once. Calls may overlap.
   *
   * @param inputs - one array per input of the graph, in its order; types and sizes are already checked, and
   *   the program must neither change nor keep them
   * @param outputs - arrays of the right type and shape, one per output of the graph, or undefined where the
   *   program is to make one; they share no memory with each other or with the inputs. The program may fill them
   *   and return them in place of new ones, whole: an entry of the result is either `outputs[i]` itself or new
   * @returns one array per output of the graph, owned by the caller: float32 as `Float32Array`, float64 as
   *   `Float64Array`, int32 as `Int32Array`, bool as `Uint8Array`
   */
  run(inputs: readonly NdArray[], outputs?: readonly (NdArray | undefined)[]): Promise<readonly NdArray[]>;
  /** Frees what the engine holds; the program cannot run after it. Does nothing the second time. */
  dispose(): Promise<void>;
}

/** An engine that runs graphs. */
export interface Runtime {
  /** Name for messages and choices, such as `interpreter` or `onnxruntime-node`. */
  readonly name: string;
  /**
   * Element types that its programs may have. Where `compile` chooses the engine, it takes none that lacks one of
   * a program; an engine that was asked for by name throws when it prepares such a program.
   * @defaultValue all
   */
  readonly dtypes?: readonly DType[] | undefined;
  /**
   * Makes a graph ready to run.
   *
   * @param graph - cleaned graph; see {@link Graph}
   */
  prepare(graph: Graph, options?: PrepareOptions): Promise<PreparedProgram>;
}
