import type { FileHandle } from 'node:fs/promises';

import type { ByteSource } from '../io/source.js';

const chunkBytes = 1 << 20;

/** Reads from an open file, which stays the caller's to close. */
export async function fileSource(handle: FileHandle): Promise<ByteSource> {
  const { size } = await handle.stat();
  const slice = async (start: number, end: number): Promise<Uint8Array> => {
    const from = Math.max(0, start);
    const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - from));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  };
  return {
    size,
    slice,
    async *chunks() {
      for (let at = 0; at < size; at += chunkBytes) yield await slice(at, at + chunkBytes);
    },
    length: () => Promise.resolve(size),
  };
}
