import { FileFormatError } from '@pct/core';
import type { ZipMember } from '@pct/core/npy';
import { crc32, piped, readZipDirectory, zipChunks, zipMemberStart } from '@pct/core/npy';

import type { ByteSource } from './source.js';
import { collect, inflated } from './source.js';

const stored = 0;
const deflated = 8;

/** Sizes from there on need ZIP64. */
const limit = 0xffffffff;

/** The uncompressed bytes of one member of an archive. */
export interface OpenMember {
  readonly size: number;
  /** The bytes in order. Ends with an error where their checksum is not the archive's. */
  chunks(): AsyncIterable<Uint8Array>;
}

/**
 * Opens one member of a ZIP archive, stored or deflated, ZIP64 included.
 *
 * @throws {@link FileFormatError} where the archive is broken or cut off, or has no such member
 * @see PKWARE, APPNOTE.TXT, .ZIP File Format Specification, version 6.3.10
 */
export async function openZipMember(source: ByteSource, name: string, file: string): Promise<OpenMember> {
  const members = await readDirectory(source, file);
  const member = members.find((candidate) => candidate.name === name);
  if (member === undefined) {
    const found = members.slice(0, 8).map((candidate) => candidate.name);
    throw new FileFormatError(
      { file },
      `no member ${name} in the archive; found ${found.join(', ') || 'none'}. Pass its name as member, or write it with np.savez(path, array)`,
    );
  }
  if (member.encrypted || (member.method !== stored && member.method !== deflated)) {
    const what = member.encrypted ? 'encrypted' : `packed by method ${member.method}`;
    throw new FileFormatError({ file }, `${name} is ${what}: expected it stored or deflated`);
  }
  const start = await zipMemberStart(source, member);
  if (start === undefined) throw broken(file, `no header of ${name}`);
  const packed = slices(source, start, start + member.packedSize);
  return {
    size: member.size,
    chunks: () =>
      checked(member.method === stored ? packed : inflated(packed, 'deflate-raw', file), member, file),
  };
}

async function readDirectory(source: ByteSource, file: string): Promise<ZipMember[]> {
  return readZipDirectory(source, ({ kind }) => {
    const words = {
      noEnd: 'no directory at its end: this is no .npz file, or it is cut off',
      noDirectory64: 'no ZIP64 directory',
      entry: 'its directory is damaged',
    };
    throw broken(file, words[kind]);
  });
}

async function* slices(source: ByteSource, start: number, end: number): AsyncGenerator<Uint8Array> {
  const step = 1 << 20;
  for (let at = start; at < end; at += step) yield await source.slice(at, Math.min(end, at + step));
}

async function* checked(
  chunks: AsyncIterable<Uint8Array>,
  member: ZipMember,
  file: string,
): AsyncGenerator<Uint8Array> {
  let crc = 0;
  let size = 0;
  for await (const chunk of chunks) {
    crc = crc32(chunk, crc);
    size += chunk.length;
    yield chunk;
  }
  if (size !== member.size || crc !== member.crc) {
    throw broken(file, `${member.name} has another length or checksum than the directory says`);
  }
}

/**
 * Writes a ZIP archive of one file.
 *
 * @param compress - deflate the file; else it is stored
 * @returns the archive in chunks
 */
export async function* zipOf(
  name: string,
  content: AsyncIterable<Uint8Array>,
  compress: boolean,
): AsyncGenerator<Uint8Array> {
  let crc = 0;
  let size = 0;
  const counted = async function* () {
    for await (const chunk of content) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      yield chunk;
    }
  };
  const packed = await collect(compress ? piped(counted(), new CompressionStream('deflate-raw')) : counted());
  if (size >= limit || packed.length >= limit - 256) {
    throw new RangeError(`zipOf: ${name} has ${size} bytes, and archives beyond 4 GiB are not written`);
  }
  yield* zipChunks([{ name, method: compress ? deflated : stored, crc, size, packed }]);
}

function broken(file: string, what: string): FileFormatError {
  return new FileFormatError({ file }, `the archive is broken: ${what}`);
}
