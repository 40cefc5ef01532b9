import { loadEngine } from './loadEngine.js';

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
  return (await loadEngine('onnxruntimeNode', 'onnxruntime-node', load)) as Onnxruntime;
}
