import { checkOneOf, InvalidArgumentError, MissingDependencyError, throwIfAborted } from '@pct/core';
import type { Graph, NdArray, TypedArray } from '../graph/types.js';
import type { PreparedProgram, Runtime } from '../runtime/types.js';
import type { TfDType } from './execute.js';
import { execute, runWaiting, typed } from './execute.js';
import type { ImportPackage, TfjsBackend } from './load.js';
import { currentBackend, importPackage, loadTfjs, onBackend, startBackend } from './load.js';
import type { TfPlan } from './plan.js';
import { planGraph } from './plan.js';
import type { TfModule, TfTensor } from './types.js';

/** Options of {@link tfjs}. */
export interface TfjsOptions {
  /**
   * What tfjs computes on. `'auto'` is the backend of the given module or, without one, the first that works of
   * `'tensorflow'` (the package `@tensorflow/tfjs-node-gpu`), `'wasm'` and `'cpu'`.
   * @defaultValue `'auto'`
   */
  readonly backend?: TfjsBackend | 'auto' | undefined;
  /**
   * A module of tfjs that is already loaded, with its backend. Its choice of backend stays as it is.
   * @defaultValue imported when needed
   */
  readonly tf?: TfModule | undefined;
}

/** A backend that `'auto'` tried before the one that it took. */
export interface TfjsPassedOver {
  readonly name: TfjsBackend;
  /** Why, in a sentence. */
  readonly reason: string;
  /** What loading or starting it threw. */
  readonly cause: unknown;
}

/** The engine tfjs on one of its backends. */
export interface TfjsRuntime extends Runtime {
  /** Such as `tfjs 4.22.0 on wasm`. */
  readonly name: string;
  /** Version of tfjs. */
  readonly version: string;
  /** Name of the backend. */
  readonly backend: string;
  /** The module, for adapters and `tf.memory()`. */
  readonly tf: TfModule;
  /** Backends that were tried before and do not work here, with the reasons. */
  readonly passedOver: readonly TfjsPassedOver[];
}

/** What `'auto'` tries, the fastest first. */
const ORDER: readonly TfjsBackend[] = ['tensorflow', 'wasm', 'cpu'];

const BACKENDS = ['auto', 'cpu', 'wasm', 'webgl', 'webgpu', 'tensorflow'] as const;

/**
 * Makes tfjs an engine for `compile`. Only its forward kernels are used; derivatives are those of this package.
 *
 * float32, int32 and bool; tfjs has no float64. What is computed in TypeScript because tfjs has no kernel for it is
 * listed in {@link tfjsFallbacks}. On `cpu` and `wasm` an index that is out of range is an error; other backends
 * make something of it.
 *
 * @param options - {@link TfjsOptions}
 * @throws {@link MissingDependencyError} if a package is not installed or a backend does not start, with the reason
 * @throws {@link InvalidArgumentError} for an unknown backend
 * @example
 * ```ts
 * const step = await compile(valueAndGrad(loss), specs, { runtime: await tfjs({ backend: 'wasm' }) });
 * ```
 */
export function tfjs(options: TfjsOptions = {}): Promise<TfjsRuntime> {
  return openTfjs(options, importPackage);
}

/** {@link tfjs} with a given way to import packages. */
export async function openTfjs(options: TfjsOptions, load: ImportPackage): Promise<TfjsRuntime> {
  const { backend = 'auto', tf: given } = options;
  checkOneOf('tfjs', 'backend', backend, BACKENDS);
  if (given !== undefined) return openGiven(given, backend);
  const passedOver: TfjsPassedOver[] = [];
  for (const name of backend === 'auto' ? ORDER : [backend]) {
    try {
      const tf = await loadTfjs(name, load);
      await startBackend(tf, name);
      return makeRuntime(tf, name, passedOver);
    } catch (cause) {
      if (backend !== 'auto' || !(cause instanceof MissingDependencyError)) throw cause;
      passedOver.push({ name, reason: cause.message, cause: cause.cause });
    }
  }
  const reasons = passedOver.map(({ reason }) => `- ${reason}`).join('\n');
  throw new MissingDependencyError(`tfjs: no backend works here\n${reasons}`, {
    cause: passedOver.at(-1)?.cause,
  });
}

async function openGiven(tf: TfModule, backend: TfjsBackend | 'auto'): Promise<TfjsRuntime> {
  if (typeof tf !== 'object' || typeof tf.engine !== 'function')
    throw new InvalidArgumentError(
      "tfjs: tf must be a loaded module of tfjs, as from import * as tf from '@tensorflow/tfjs'",
    );
  if (backend !== 'auto') {
    await startBackend(tf, backend);
    return makeRuntime(tf, backend, []);
  }
  try {
    await tf.ready();
  } catch (cause) {
    throw new MissingDependencyError(
      'tfjs: the module of tfjs has no backend that starts; import the package of one before, such as @tensorflow/tfjs-backend-wasm',
      { cause },
    );
  }
  return makeRuntime(tf, currentBackend(tf) ?? 'unknown', []);
}

function makeRuntime(tf: TfModule, backend: string, passedOver: readonly TfjsPassedOver[]): TfjsRuntime {
  const version = tf.version_core ?? 'unknown';
  return {
    name: `tfjs ${version} on ${backend}`,
    version,
    backend,
    dtypes: ['float32', 'int32', 'bool'],
    tf,
    passedOver,
    prepare: async (graph, { signal } = {}) => {
      throwIfAborted(signal);
      return new PreparedTfjs(tf, backend, graph);
    },
  };
}

/** A program whose tensors live for one run only. */
class PreparedTfjs implements PreparedProgram {
  readonly #tf: TfModule;
  readonly #backend: string;
  readonly #plan: TfPlan;
  #disposed = false;

  constructor(tf: TfModule, backend: string, graph: Graph) {
    this.#tf = tf;
    this.#backend = backend;
    this.#plan = planGraph('prepare', tf, backend, graph);
  }

  async run(inputs: readonly NdArray[]): Promise<readonly NdArray[]> {
    if (this.#disposed) throw new InvalidArgumentError('run: the program has been disposed');
    const tf = this.#tf;
    const section = <T>(part: () => T): T => onBackend(tf, this.#backend, part);
    const { graph } = this.#plan;
    const tensors: TfTensor[] = [];
    try {
      section(() => {
        inputs.forEach(({ data, shape }, i) => {
          const dtype = graph.inputs[i]!.type.dtype as TfDType;
          tensors.push(tf.keep(tf.tensor(data, [...shape], dtype)));
        });
      });
      const given = tensors.slice();
      const results = await runWaiting(execute(tf, this.#plan, given, true), section);
      tensors.push(...results);
      const read = await Promise.all(results.map((tensor) => tensor.data()));
      const handedOut = new Set<TypedArray>(inputs.map(({ data }) => data));
      return graph.outputs.map(({ type }, i): NdArray => {
        // Some backends hand out the very array that they were given or keep.
        const data = typed(read[i]!, type.dtype);
        const own = handedOut.has(data) ? data.slice() : data;
        handedOut.add(own);
        return { data: own, shape: [...results[i]!.shape] };
      });
    } finally {
      for (const tensor of tensors) tensor.dispose();
    }
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
  }
}
