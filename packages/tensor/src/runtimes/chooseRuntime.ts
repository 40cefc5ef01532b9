import { checkOneOf } from '@pct/core';
import { interpreter } from '../runtime/interpreter.js';
import type { Runtime } from '../runtime/types.js';
import type { ExecutionProvider, OnnxruntimeNode } from './onnxruntimeNode.js';
import { onnxruntimeNode } from './onnxruntimeNode.js';
import type { OnnxruntimeWeb, OnnxruntimeWebOptions, WebExecutionProvider } from './onnxruntimeWeb.js';

/** Engines that {@link chooseRuntime} knows. */
export const RUNTIME_NAMES = ['onnxruntime-node', 'onnxruntime-web', 'tfjs', 'interpreter'] as const;

/** Name of an engine. */
export type RuntimeName = (typeof RUNTIME_NAMES)[number];

/** An engine that was not taken. */
export interface PassedOver {
  /** The engine and, where it has a choice of them, its devices. */
  readonly name: string;
  /** Why, in a sentence. */
  readonly reason: string;
  /** What loading it threw. */
  readonly cause: unknown;
}

/** What {@link chooseRuntime} took. */
export interface RuntimeChoice {
  /** For the option `runtime` of `compile`. */
  readonly runtime: Runtime;
  /** Faster or wanted engines that are not there, in the order in which they were tried. */
  readonly passedOver: readonly PassedOver[];
}

/** Settings of {@link chooseRuntime}; each counts only for the engines that have it. */
export interface ChooseRuntimeOptions extends Omit<OnnxruntimeWebOptions, 'executionProviders'> {
  /**
   * Devices of onnxruntime in the order of preference. With `'auto'` each engine is asked for those that it can
   * have, and for the CPU after that.
   * @defaultValue the CPU
   */
  readonly executionProviders?: readonly (ExecutionProvider | WebExecutionProvider)[] | undefined;
  /**
   * What tfjs computes on.
   * @defaultValue `'auto'`: the first that works of `'tensorflow'`, `'wasm'` and `'cpu'`
   */
  readonly tfjsBackend?: 'auto' | 'cpu' | 'wasm' | 'webgl' | 'webgpu' | 'tensorflow' | undefined;
}

/** How engines are made; tests replace it. */
export type EngineMakers = Readonly<
  Record<RuntimeName, (options: ChooseRuntimeOptions) => Promise<Runtime> | Runtime>
>;

const MAKERS: EngineMakers = {
  'onnxruntime-node': ({ threads, executionProviders }) =>
    onnxruntimeNode({ threads, executionProviders: executionProviders as readonly ExecutionProvider[] }),
  'onnxruntime-web': async ({ threads, executionProviders, ort, wasmPaths }) => {
    const { onnxruntimeWeb } = await import('./onnxruntimeWeb.js');
    const devices = executionProviders as readonly WebExecutionProvider[] | undefined;
    return onnxruntimeWeb({ threads, executionProviders: devices, ort, wasmPaths });
  },
  tfjs: async ({ tfjsBackend }) => {
    const { tfjs } = await import('../tfjs/tfjsRuntime.js');
    return tfjs({ backend: tfjsBackend });
  },
  interpreter: () => interpreter(),
};

/**
 * Engines for `'auto'`, the fastest first. tfjs is not among them in Node.js: its WebAssembly is slower than that
 * of onnxruntime-web and it has no float64, so it serves who asks for it or for its native package.
 */
const ORDER = {
  node: ['onnxruntime-node', 'onnxruntime-web', 'interpreter'],
  browser: ['onnxruntime-web', 'tfjs', 'interpreter'],
} as const satisfies Record<string, readonly RuntimeName[]>;

/**
 * Finds an engine: the fastest one that works here, or a certain one.
 *
 * With `'auto'`, an engine or device that is missing or broken is passed over, and the result says why. In Node.js
 * the order is onnxruntime-node with the wanted devices, on the CPU, onnxruntime-web, the interpreter; elsewhere
 * onnxruntime-web likewise, tfjs, the interpreter, which needs nothing and is slow.
 *
 * @param name - `'auto'` or the name of an engine (default `'auto'`)
 * @param options - {@link ChooseRuntimeOptions}
 * @throws {@link MissingDependencyError} if a certain engine is wanted and is not there
 * @throws {@link InvalidArgumentError} for an unknown name or an option out of range
 * @example
 * ```ts
 * const choice = await chooseRuntime();
 * describeRuntime(choice); // 'onnxruntime-node 1.30.0 on cpu, all cores'
 * const step = await compile(loss, specs, { runtime: choice.runtime });
 * ```
 */
export function chooseRuntime(
  name: RuntimeName | 'auto' = 'auto',
  options: ChooseRuntimeOptions = {},
): Promise<RuntimeChoice> {
  return chooseFrom(MAKERS, isNode() ? 'node' : 'browser', name, options);
}

/** {@link chooseRuntime} with given engines in a given place. */
export async function chooseFrom(
  makers: EngineMakers,
  place: keyof typeof ORDER,
  name: RuntimeName | 'auto',
  options: ChooseRuntimeOptions,
): Promise<RuntimeChoice> {
  checkOneOf('chooseRuntime', 'name', name, ['auto', ...RUNTIME_NAMES]);
  if (name !== 'auto') return { runtime: await makers[name](options), passedOver: [] };
  const passedOver: PassedOver[] = [];
  for (const engine of ORDER[place])
    for (const devices of devicesFor(engine, options.executionProviders)) {
      try {
        const runtime = await makers[engine]({ ...options, executionProviders: devices });
        return { runtime, passedOver };
      } catch (cause) {
        if ((cause as { code?: unknown }).code !== 'ERR_MISSING_DEPENDENCY') throw cause;
        const { message } = cause as Error;
        const on = devices === undefined ? '' : ` on ${devices.join(', ')}`;
        passedOver.push({ name: `${engine}${on}`, reason: message, cause });
      }
    }
  return { runtime: interpreter(), passedOver };
}

type Devices = NonNullable<ChooseRuntimeOptions['executionProviders']>;

/** Lists of devices to try an engine with; undefined for an engine that has no choice of them. */
function devicesFor(engine: RuntimeName, wanted: Devices = []): readonly (Devices | undefined)[] {
  if (engine === 'tfjs' || engine === 'interpreter') return [undefined];
  const isWeb = engine === 'onnxruntime-web';
  const own = wanted.filter((device) =>
    isWeb ? device === 'wasm' || device === 'webgpu' : device !== 'wasm',
  );
  const usual: Devices = [isWeb ? 'wasm' : 'cpu'];
  return own.some((device) => device !== usual[0]) ? [own, usual] : [usual];
}

function isNode(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: unknown } } };
  return typeof process?.versions?.node === 'string';
}

/**
 * Says in a line which engine was taken, and in a line each why others were not.
 *
 * @param choice - result of {@link chooseRuntime}
 */
export function describeRuntime({ runtime, passedOver }: RuntimeChoice): string {
  const others = passedOver.map(({ name, reason }) => `not ${name}: ${reason}`);
  return [describe(runtime), ...others].join('\n');
}

function describe(runtime: Runtime): string {
  if (runtime.name !== 'onnxruntime-node' && runtime.name !== 'onnxruntime-web') return runtime.name;
  const { name, version, executionProviders, threads } = runtime as OnnxruntimeNode | OnnxruntimeWeb;
  const cores = threads === undefined ? 'all cores' : threads === 1 ? '1 thread' : `${threads} threads`;
  return `${name} ${version} on ${executionProviders.join(', ')}, ${cores}`;
}
