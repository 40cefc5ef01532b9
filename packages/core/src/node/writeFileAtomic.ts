import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeValue } from '../check.js';
import { InvalidArgumentError } from '../errors.js';

/** A piece of a file: text is written as UTF-8, arrays as the bytes they hold. */
export type FileChunk = string | NodeJS.ArrayBufferView;

/** Options of {@link writeFileAtomic}. */
export interface WriteFileAtomicOptions {
  /** Stops the writing; the old file, if any, stays as it was. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a file so that, whatever happens, its path holds either all of the old content or all of the new.
 *
 * The data goes to a new file in the same folder, is flushed to the disk, and then takes the path's place.
 * A failure or an abort removes that file; only a process killed meanwhile leaves one behind, named
 * `.<name>.<random>.tmp`. Of several writers to one path the last to finish wins, with its whole content.
 * A symbolic link is followed; the permissions of an existing file are kept.
 *
 * @param path - file to make or to replace; its folder must exist
 * @param data - the content, or its pieces in order
 * @param options - {@link WriteFileAtomicOptions}
 * @throws {@link InvalidArgumentError} if a piece is neither text nor an array of bytes or numbers · the
 * signal's reason · whatever the pieces' iterable throws · Node's error if the file cannot be written
 * @example
 * ```ts
 * await writeFileAtomic('checkpoint.json', JSON.stringify(state));
 * ```
 */
export async function writeFileAtomic(
  path: string | URL,
  data: FileChunk | Iterable<FileChunk> | AsyncIterable<FileChunk>,
  options: WriteFileAtomicOptions = {},
): Promise<void> {
  const { signal } = options;
  signal?.throwIfAborted();
  const target = await followLinks(path);
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx');
    try {
      await writeChunks(handle, chunksOf(data), signal);
      await keepMode(handle, target);
      await handle.sync();
    } finally {
      await handle.close();
    }
    signal?.throwIfAborted();
    await replace(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

async function followLinks(path: string | URL): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return path instanceof URL ? fileURLToPath(path) : path;
  }
}

function chunksOf(
  data: FileChunk | Iterable<FileChunk> | AsyncIterable<FileChunk>,
): Iterable<FileChunk> | AsyncIterable<FileChunk> {
  // Text and arrays are iterable themselves.
  if (typeof data === 'string' || ArrayBuffer.isView(data)) return [data];
  if (typeof data === 'object' && data !== null && (Symbol.iterator in data || Symbol.asyncIterator in data))
    return data;
  throw new InvalidArgumentError(
    `writeFileAtomic: data must be text, a typed array or an iterable of those, got ${describeValue(data)}`,
  );
}

async function writeChunks(
  handle: FileHandle,
  chunks: Iterable<FileChunk> | AsyncIterable<FileChunk>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const iterator =
    Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  try {
    for (;;) {
      const next = await nextOrAbort(iterator, signal);
      if (next.done === true) return;
      const chunk = next.value;
      if (typeof chunk !== 'string' && !ArrayBuffer.isView(chunk)) {
        throw new InvalidArgumentError(
          `writeFileAtomic: each piece of data must be text or a typed array, got ${describeValue(chunk)}`,
        );
      }
      await handle.writeFile(typeof chunk === 'string' ? chunk : bytesOf(chunk), { signal });
    }
  } catch (error) {
    // Not awaited: a source that never answers does not answer this either.
    void Promise.resolve(iterator.return?.()).catch(() => {});
    throw signal?.aborted === true ? signal.reason : error;
  }
}

/**
 * The next piece; a source that never answers must not keep an abort from taking effect. Each race has a promise of its
 * own to lose to: one for all of them would keep every piece in memory until the end.
 */
async function nextOrAbort(
  iterator: Iterator<FileChunk> | AsyncIterator<FileChunk>,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<FileChunk>> {
  signal?.throwIfAborted();
  const aborted = rejectOnAbort(signal);
  try {
    return await Promise.race([iterator.next(), aborted.promise]);
  } finally {
    aborted.release();
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: NodeJS.ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function rejectOnAbort(signal: AbortSignal | undefined): { promise: Promise<never>; release: () => void } {
  let release = () => {};
  const promise = new Promise<never>((_, reject) => {
    const onAbort = () => reject(signal?.reason as Error);
    signal?.addEventListener('abort', onAbort, { once: true });
    release = () => signal?.removeEventListener('abort', onAbort);
  });
  promise.catch(() => {});
  return { promise, release };
}

async function keepMode(handle: FileHandle, target: string): Promise<void> {
  try {
    await handle.chmod((await stat(target)).mode);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** Renames; on Windows again for up to a second, since scanners and readers hold files for moments. */
async function replace(from: string, to: string): Promise<void> {
  for (let delay = 10; ; delay *= 2) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const busy = ['EACCES', 'EBUSY', 'EPERM'].includes(codeOf(error) ?? '');
      if (process.platform !== 'win32' || !busy || delay > 640) throw error;
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}

/** Makes the rename itself last; some systems cannot open folders, and the content is safe already. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // See above.
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
