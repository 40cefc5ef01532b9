import { MissingDependencyError } from '@pct/core';

/** The module `onnxruntime-node`. */
export type Onnxruntime = typeof import('onnxruntime-node');

/** A name in a variable keeps bundlers for browsers from following it. */
const MODULE: string = 'onnxruntime-node';

/**
 * Loads `onnxruntime-node` when it is first needed.
 *
 * @param load - how; tests replace it
 * @throws {@link MissingDependencyError} with the reason if it is not installed or does not load
 */
export async function loadOnnxruntime(
  load: () => Promise<unknown> = () => import(/* @vite-ignore */ MODULE),
): Promise<Onnxruntime> {
  let loaded: unknown;
  try {
    loaded = await load();
  } catch (cause) {
    const { code, message } = cause as { code?: unknown; message?: unknown };
    const reason =
      code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
        ? 'is not installed; run npm install onnxruntime-node'
        : `does not load on this machine: ${String(message)}`;
    throw new MissingDependencyError(`onnxruntimeNode: onnxruntime-node ${reason}`, { cause });
  }
  // A CommonJS module: what it exports stands in `default` where the loader does not name it.
  return ((loaded as { default?: unknown }).default ?? loaded) as Onnxruntime;
}
