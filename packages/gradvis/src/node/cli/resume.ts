import { rm } from 'node:fs/promises';
import { PctError, type Executor, type Progress } from '@pct/core';
import { fileJournal, type FileJournal } from '../fileJournal.js';
import { textOption, type CliCall } from './command.js';
import { executorOf } from './inputs.js';
import { progressBar } from './progressBar.js';

/** The command was interrupted; the message tells how to go on. */
export class StoppedError extends PctError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_STOPPED', message, options);
  }
}

/** What a command gives to the functions that it runs. */
export interface Running {
  /**
   * Where a part of the work keeps what is done; nowhere without `--out`.
   *
   * @param part - distinguishes the journals of a command that does several things
   */
  readonly journal: (part?: string) => FileJournal | undefined;
  readonly options: {
    readonly executor: Executor | undefined;
    readonly signal: AbortSignal;
    readonly onProgress: (progress: Progress) => void;
  };
}

/**
 * Runs with journals beside the result, which stay when the work is stopped and go when it is done.
 *
 * @throws {@link StoppedError} if the work was interrupted
 */
export async function resumable<T>(call: CliCall, run: (running: Running) => Promise<T>): Promise<T> {
  const out = textOption(call, 'out');
  const { signal } = call.streams;
  const opened = new Map<string, FileJournal>();
  const close = async (): Promise<void> => {
    for (const journal of opened.values()) await journal.close();
  };
  const executor = executorOf(call);
  try {
    const result = await run({
      journal: (part) => {
        if (out === undefined) return undefined;
        const path = [out, part, 'journal'].filter((one) => one !== undefined).join('.');
        const journal = fileJournal(path);
        opened.set(path, journal);
        return journal;
      },
      options: { executor, signal, onProgress: progressBar(call.streams) },
    });
    await close();
    for (const path of opened.keys()) await rm(path, { force: true });
    return result;
  } catch (cause) {
    if (!signal.aborted) throw cause;
    const how =
      out === undefined
        ? 'with --out FILE.npz, what is done would have been kept'
        : `what is done is kept in ${[...opened.keys()].join(', ')}: the same command goes on from there`;
    throw new StoppedError(`stopped; ${how}`, { cause });
  } finally {
    await close();
    await executor?.close();
  }
}
