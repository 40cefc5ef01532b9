import { checkOneOf, InvalidArgumentError } from '@pct/core';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { eventFileHeader, eventRecord, jsonLine } from '../log/entries.js';

/** Options of {@link openRunLog}. */
export interface RunLogOptions {
  /**
   * Write `log.jsonl`; lines of an earlier run in the directory stay.
   * @defaultValue `true`
   */
  readonly jsonLines?: boolean | undefined;
  /**
   * Write an event file of TensorBoard, a new one for each log.
   * @defaultValue `true`
   */
  readonly tensorBoard?: boolean | undefined;
  /**
   * Clock, milliseconds since 1970.
   * @defaultValue `Date.now`
   */
  readonly now?: (() => number) | undefined;
}

/** Files that numbers of a run go to. */
export interface RunLog extends AsyncDisposable {
  /**
   * Writes some numbers. Entries are written in the order of the calls, whether these are waited for or not.
   *
   * @param step - such as the iteration, an integer from 0
   * @param scalars - numbers by name
   * @returns resolves when they are written; rejects with InvalidArgumentError if the entry is malformed
   */
  write(step: number, scalars: Readonly<Record<string, number>>): Promise<void>;
  /** Closes the files after all entries. */
  close(): Promise<void>;
}

/**
 * Opens a log of a run: lines of JSON for scripts, event files for TensorBoard.
 *
 * @param directory - made if it is missing; `tensorboard --logdir` takes it
 * @param options - {@link RunLogOptions}
 * @example
 * ```ts
 * await using log = await openRunLog('runs/margin-1');
 * await log.write(0, { 'reward/mean': -1.3, entropy: 0.9 });
 * ```
 */
export async function openRunLog(directory: string, options: RunLogOptions = {}): Promise<RunLog> {
  const { jsonLines = true, tensorBoard = true, now = Date.now } = options;
  checkOneOf('openRunLog', 'jsonLines', jsonLines, [true, false]);
  checkOneOf('openRunLog', 'tensorBoard', tensorBoard, [true, false]);
  await mkdir(directory, { recursive: true });
  const seconds = (): number => now() / 1000;
  const lines = jsonLines ? await open(join(directory, 'log.jsonl'), 'a') : undefined;
  const events = tensorBoard ? await openEvents(directory, seconds()) : undefined;
  let last: Promise<unknown> = Promise.resolve();
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= last.then(async () => {
      await lines?.close();
      await events?.close();
    }));
  return {
    async write(step, scalars) {
      if (closed !== undefined) throw new InvalidArgumentError('openRunLog: the log is closed');
      const entry = { step, wallTime: seconds(), scalars };
      const line = lines && jsonLine(entry);
      const bytes = events && eventRecord(entry);
      const written = last.then(async () => {
        if (line !== undefined) await lines?.appendFile(line);
        if (bytes !== undefined) await events?.appendFile(bytes);
      });
      // A failed write must not keep later ones from being tried, and close from closing.
      last = written.catch(() => undefined);
      await written;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A new event file; TensorBoard reads all of a directory in the order of their names. */
async function openEvents(directory: string, wallTime: number): Promise<FileHandle> {
  const stem = `events.out.tfevents.${String(Math.floor(wallTime)).padStart(10, '0')}.${hostname()}`;
  for (let attempt = 0; ; attempt++) {
    try {
      const events = await open(join(directory, `${stem}.${attempt}`), 'ax');
      await events.appendFile(eventFileHeader(wallTime));
      return events;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
