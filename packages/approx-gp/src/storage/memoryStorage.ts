import { isRecord } from './journalJson.js';
import type { Storage } from './types.js';

/** A storage in memory, from {@link memoryStorage}. */
export interface MemoryStorage extends Storage {
  /**
   * All that is stored, as the text of an Optuna journal: for a file that Optuna and its dashboard open, for local
   * storage of a browser, or for another `memoryStorage`.
   */
  toText(): string;
}

let storages = 0;

/**
 * A storage in the memory of this process, for one or more studies; lost with the process unless its text is kept.
 *
 * @param text - an Optuna journal to go on from; a last line that is cut off is left out @defaultValue `''`
 * @example
 * ```ts
 * const storage = memoryStorage();
 * const study = createStudy({ space: { x: float(0, 1) }, storage });
 * // ...
 * localStorage.setItem('study', storage.toText());
 * ```
 */
export function memoryStorage(text = ''): MemoryStorage {
  const stored = text.split(/\r?\n/);
  const last = stored.pop() ?? '';
  if (isRecord(last)) stored.push(last);
  const worker = `approx-gp:memory:${performance.timeOrigin}:${storages++}`;
  return {
    name: 'memory',
    worker,
    read: (position) => ({ lines: stored.slice(position), next: stored.length }),
    exclusively: (work) => work((lines) => void stored.push(...lines)),
    // Nobody else can tell a trial of this copy, whoever began it.
    isAlive: (other) => other === worker,
    toText: () => stored.map((line) => `${line}\n`).join(''),
  };
}
