import { MissingDependencyError } from '@pct/core';
import { messageOf } from './ort.js';

/** Codes of Node.js and words of browsers and bundlers for a package that is not there. */
const CODES: readonly unknown[] = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'];
const WORDS = /failed to resolve module specifier|could not resolve|cannot find (package|module)/i;

/**
 * Loads an optional package when it is first needed.
 *
 * @param maker - function that needs it, for the message
 * @param packageName - what to install
 * @param load - imports it
 * @throws {@link MissingDependencyError} with the reason if it is not installed or does not load
 */
export async function loadEngine(
  maker: string,
  packageName: string,
  load: () => Promise<unknown>,
): Promise<unknown> {
  try {
    const loaded = await load();
    // A CommonJS module: what it exports stands in `default` where the loader does not name it.
    return (loaded as { default?: unknown }).default ?? loaded;
  } catch (cause) {
    const missing = CODES.includes((cause as { code?: unknown }).code) || WORDS.test(messageOf(cause));
    const reason = missing
      ? `is not installed; run npm install ${packageName}`
      : `does not load on this machine: ${messageOf(cause)}`;
    throw new MissingDependencyError(`${maker}: ${packageName} ${reason}`, { cause });
  }
}
