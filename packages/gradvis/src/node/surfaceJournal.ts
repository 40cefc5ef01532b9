import { open, readFile, truncate, type FileHandle } from 'node:fs/promises';
import { crc32 } from '@pct/core/npy';
import { FileFormatError } from '@pct/core';
import { otherSurface, type SurfaceStore } from '../surface/store.js';

const FORMAT = 'gradvis-surface-journal 1';

/** A store in a file; see {@link surfaceJournal}. */
export interface SurfaceJournal extends SurfaceStore, AsyncDisposable {
  /** Closes the file. */
  close(): Promise<void>;
}

/**
 * A {@link SurfaceStore} in a text file that is only ever added to: one line per value with a checksum, written before
 * `append` resolves. A process that is killed leaves at most one torn line, at the end, which is cut off when the
 * file is opened again. One process may write to a file at a time.
 *
 * Values are kept by their bits, so that a surface that was interrupted is the same as one that was not.
 *
 * @param path - made if it is not there; its folder must exist
 * @example
 * ```ts
 * await using store = surfaceJournal('plane.journal');
 * const plane = await sampleSurface(objective, minimum, axes, { store });
 * ```
 */
export function surfaceJournal(path: string): SurfaceJournal {
  let handle: FileHandle | undefined;
  const close = async (): Promise<void> => {
    const opened = handle;
    handle = undefined;
    await opened?.close();
  };
  return {
    async load(key) {
      await close();
      const content = await readJournal(path);
      if (content.key !== undefined && content.key !== key) throw otherSurface(`surfaceJournal ${path}`);
      if (content.torn) await truncate(path, content.bytes);
      handle = await open(path, 'a');
      if (content.key === undefined) await handle.appendFile(withChecksum(`${FORMAT} ${key}`));
      return content.values;
    },
    async append(index, value) {
      if (handle === undefined)
        throw new FileFormatError({ file: path }, 'the journal is closed; load it before values are added');
      await handle.appendFile(withChecksum(`${index} ${bitsOf(value)}`));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Journal {
  /** Of the first line; undefined for an empty file. */
  readonly key: string | undefined;
  readonly values: ReadonlyMap<number, number>;
  /** Length of the whole lines. */
  readonly bytes: number;
  /** Whether there is more than them. */
  readonly torn: boolean;
}

async function readJournal(path: string): Promise<Journal> {
  const text = await readIfThere(path);
  const end = text.lastIndexOf('\n') + 1;
  const values = new Map<number, number>();
  let key: string | undefined;
  text
    .slice(0, end)
    .split('\n')
    .slice(0, -1)
    .forEach((line, row) => {
      const location = { file: path, row: row + 1 };
      const content = withoutChecksum(line);
      if (content === undefined)
        throw new FileFormatError(location, 'the line is damaged: its checksum does not match');
      if (row === 0) {
        if (!content.startsWith(`${FORMAT} `))
          throw new FileFormatError(location, `the file must start with "${FORMAT}"; is it another file?`);
        key = content.slice(FORMAT.length + 1);
        return;
      }
      const [, index, bits] = /^(\d+) ([0-9a-f]{16})$/.exec(content) ?? [];
      if (index === undefined || bits === undefined)
        throw new FileFormatError(location, `the line must hold an index and a value, got "${content}"`);
      values.set(Number(index), valueOf(bits));
    });
  const bytes = Buffer.byteLength(text.slice(0, end));
  return { key, values, bytes, torn: end < text.length };
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');

function withChecksum(content: string): string {
  return `${content} ${hex(crc32(Buffer.from(content)), 8)}\n`;
}

function withoutChecksum(line: string): string | undefined {
  const content = line.slice(0, -9);
  return withChecksum(content) === `${line}\n` ? content : undefined;
}

function bitsOf(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return hex(view.getUint32(0), 8) + hex(view.getUint32(4), 8);
}

function valueOf(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, Number.parseInt(bits.slice(0, 8), 16));
  view.setUint32(4, Number.parseInt(bits.slice(8), 16));
  return view.getFloat64(0);
}
