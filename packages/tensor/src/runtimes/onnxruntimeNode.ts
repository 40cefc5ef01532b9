import { checkInteger, InvalidArgumentError, MissingDependencyError, throwIfAborted } from '@pct/core';
import type { InferenceSession } from 'onnxruntime-node';
import type { Graph, NdArray, TypedArray } from '../graph/types.js';
import { encodeOnnxModel } from '../onnx/encode.js';
import { graphToOnnx } from '../onnx/toOnnx.js';
import type { PreparedProgram, Runtime } from '../runtime/types.js';
import { probeDevice } from './probeDevice.js';
import { joinStages, splitIntoStages, type Stage } from './stages.js';
import { loadOnnxruntime, type Onnxruntime } from './loadOnnxruntime.js';

/** What onnxruntime computes on. */
export type ExecutionProvider = 'cpu' | 'webgpu' | 'cuda';

/** Settings of {@link onnxruntimeNode}. */
export interface OnnxruntimeNodeOptions {
  /**
   * Threads of one run. Several help from about 256 rows on; worker threads that run programs at once should use
   * one each.
   * @defaultValue all cores
   */
  readonly threads?: number | undefined;
  /**
   * Devices in the order of preference. An operation that a device does not have, such as everything in float64
   * on `webgpu`, runs on the CPU.
   * @defaultValue `['cpu']`
   */
  readonly executionProviders?: readonly ExecutionProvider[] | undefined;
}

/** The engine onnxruntime in Node.js. */
export interface OnnxruntimeNode extends Runtime {
  readonly name: 'onnxruntime-node';
  /** Version of the package. */
  readonly version: string;
  readonly executionProviders: readonly ExecutionProvider[];
  /** Threads of one run; undefined for all cores. */
  readonly threads: number | undefined;
}

/**
 * Loads onnxruntime for Node.js, an optional dependency of this package.
 *
 * @param options - {@link OnnxruntimeNodeOptions}
 * @returns a runtime for `compile`
 * @throws {@link MissingDependencyError} if the package or a device is not there; the message says why
 * @throws {@link InvalidArgumentError} if an option is out of range
 * @example
 * ```ts
 * const step = await compile(valueAndGrad(loss), specs, { runtime: await onnxruntimeNode({ threads: 1 }) });
 * ```
 */
export async function onnxruntimeNode(options: OnnxruntimeNodeOptions = {}): Promise<OnnxruntimeNode> {
  const { threads, executionProviders = ['cpu'] } = options;
  if (threads !== undefined) checkInteger('onnxruntimeNode', 'threads', threads, { min: 1 });
  if (executionProviders.length === 0) {
    throw new InvalidArgumentError(
      'onnxruntimeNode: executionProviders must name at least one device, got none',
    );
  }
  const ort = await loadOnnxruntime();
  const backends = ort.listSupportedBackends().map(({ name }) => name);
  for (const provider of executionProviders) {
    if (backends.includes(provider)) continue;
    throw new MissingDependencyError(
      `onnxruntimeNode: this installation of onnxruntime-node has no '${provider}'; it has ${backends.join(', ')}`,
    );
  }
  const settings: InferenceSession.SessionOptions = {
    executionProviders,
    // Nothing on the console: errors come as exceptions.
    logSeverityLevel: 4,
    ...(threads !== undefined && { intraOpNumThreads: threads }),
  };
  if (executionProviders.some((provider) => provider !== 'cpu')) {
    await probeDevice(ort, executionProviders, settings);
  }
  return {
    name: 'onnxruntime-node',
    version: ort.env.versions.node ?? 'unknown',
    executionProviders: [...executionProviders],
    threads,
    prepare: async (graph, { signal } = {}) => {
      const stages: { stage: Stage; program: PreparedProgram | undefined }[] = [];
      try {
        for (const stage of splitIntoStages(graph)) {
          throwIfAborted(signal);
          const part = stage.graph;
          stages.push({ stage, program: part && (await prepareSession(ort, part, settings)) });
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
    },
  };
}

async function prepareSession(
  ort: Onnxruntime,
  graph: Graph,
  settings: InferenceSession.SessionOptions,
): Promise<PreparedProgram> {
  const { model, inputNames, outputNames } = graphToOnnx(graph);
  const session = await createSession(ort, encodeOnnxModel(model), {
    ...settings,
    graphOptimizationLevel: usesFloat64(graph) ? 'basic' : 'all',
  });
  return new PreparedSession(ort, session, graph, inputNames, outputNames);
}

/**
 * Some rewritings above the basic ones, such as that of x * sigmoid(x), make operators that onnxruntime has in
 * float32 only; the float64 programs here run no slower without them.
 */
function usesFloat64({ inputs, nodes }: Graph): boolean {
  const values = [...inputs, ...nodes.flatMap(({ outputs }) => outputs)];
  return values.some(({ type }) => type.dtype === 'float64');
}

async function createSession(
  ort: Onnxruntime,
  model: Uint8Array,
  settings: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, settings);
  } catch (cause) {
    throw new InvalidArgumentError(
      `onnxruntimeNode: onnxruntime does not accept the program: ${messageOf(cause)}`,
      { cause },
    );
  }
}

/** A program as a session of onnxruntime. */
class PreparedSession implements PreparedProgram {
  readonly #ort: Onnxruntime;
  #session: InferenceSession | undefined;
  readonly #graph: Graph;
  readonly #inputNames: readonly string[];
  readonly #outputNames: readonly string[];

  constructor(
    ort: Onnxruntime,
    session: InferenceSession,
    graph: Graph,
    inputNames: readonly string[],
    outputNames: readonly string[],
  ) {
    this.#ort = ort;
    this.#session = session;
    this.#graph = graph;
    this.#inputNames = inputNames;
    this.#outputNames = outputNames;
  }

  async run(inputs: readonly NdArray[]): Promise<readonly NdArray[]> {
    const session = this.#session;
    if (session === undefined) throw new InvalidArgumentError('run: the program has been disposed');
    const feeds: Record<string, InstanceType<Onnxruntime['Tensor']>> = {};
    this.#inputNames.forEach((name, index) => {
      const { data, shape } = inputs[index]!;
      feeds[name] = new this.#ort.Tensor(this.#graph.inputs[index]!.type.dtype, data, shape);
    });
    let results: InferenceSession.ReturnType;
    try {
      results = await session.run(feeds);
    } catch (cause) {
      throw new InvalidArgumentError(`run: onnxruntime stopped: ${messageOf(cause)}`, { cause });
    }
    return this.#outputNames.map((name) => {
      const { data, dims } = results[name]!;
      return { data: data as TypedArray, shape: [...dims] };
    });
  }

  async dispose(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.release();
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
