import { createReadStream } from 'node:fs';
import { open, truncate, type FileHandle } from 'node:fs/promises';
import { FileFormatError } from '@pct/core';
import { writeFileAtomic } from '@pct/core/node';
import { crc32 } from '@pct/core/npy';
import { otherWork, type Journal } from '../journal/journal.js';

const FORMAT = 'gradvis-journal 1';

/** Bytes of replaced parts that a file may hold besides as many as there are of others. */
const SPARE_BYTES = 1 << 20;

/** A journal in a file; see {@link fileJournal}. */
export interface FileJournal extends Journal, AsyncDisposable {
  /** Closes the file. */
  close(): Promise<void>;
}

/**
 * A {@link Journal} in a text file that is added to: one line per part with a checksum, written before `append` resolves.
 * A process that is killed leaves at most one torn line, at the end, which is cut off when the file is opened again.
 * One process may write to a file at a time. Once parts that were replaced take more room than the others and 1 MiB, the file
 * is written anew without them, whole or not at all.
 *
 * Numbers are kept by their bits, so that a result that was interrupted is the same as one that was not.
 *
 * @param path - made if it is not there; its folder must exist
 * @example
 * ```ts
 * await using journal = fileJournal('plane.journal');
 * const plane = await sampleSurface(objective, minimum, axes, { journal });
 * ```
 */
export function fileJournal(path: string): FileJournal {
  let handle: FileHandle | undefined;
  let header = '';
  /** Bytes of the line of each part. */
  const lengths = new Map<number, number>();
  /** Bytes of the file, and of what would be left of it if it were written anew. */
  let total = 0;
  let needed = 0;
  const note = (index: number, length: number): void => {
    total += length;
    needed += length - (lengths.get(index) ?? 0);
    lengths.set(index, length);
  };
  const close = async (): Promise<void> => {
    const opened = handle;
    handle = undefined;
    await opened?.close();
  };
  const writeAnew = async (): Promise<void> => {
    await close();
    const { parts } = await readJournal(path, () => undefined);
    await writeFileAtomic(path, [header, ...[...parts].map(([index, values]) => lineOf(index, values))]);
    total = needed;
    handle = await open(path, 'a');
  };
  return {
    async load(key) {
      await close();
      header = withChecksum(`${FORMAT} ${key}`);
      total = needed = Buffer.byteLength(header);
      lengths.clear();
      const { key: known, parts, bytes, torn } = await readJournal(path, note);
      if (known !== undefined && known !== key) throw otherWork(`fileJournal ${path}`, known, key);
      if (torn) await truncate(path, bytes);
      handle = await open(path, 'a');
      if (known === undefined) await handle.appendFile(header);
      return parts;
    },
    async append(index, values) {
      if (handle === undefined)
        throw new FileFormatError({ file: path }, 'the journal is closed; load it before parts are added');
      const line = lineOf(index, values);
      await handle.appendFile(line);
      note(index, line.length);
      if (total > 2 * needed + SPARE_BYTES) await writeAnew();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Content {
  /** Of the first line; undefined for an empty file. */
  readonly key: string | undefined;
  /** The last of each index. */
  readonly parts: Map<number, Float64Array>;
  /** Bytes of the whole lines. */
  readonly bytes: number;
  /** Whether there is more than them. */
  readonly torn: boolean;
}

/** @param onPart - is told the index of each line, and its bytes */
async function readJournal(path: string, onPart: (index: number, length: number) => void): Promise<Content> {
  const parts = new Map<number, Float64Array>();
  let key: string | undefined;
  let bytes = 0;
  let row = 0;
  for await (const line of linesOf(path)) {
    if (line.at(-1) !== NEWLINE) return { key, parts, bytes, torn: true };
    bytes += line.length;
    const location = { file: path, row: ++row };
    const content = withoutChecksum(line);
    if (content === undefined)
      throw new FileFormatError(location, 'the line is damaged: its checksum does not match');
    if (row === 1) {
      const text = content.toString();
      if (!text.startsWith(`${FORMAT} `))
        throw new FileFormatError(location, `the file must start with "${FORMAT}"; is it another file?`);
      key = text.slice(FORMAT.length + 1);
      continue;
    }
    const space = content.indexOf(' ');
    const index = content.toString('latin1', 0, space);
    const numbers = Buffer.from(content.toString('latin1', space + 1), 'base64');
    if (!/^\d+$/.test(index) || numbers.length % 8 !== 0)
      throw new FileFormatError(location, 'the line must hold an index and numbers');
    parts.set(Number(index), new Float64Array(Uint8Array.from(numbers).buffer));
    onPart(Number(index), line.length);
  }
  return { key, parts, bytes, torn: false };
}

const NEWLINE = 10;

/** The lines of a file with their ends, the last perhaps without; none if there is no file. */
async function* linesOf(path: string): AsyncGenerator<Buffer, void, undefined> {
  let begun: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
        yield Buffer.concat([...begun, chunk.subarray(from, end + 1)]);
        begun = [];
        from = end + 1;
      }
      if (from < chunk.length) begun.push(chunk.subarray(from));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}

function lineOf(index: number, { buffer, byteOffset, byteLength }: Float64Array): string {
  return withChecksum(`${index} ${Buffer.from(buffer, byteOffset, byteLength).toString('base64')}`);
}

const checksumOf = (content: Buffer): string => ` ${crc32(content).toString(16).padStart(8, '0')}`;

function withChecksum(content: string): string {
  return `${content}${checksumOf(Buffer.from(content))}\n`;
}

function withoutChecksum(line: Buffer): Buffer | undefined {
  const content = line.subarray(0, -10);
  return line.toString('latin1', content.length, line.length - 1) === checksumOf(content)
    ? content
    : undefined;
}
