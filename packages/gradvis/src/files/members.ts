/** Members of an archive, each read and judged by itself. */
import { FileFormatError } from '@pct/core';
import {
  crc32,
  joinBytes,
  piped,
  readZipDirectory,
  viewOf,
  zipMemberStart,
  type RandomBytes,
  type ZipMember,
} from '@pct/core/npy';

/** One member: its bytes, or why there are none. */
export type Member =
  { readonly name: string; readonly bytes: Uint8Array } | { readonly name: string; readonly problem: string };

/**
 * Reads all members of an archive.
 *
 * @param file - name for messages
 * @throws {@link FileFormatError} if the archive has no readable directory
 */
export async function readMembers(archive: Uint8Array, file: string): Promise<Member[]> {
  const source = sourceOf(archive);
  const members = await readZipDirectory(source, ({ kind }) => {
    throw new FileFormatError(
      { file },
      kind === 'noEnd'
        ? 'has no end record of a ZIP archive; the file is cut off or of another kind'
        : 'the directory of the archive is damaged',
    );
  });
  return Promise.all(members.map((member) => readMember(archive, source, member)));
}

const LOCAL_HEADER_BYTES = [0x50, 0x4b, 0x03, 0x04];

/** Finds members without the directory, by the headers before them. */
export async function findMembers(archive: Uint8Array): Promise<Member[]> {
  const view = viewOf(archive);
  const source = sourceOf(archive);
  const found: Member[] = [];
  let at = 0;
  while (at + 30 <= archive.length) {
    if (LOCAL_HEADER_BYTES.some((byte, k) => archive[at + k] !== byte)) {
      at++;
      continue;
    }
    const nameEnd = at + 30 + view.getUint16(at + 26, true);
    const packedSize = view.getUint32(at + 18, true);
    const member = await readMember(archive, source, {
      name: new TextDecoder().decode(archive.subarray(at + 30, nameEnd)),
      method: view.getUint16(at + 8, true),
      encrypted: (view.getUint16(at + 6, true) & 1) !== 0,
      crc: view.getUint32(at + 14, true),
      packedSize,
      size: view.getUint32(at + 22, true),
      offset: at,
    });
    found.push(member);
    // The sizes of a damaged member are not to be trusted: look for the next mark behind its own.
    at += 'bytes' in member ? nameEnd - at + view.getUint16(at + 28, true) + packedSize : 4;
  }
  return found;
}

function sourceOf(archive: Uint8Array): RandomBytes {
  return {
    length: () => Promise.resolve(archive.length),
    slice: (start, end) => Promise.resolve(archive.subarray(start, end)),
  };
}

async function readMember(archive: Uint8Array, source: RandomBytes, member: ZipMember): Promise<Member> {
  const { name, method, size, packedSize, crc } = member;
  if (member.encrypted) return { name, problem: 'is encrypted' };
  const start = await zipMemberStart(source, member);
  if (start === undefined) return { name, problem: 'has a damaged header' };
  if (start + packedSize > archive.length) return { name, problem: 'is cut off' };
  const packed = archive.slice(start, start + packedSize);
  if (method !== 0 && method !== 8) return { name, problem: `is compressed by the unknown method ${method}` };
  const bytes = method === 0 ? packed : await inflate(packed, size);
  return bytes?.length === size && crc32(bytes) === crc
    ? { name, bytes }
    : { name, problem: 'is damaged: its checksum does not match' };
}

/** Decompresses, and stops as soon as more comes out than was promised; undefined where it does not work. */
async function inflate(packed: Uint8Array, size: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of piped([packed], new DecompressionStream('deflate-raw'))) {
      parts.push(part);
      length += part.length;
      if (length > size) return undefined;
    }
  } catch {
    return undefined;
  }
  return joinBytes(parts);
}
