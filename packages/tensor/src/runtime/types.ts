import type { Graph, NdArray } from '../graph/types.js';

/** Options of {@link Runtime.prepare}. */
export interface PrepareOptions {
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
   * @returns one array per output of the graph, owned by the caller: float32 as `Float32Array`, float64 as
   *   `Float64Array`, int32 as `Int32Array`, bool as `Uint8Array`
   */
  run(inputs: readonly NdArray[]): Promise<readonly NdArray[]>;
  /** Frees what the engine holds; the program cannot run after it. Does nothing the second time. */
  dispose(): Promise<void>;
}

/** An engine that runs graphs. */
export interface Runtime {
  /** Name for messages and choices, such as `interpreter` or `onnxruntime-node`. */
  readonly name: string;
  /**
   * Makes a graph ready to run.
   *
   * @param graph - cleaned graph; see {@link Graph}
   */
  prepare(graph: Graph, options?: PrepareOptions): Promise<PreparedProgram>;
}
