import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkFinite, describeValue, InvalidArgumentError } from '@pct/core';
import { isRecord } from '../storage/journalJson.js';
import type { Storage } from '../storage/types.js';
import { withFileLock } from './fileLock.js';
import { createWorkerName, mayBeAlive } from './worker.js';

/** What was done about a last line that a killed writer left unfinished. */
export interface JournalRepair {
  /** Path of the journal. */
  readonly file: string;
  /** `removed`: it was cut off. `completed`: only its line end was missing. */
  readonly action: 'removed' | 'completed';
  /** The line as it was found. */
  readonly text: string;
}

/** Options of {@link journalFile}. */
export interface JournalFileOptions {
  /**
   * Is told when a torn last line is repaired.
   * @defaultValue repairs are only listed in `repairs`
   */
  readonly onRepair?: ((repair: JournalRepair) => void) | undefined;
  /**
   * Time in milliseconds after which a lock is broken whose holder may live, such as one of another machine; above 0.
   * Locks of dead processes of this machine are broken at once.
   * @defaultValue `30000`
   */
  readonly lockGraceMs?: number | undefined;
  /**
   * Whether every append waits until the disk has it, so that not even a loss of power loses it. A killed process loses
   * nothing either way.
   * @defaultValue `true`
   */
  readonly flush?: boolean | undefined;
}

/** A journal file, from {@link journalFile}. */
export interface JournalFile extends Storage {
  /** Torn last lines that this object repaired. */
  readonly repairs: readonly JournalRepair[];
}

const LINE_END = 10;

/**
 * A storage in a file in the format of Optuna's journals: a study that is stored in it can be opened by Optuna and its
 * dashboard, and one that Optuna wrote can be opened here. Several processes may work on it at once, also on several
 * machines that share a folder, and any of them may be killed.
 *
 * @param path - the file, made if it is not there; its lock is `<path>.lock`, as for Optuna
 * @param options - {@link JournalFileOptions}
 * @throws {@link InvalidArgumentError} if an option is out of range · Node's error if the file cannot be opened
 * @example
 * ```ts
 * const study = createStudy({ name: 'net', space, storage: journalFile('net.log') });
 * ```
 */
export function journalFile(path: string | URL, options: JournalFileOptions = {}): JournalFile {
  const { onRepair, lockGraceMs = 30_000, flush = true } = options;
  if (typeof path !== 'string' && !(path instanceof URL)) {
    throw new InvalidArgumentError(
      `journalFile: path must be a path or a file URL, got ${describeValue(path)}`,
    );
  }
  checkFinite('journalFile', 'lockGraceMs', lockGraceMs, { min: 1 });
  const file = path instanceof URL ? fileURLToPath(path) : path;
  closeSync(openSync(file, 'a'));
  const worker = createWorkerName();
  const repairs: JournalRepair[] = [];
  return {
    name: file,
    worker,
    repairs,
    read: (position) => readLines(file, position),
    isAlive: mayBeAlive,
    exclusively: (work) =>
      withFileLock(`${file}.lock`, worker, lockGraceMs, () => {
        // Only the holder of the lock writes, so whatever is unfinished now stays so.
        const repair = repairTail(file);
        if (repair !== undefined) {
          repairs.push(repair);
          onRepair?.(repair);
        }
        return work((lines) => append(file, lines.map((line) => `${line}\n`).join(''), flush));
      }),
  };
}

function readLines(file: string, position: number): { lines: string[]; next: number } {
  return withFile(file, 'r', (descriptor) => {
    const bytes = readFrom(descriptor, position);
    const end = bytes.lastIndexOf(LINE_END) + 1;
    if (end === 0) return { lines: [], next: position };
    const lines = bytes.toString('utf8', 0, end - 1).split('\n');
    return { lines, next: position + end };
  });
}

/** Everything from a position on. */
function readFrom(descriptor: number, position: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - position));
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(descriptor, bytes, filled, bytes.length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

/** All lines in one write. The system may take less than all of it, so the rest follows. */
function append(file: string, text: string, flush: boolean): void {
  withFile(file, 'a', (descriptor) => {
    const bytes = Buffer.from(text, 'utf8');
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    if (flush) fsyncSync(descriptor);
  });
}

function repairTail(file: string): JournalRepair | undefined {
  return withFile(file, 'r+', (descriptor) => {
    const { size } = fstatSync(descriptor);
    const start = lastLineStart(descriptor, size);
    if (start === size) return undefined;
    const text = readFrom(descriptor, start).toString('utf8');
    if (isRecord(text)) {
      writeSync(descriptor, '\n', size);
      return { file, action: 'completed', text };
    }
    ftruncateSync(descriptor, start);
    return { file, action: 'removed', text };
  });
}

/** Position after the last line end. */
function lastLineStart(descriptor: number, size: number): number {
  const block = Buffer.alloc(4096);
  for (let end = size; end > 0;) {
    const from = Math.max(0, end - block.length);
    const count = readSync(descriptor, block, 0, end - from, from);
    const at = block.subarray(0, count).lastIndexOf(LINE_END);
    if (at !== -1) return from + at + 1;
    end = from;
  }
  return 0;
}

function withFile<T>(file: string, flags: string, work: (descriptor: number) => T): T {
  const descriptor = openSync(file, flags);
  try {
    return work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
