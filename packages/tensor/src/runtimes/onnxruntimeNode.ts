import { checkInteger, InvalidArgumentError, MissingDependencyError } from '@pct/core';
import type { Runtime } from '../runtime/types.js';
import { loadOnnxruntime } from './loadOnnxruntime.js';
import type { OrtSessionOptions } from './ort.js';
import { probeDevice } from './probeDevice.js';
import { prepareGraph, type OrtEngine } from './session.js';

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
   * Sines on `webgpu` are as exact as the device's, which may be off by 2⁻¹¹; runs with arrays without elements
   * go to the interpreter there.
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
  const onlyCpu = executionProviders.every((provider) => provider === 'cpu');
  const engineFor = (wanted: number | undefined): OrtEngine => {
    const settings: OrtSessionOptions = {
      executionProviders: [...executionProviders],
      logSeverityLevel: 4,
      ...(wanted !== undefined && { intraOpNumThreads: wanted }),
    };
    // A run blocks until it is done, so that calls never overlap inside of the module.
    return {
      maker: 'onnxruntimeNode',
      ort,
      settings,
      fillsOutputs: true,
      takesEmpty: onlyCpu,
      call: (task) => task(),
    };
  };
  if (!onlyCpu) await probeDevice(engineFor(threads));
  return {
    name: 'onnxruntime-node',
    version: ort.env.versions.node ?? 'unknown',
    executionProviders: [...executionProviders],
    threads,
    prepare: async (graph, prepareOptions = {}) => {
      const wanted = prepareOptions.threads ?? threads;
      if (wanted !== undefined) checkInteger('onnxruntimeNode', 'threads', wanted, { min: 1 });
      return prepareGraph(engineFor(wanted), graph, prepareOptions);
    },
  };
}
