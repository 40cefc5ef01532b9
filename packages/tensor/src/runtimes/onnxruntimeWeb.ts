import { checkInteger, InvalidArgumentError } from '@pct/core';
import type { Runtime } from '../runtime/types.js';
import { loadOnnxruntimeWeb } from './loadOnnxruntimeWeb.js';
import { oneAtATime } from './oneAtATime.js';
import type { OrtModule } from './ort.js';
import { probeDevice } from './probeDevice.js';
import { prepareGraph, type OrtEngine } from './session.js';

/** What onnxruntime-web computes on. */
export type WebExecutionProvider = 'wasm' | 'webgpu';

/** Settings of {@link onnxruntimeWeb}. */
export interface OnnxruntimeWebOptions {
  /**
   * Devices in the order of preference. An operation that `webgpu` does not have, such as everything in float64,
   * runs in WebAssembly. Node.js has only `wasm`.
   * @defaultValue `['wasm']`
   */
  readonly executionProviders?: readonly WebExecutionProvider[] | undefined;
  /**
   * Threads of one run. The module starts with them once: all its programs share them, and `threads` of `compile`
   * changes nothing. A page has more than one only if it is cross-origin isolated (headers
   * `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`).
   * @defaultValue half of the cores, at most 4
   */
  readonly threads?: number | undefined;
  /**
   * The module, loaded already: another build of it such as `onnxruntime-web/wasm`, or where a bundler cannot
   * follow the import.
   * @defaultValue `await import('onnxruntime-web')`
   */
  readonly ort?: object | undefined;
  /**
   * Where the module finds its WebAssembly: a prefix of addresses, ending in a slash, or the address of each file.
   * @defaultValue beside the module
   */
  readonly wasmPaths?: string | { readonly wasm?: string | URL; readonly mjs?: string | URL } | undefined;
}

/** The engine onnxruntime in WebAssembly. */
export interface OnnxruntimeWeb extends Runtime {
  readonly name: 'onnxruntime-web';
  /** Version of the package. */
  readonly version: string;
  readonly executionProviders: readonly WebExecutionProvider[];
  /** Threads of one run. */
  readonly threads: number;
}

/** The settings of the module that are read or written here. */
interface WasmSettings {
  numThreads?: number | undefined;
  wasmPaths?: OnnxruntimeWebOptions['wasmPaths'];
}

/** Settings of the modules that have started, which is when they become final; by the `env` of each. */
const started = new WeakMap<object, { readonly threads: number }>();

/**
 * Loads onnxruntime for browsers, an optional peer of this package that also runs in Node.js.
 *
 * Runs that overlap wait for each other: a module computes one at a time.
 *
 * @param options - {@link OnnxruntimeWebOptions}
 * @returns a runtime for `compile`
 * @throws {@link MissingDependencyError} if the package or a device is not there; the message says why
 * @throws {@link InvalidArgumentError} if an option is out of range, or asks for other threads than the module has
 *   started with
 * @example
 * ```ts
 * const runtime = await onnxruntimeWeb({ wasmPaths: '/onnxruntime/' });
 * const step = await compile(valueAndGrad(loss), specs, { runtime });
 * ```
 */
export async function onnxruntimeWeb(options: OnnxruntimeWebOptions = {}): Promise<OnnxruntimeWeb> {
  const { threads, executionProviders = ['wasm'], wasmPaths } = options;
  if (threads !== undefined) checkInteger('onnxruntimeWeb', 'threads', threads, { min: 1 });
  if (executionProviders.length === 0) {
    throw new InvalidArgumentError(
      'onnxruntimeWeb: executionProviders must name at least one device, got none',
    );
  }
  const ort = options.ort === undefined ? await loadOnnxruntimeWeb() : checkModule(options.ort);
  const engine: OrtEngine = {
    maker: 'onnxruntimeWeb',
    ort,
    settings: { executionProviders: [...executionProviders], logSeverityLevel: 4 },
    // It takes arrays for outputs and does not fill them.
    fillsOutputs: false,
    takesEmpty: executionProviders.every((provider) => provider === 'wasm'),
    call: oneAtATime(ort.env),
  };
  const wasm = ort.env.wasm as WasmSettings;
  const before = started.get(ort.env);
  const wanted =
    threads !== undefined && threads > 1 && typeof SharedArrayBuffer === 'undefined' ? 1 : threads;
  if (before === undefined) {
    if (wanted !== undefined) wasm.numThreads = wanted;
    if (wasmPaths !== undefined) wasm.wasmPaths = wasmPaths;
  } else if (wanted !== undefined && wanted !== before.threads) {
    throw new InvalidArgumentError(
      `onnxruntimeWeb: onnxruntime-web has started with threads: ${before.threads} and cannot change to ${wanted}; ask for them in the first call`,
    );
  }
  await probeDevice(engine);
  const state = before ?? { threads: wasm.numThreads ?? 1 };
  started.set(ort.env, state);
  return {
    name: 'onnxruntime-web',
    version: (ort.env.versions as { web?: string }).web ?? 'unknown',
    executionProviders: [...executionProviders],
    threads: state.threads,
    prepare: (graph, prepareOptions = {}) => prepareGraph(engine, graph, prepareOptions),
  };
}

/** The module that was given, or what stands in its `default`. */
function checkModule(given: object): OrtModule {
  for (const candidate of [given, (given as { default?: unknown }).default]) {
    const { InferenceSession, Tensor, env } = (candidate ?? {}) as Partial<OrtModule>;
    if (InferenceSession !== undefined && Tensor !== undefined && env !== undefined)
      return candidate as OrtModule;
  }
  throw new InvalidArgumentError(
    `onnxruntimeWeb: ort must be the module onnxruntime-web or another build of it, got an object with ${Object.keys(given).join(', ') || 'nothing'}`,
  );
}
