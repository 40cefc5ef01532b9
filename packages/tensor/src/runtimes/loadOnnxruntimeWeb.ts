import { loadEngine } from './loadEngine.js';
import type { OrtModule } from './ort.js';

/**
 * Loads `onnxruntime-web` when it is first needed.
 *
 * @param load - how; tests replace it
 * @throws {@link MissingDependencyError} with the reason if it is not installed or does not load
 */
export async function loadOnnxruntimeWeb(load: () => Promise<unknown> = importIt): Promise<OrtModule> {
  return (await loadEngine('onnxruntimeWeb', 'onnxruntime-web', load)) as OrtModule;
}

/** Bundlers take an import whose failure is handled for optional: without the package they do not fail. */
function importIt(): Promise<unknown> {
  return import('onnxruntime-web').catch((cause: unknown) => {
    throw cause;
  });
}
