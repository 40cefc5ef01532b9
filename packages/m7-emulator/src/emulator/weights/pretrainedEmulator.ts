import type { EmulatorModel } from '../model.js';
import { decodeEmulator } from './modelFile.js';

/**
 * The emulator with weights that come with the package: the output layer `'process'`, trained on synthetic pairs of the
 * default model of `generatePairs` with steps of 450 s. Its `notes` are the model card: `card`, `data`, `metrics` and
 * `limits`.
 *
 * It knows no sea salt and no edge cases; give `createEmulator` a `fallback` where inputs may be unlike those of
 * `generatePairs`.
 *
 * @returns a model of its own
 * @example
 * ```ts
 * const emulator = await createEmulator(await pretrainedEmulator(), { fallback: createM7() });
 * ```
 */
export async function pretrainedEmulator(): Promise<EmulatorModel> {
  // Loaded when it is asked for: it is larger than all the rest.
  const { pretrainedBase64 } = await import('./pretrained.js');
  const characters = atob(pretrainedBase64);
  const bytes = Uint8Array.from(characters, (character) => character.charCodeAt(0));
  return decodeEmulator(bytes, { file: 'pretrained emulator of @climate/m7-emulator' });
}
