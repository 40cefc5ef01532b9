/**
 * Programs that are prepared once for all who compile the same graph for the same engine, and freed when the last
 * of them is disposed.
 */
import { throwIfAborted } from '@pct/core';
import type { Fingerprint } from '../graph/fingerprint.js';
import { fingerprint, sameFingerprint } from '../graph/fingerprint.js';
import type { Graph } from '../graph/types.js';
import type { PreparedProgram, PrepareOptions, Runtime } from './types.js';

interface SharedProgram {
  readonly fingerprint: Fingerprint;
  readonly program: Promise<PreparedProgram>;
  /** Stops the preparation, when nobody waits for it any more. */
  readonly stop: AbortController;
  users: number;
}

/** Programs that are alive, by engine, then by text of their fingerprint and options. */
const shared = new WeakMap<Runtime, Map<string, SharedProgram[]>>();

/**
 * Prepares a graph, or takes the program that someone else prepared from an equal one.
 *
 * @returns program whose `dispose` gives back this use of it
 * @throws what the engine throws, or the signal's reason; others who wait for the same program go on waiting
 */
export async function shareProgram(
  runtime: Runtime,
  graph: Graph,
  { signal, threads }: PrepareOptions,
): Promise<PreparedProgram> {
  throwIfAborted(signal);
  const mark = fingerprint(graph);
  const key = `${threads} ${mark.text}`;
  let programs = shared.get(runtime);
  if (programs === undefined) shared.set(runtime, (programs = new Map<string, SharedProgram[]>()));
  let alike = programs.get(key);
  if (alike === undefined) programs.set(key, (alike = []));
  let entry = alike.find((other) => sameFingerprint(other.fingerprint, mark));
  if (entry === undefined) {
    const stop = new AbortController();
    const prepare = async (): Promise<PreparedProgram> =>
      runtime.prepare(graph, { threads, signal: stop.signal });
    entry = { fingerprint: mark, program: prepare(), stop, users: 0 };
    alike.push(entry);
  }
  const own = entry;
  own.users += 1;
  let returned = false;
  const giveBack = async (reason?: unknown): Promise<void> => {
    if (returned) return;
    returned = true;
    own.users -= 1;
    if (own.users > 0) return;
    // Whoever compiles from now on prepares anew.
    alike.splice(alike.indexOf(own), 1);
    if (alike.length === 0) programs.delete(key);
    if (reason !== undefined) own.stop.abort(reason);
    const program = await own.program.catch(() => undefined);
    await program?.dispose();
  };
  try {
    const program = await unlessAborted(own.program, signal);
    return { run: (inputs, outputs) => program.run(inputs, outputs), dispose: () => giveBack() };
  } catch (error) {
    await giveBack(error);
    throw error;
  }
}

/** The promise, or the signal's reason if it aborts first. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let abort = (): void => undefined;
  const aborted = new Promise<void>((resolve) => (abort = resolve));
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([promise, aborted]);
    throwIfAborted(signal);
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
