/** ZIP archives as far as `.npz` files need them: entries stored or deflated. */
import { FileFormatError } from '@pct/core';
import type { ZipProblem } from '@pct/core/npy';
import { crc32, joinBytes, piped, readZipDirectory, zipChunks, zipMemberStart } from '@pct/core/npy';
import { plainBytes } from './bytes.js';

/** One file of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Writes an archive with stored (uncompressed) entries. */
export function writeZip(entries: readonly ZipEntry[]): Uint8Array {
  const members = entries.map(
    ({ name, bytes }) => ({ name, method: 0, crc: crc32(bytes), size: bytes.length, packed: bytes }) as const,
  );
  return joinBytes([...zipChunks(members)]);
}

/**
 * Reads an archive.
 *
 * @param given - the file; not kept
 * @param file - name for error messages
 * @throws {@link FileFormatError} if it is cut off, damaged, encrypted or compressed by another method
 */
export async function readZip(given: Uint8Array, file: string): Promise<ZipEntry[]> {
  const archive = plainBytes(given);
  const fail: (message: string, cause?: unknown) => never = (message, cause) => {
    throw new FileFormatError({ file }, message, { cause });
  };
  const source = {
    length: () => Promise.resolve(archive.length),
    slice: (start: number, end: number) => Promise.resolve(archive.subarray(start, end)),
  };
  const entries: ZipEntry[] = [];
  for (const member of await readZipDirectory(source, (problem) => fail(describeProblem(problem)))) {
    const { name, method, size } = member;
    if (member.encrypted) fail(`"${name}" is encrypted`);
    const from = await zipMemberStart(source, member);
    if (from === undefined) return fail(`"${name}" has a damaged header`);
    if (from + member.packedSize > archive.length) fail(`"${name}" runs past the end; the file is cut off`);
    const packed = archive.subarray(from, from + member.packedSize);
    let bytes: Uint8Array;
    if (method === 0) bytes = packed.slice();
    else if (method === 8) {
      try {
        bytes = await inflate(packed, size);
      } catch (cause) {
        return fail(`"${name}" cannot be decompressed`, cause);
      }
    } else return fail(`"${name}" is compressed by method ${method}; supported are none (0) and deflate (8)`);
    if (bytes.length !== size) fail(`"${name}" has ${bytes.length} bytes, the directory says ${size}`);
    if (crc32(bytes) !== member.crc) fail(`"${name}" is damaged: its checksum does not match`);
    entries.push({ name, bytes });
  }
  return entries;
}

function describeProblem(problem: ZipProblem): string {
  switch (problem.kind) {
    case 'noEnd':
      return 'has no end record of a ZIP archive; the file is cut off or of another kind';
    case 'noDirectory64':
      return 'has no ZIP64 directory where its end record says; the file is damaged';
    case 'entry':
      return `entry ${problem.entry} of the directory is damaged`;
  }
}

/** Decompresses, and stops as soon as more comes out than the directory promised. */
async function inflate(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of piped([bytes], new DecompressionStream('deflate-raw'))) {
    parts.push(part);
    length += part.length;
    if (length > size) break;
  }
  return joinBytes(parts);
}
