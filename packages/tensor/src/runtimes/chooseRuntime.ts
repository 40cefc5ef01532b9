import { checkOneOf } from '@pct/core';
import { interpreter } from '../runtime/interpreter.js';
import type { Runtime } from '../runtime/types.js';
import { onnxruntimeNode, type OnnxruntimeNode, type OnnxruntimeNodeOptions } from './onnxruntimeNode.js';

/** Engines that {@link chooseRuntime} knows, the fastest first. */
export const RUNTIME_NAMES = ['onnxruntime-node', 'interpreter'] as const;

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

/** Settings of {@link chooseRuntime}; those of onnxruntime count only if it is taken. */
export type ChooseRuntimeOptions = OnnxruntimeNodeOptions;

/**
 * Finds an engine: the fastest one that works here, or a certain one.
 *
 * With `'auto'`, an engine or device that is missing or broken is passed over, and the result says why:
 * onnxruntime with the wanted devices, onnxruntime on the CPU, then the interpreter, which needs nothing and is
 * slow.
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
export async function chooseRuntime(
  name: RuntimeName | 'auto' = 'auto',
  options: ChooseRuntimeOptions = {},
): Promise<RuntimeChoice> {
  checkOneOf('chooseRuntime', 'name', name, ['auto', ...RUNTIME_NAMES]);
  if (name === 'interpreter') return { runtime: interpreter(), passedOver: [] };
  if (name === 'onnxruntime-node') return { runtime: await onnxruntimeNode(options), passedOver: [] };
  const { executionProviders = ['cpu'] } = options;
  const attempts: OnnxruntimeNodeOptions[] = [options];
  if (executionProviders.some((provider) => provider !== 'cpu')) {
    attempts.push({ ...options, executionProviders: ['cpu'] });
  }
  const passedOver: PassedOver[] = [];
  for (const attempt of attempts) {
    try {
      return { runtime: await onnxruntimeNode(attempt), passedOver };
    } catch (cause) {
      if ((cause as { code?: unknown }).code !== 'ERR_MISSING_DEPENDENCY') throw cause;
      passedOver.push({
        name: `onnxruntime-node on ${(attempt.executionProviders ?? ['cpu']).join(', ')}`,
        reason: (cause as Error).message,
        cause,
      });
    }
  }
  return { runtime: interpreter(), passedOver };
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
  if (runtime.name !== 'onnxruntime-node') return runtime.name;
  const { version, executionProviders, threads } = runtime as OnnxruntimeNode;
  const cores = threads === undefined ? 'all cores' : threads === 1 ? '1 thread' : `${threads} threads`;
  return `onnxruntime-node ${version} on ${executionProviders.join(', ')}, ${cores}`;
}
