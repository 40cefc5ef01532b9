/** Graphs as sessions of onnxruntime: the same for all of its packages, which differ in loading and in options. */
import { InvalidArgumentError, throwIfAborted } from '@pct/core';
import type { Graph, NdArray, TypedArray } from '../graph/types.js';
import { encodeOnnxModel } from '../onnx/encode.js';
import { graphToOnnx } from '../onnx/toOnnx.js';
import { interpret } from '../runtime/interpret.js';
import type { PreparedProgram, PrepareOptions } from '../runtime/types.js';
import { messageOf, ortTensor, type OrtModule, type OrtSession, type OrtSessionOptions } from './ort.js';
import { joinStages, splitIntoStages, type Stage } from './stages.js';

/** Nothing on the console when a run fails: the error comes as an exception. */
const QUIET = { logSeverityLevel: 4 } as const;

/** A package of onnxruntime with its habits. */
export interface OrtEngine {
  /** Public function that made it, for messages. */
  readonly maker: string;
  readonly ort: OrtModule;
  readonly settings: OrtSessionOptions;
  /** Whether a session fills arrays that it is given for its outputs. */
  readonly fillsOutputs: boolean;
  /**
   * Whether its devices take arrays without elements; on WebGPU a product over none ends the process. Programs
   * that get some run in the interpreter otherwise.
   */
  readonly takesEmpty: boolean;
  /** Starts a call into the module when it may; some modules take one at a time. */
  readonly call: <T>(task: () => Promise<T>) => Promise<T>;
}

/** Makes a graph a program of an engine, in stages if it has operations with bodies in TypeScript. */
export async function prepareGraph(
  engine: OrtEngine,
  graph: Graph,
  { signal }: PrepareOptions,
): Promise<PreparedProgram> {
  const stages: { stage: Stage; program: PreparedProgram | undefined }[] = [];
  try {
    for (const stage of splitIntoStages(graph)) {
      throwIfAborted(signal);
      const part = stage.graph;
      stages.push({ stage, program: part && (await prepareSession(engine, part)) });
    }
    throwIfAborted(signal);
  } catch (error) {
    await Promise.all(stages.map(async ({ program }) => program?.dispose()));
    throw error;
  }
  // Nothing to cut around: the program is the whole graph, with its own names.
  const [only] = stages;
  return stages.length === 1 && only?.program !== undefined && only.stage.bodies.length === 0
    ? only.program
    : joinStages(graph, stages);
}

async function prepareSession(engine: OrtEngine, graph: Graph): Promise<PreparedProgram> {
  const { model, inputNames, outputNames } = graphToOnnx(graph);
  const settings: OrtSessionOptions = {
    ...engine.settings,
    graphOptimizationLevel: usesFloat64(graph) ? 'basic' : 'all',
  };
  let session: OrtSession;
  try {
    session = await engine.call(() => engine.ort.InferenceSession.create(encodeOnnxModel(model), settings));
  } catch (cause) {
    throw new InvalidArgumentError(
      `${engine.maker}: onnxruntime does not accept the program: ${messageOf(cause)}`,
      { cause },
    );
  }
  return new PreparedSession(engine, session, graph, inputNames, outputNames);
}

/**
 * Some rewritings above the basic ones, such as that of x * sigmoid(x), make operators that onnxruntime has in
 * float32 only; the float64 programs here run no slower without them.
 */
function usesFloat64({ inputs, nodes }: Graph): boolean {
  const values = [...inputs, ...nodes.flatMap(({ outputs }) => outputs)];
  return values.some(({ type }) => type.dtype === 'float64');
}

/** A program as a session of onnxruntime. */
class PreparedSession implements PreparedProgram {
  readonly #engine: OrtEngine;
  #session: OrtSession | undefined;
  readonly #graph: Graph;
  readonly #inputNames: readonly string[];
  readonly #outputNames: readonly string[];

  constructor(
    engine: OrtEngine,
    session: OrtSession,
    graph: Graph,
    inputNames: readonly string[],
    outputNames: readonly string[],
  ) {
    this.#engine = engine;
    this.#session = session;
    this.#graph = graph;
    this.#inputNames = inputNames;
    this.#outputNames = outputNames;
  }

  async run(
    inputs: readonly NdArray[],
    outputs?: readonly (NdArray | undefined)[],
  ): Promise<readonly NdArray[]> {
    const session = this.#session;
    if (session === undefined) throw new InvalidArgumentError('run: the program has been disposed');
    const { ort, call, fillsOutputs, takesEmpty } = this.#engine;
    if (!takesEmpty && inputs.some(({ data }) => data.length === 0)) return interpret(this.#graph, inputs);
    const feeds: Record<string, unknown> = {};
    this.#inputNames.forEach((name, index) => {
      const { data, shape } = inputs[index]!;
      feeds[name] = ortTensor(ort, this.#graph.inputs[index]!.type.dtype, data, shape);
    });
    const given = fillsOutputs ? outputs : undefined;
    const fetches: Record<string, unknown> = {};
    this.#outputNames.forEach((name, index) => {
      const array = given?.[index];
      const { dtype } = this.#graph.outputs[index]!.type;
      fetches[name] = array === undefined ? null : ortTensor(ort, dtype, array.data, array.shape);
    });
    let results: Awaited<ReturnType<OrtSession['run']>>;
    try {
      results = await call(() => {
        // It may have been disposed while it waited.
        if (this.#session === undefined) throw new InvalidArgumentError('the program has been disposed');
        return session.run(feeds as never, fetches as never, QUIET);
      });
    } catch (cause) {
      throw new InvalidArgumentError(`run: onnxruntime stopped: ${messageOf(cause)}`, { cause });
    }
    return this.#outputNames.map((name, index) => {
      const { data, dims } = results[name]!;
      return given?.[index] ?? { data: data as TypedArray, shape: [...dims] };
    });
  }

  async dispose(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session !== undefined) await this.#engine.call(() => session.release());
  }
}
