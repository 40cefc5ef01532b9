import { FileFormatError, yieldToEventLoop } from '@pct/core';
import type { RandomBytes } from '@pct/core/npy';
import { joinBytes, piped } from '@pct/core/npy';

/** Where the bytes of a hit file come from. */
export type HitSource = Uint8Array | Blob | AsyncIterable<Uint8Array>;

/** Bytes that can be read in order, and in any order. */
export interface ByteSource extends RandomBytes {
  /** Length in bytes; undefined where only the end of the stream tells. */
  readonly size: number | undefined;
  /** All bytes in order. The chunks are the reader's to keep. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Length in bytes, read to the end where that is needed. */
  length(): Promise<number>;
}

const chunkBytes = 1 << 20;

/** Wraps what callers may give in one interface. */
export function byteSource(source: HitSource): ByteSource {
  if (source instanceof Uint8Array) return bytesSource(source);
  if (source instanceof Blob) return blobSource(source);
  return streamSource(source);
}

function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        yield bytes.subarray(at, at + chunkBytes);
        // A turn of the event loop lets an abort through.
        await yieldToEventLoop();
      }
    },
    slice: (start, end) => Promise.resolve(bytes.subarray(start, end)),
    length: () => Promise.resolve(bytes.length),
  };
}

function blobSource(blob: Blob): ByteSource {
  const slice = async (start: number, end: number) =>
    new Uint8Array(await blob.slice(start, end).arrayBuffer());
  return {
    size: blob.size,
    async *chunks() {
      for (let at = 0; at < blob.size; at += chunkBytes) yield await slice(at, at + chunkBytes);
    },
    slice,
    length: () => Promise.resolve(blob.size),
  };
}

function streamSource(stream: AsyncIterable<Uint8Array>): ByteSource {
  let whole: Promise<Uint8Array> | undefined;
  const collected = () => (whole ??= collect(stream));
  return {
    size: undefined,
    chunks: () => stream,
    slice: async (start, end) => (await collected()).subarray(start, end),
    length: async () => (await collected()).length,
  };
}

/** Joins chunks to one array. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return joinBytes(parts);
}

/** Decompresses, and names the file where the compressed data is broken. */
export async function* inflated(
  chunks: AsyncIterable<Uint8Array>,
  format: 'gzip' | 'deflate-raw',
  file: string,
): AsyncGenerator<Uint8Array> {
  // Failures of the source itself are not the file's and pass unchanged.
  let sourceError: unknown;
  const watched = async function* () {
    try {
      yield* chunks;
    } catch (error) {
      sourceError = error;
      throw error;
    }
  };
  try {
    yield* piped(watched(), new DecompressionStream(format));
  } catch (error) {
    if (error === sourceError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new FileFormatError({ file }, `the compressed data is broken or cut off (${detail})`, {
      cause: error,
    });
  }
}

/** Chunks with gzip compression taken off, if the first two bytes announce it. */
export async function* gunzipped(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const start: Uint8Array[] = [];
  let length = 0;
  while (length < 2) {
    const next = await iterator.next();
    if (next.done) break;
    start.push(next.value);
    length += next.value.length;
  }
  const first = joinBytes(start);
  const all = async function* () {
    if (first.length > 0) yield first;
    yield* { [Symbol.asyncIterator]: () => iterator };
  };
  yield* first[0] === 0x1f && first[1] === 0x8b ? inflated(all(), 'gzip', file) : all();
}
