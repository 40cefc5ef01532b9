import { FileFormatError } from '@pct/core';

import type { ByteSource } from './source.js';
import { collect, inflated, piped } from './source.js';

const localHeader = 0x04034b50;
const centralHeader = 0x02014b50;
const endOfDirectory = 0x06054b50;
const endOfDirectory64 = 0x06064b50;
const locator64 = 0x07064b50;
const stored = 0;
const deflated = 8;

/** A 32-bit field with all bits set says that the value is in the ZIP64 record. */
const elsewhere = 0xffffffff;

/** One file of a ZIP archive. */
interface Member {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** Position of the local header. */
  readonly offset: number;
}

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
  const header = view(await source.slice(member.offset, member.offset + 30));
  if (header.byteLength < 30 || header.getUint32(0, true) !== localHeader)
    throw broken(file, `no header of ${name}`);
  const start = member.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = slices(source, start, start + member.packedSize);
  return {
    size: member.size,
    chunks: () =>
      checked(member.method === stored ? packed : inflated(packed, 'deflate-raw', file), member, file),
  };
}

async function readDirectory(source: ByteSource, file: string): Promise<Member[]> {
  const length = await source.length();
  // The end record is 22 bytes and a comment of up to 65 535.
  const tailStart = Math.max(0, length - 22 - 65_535);
  const tail = view(await source.slice(tailStart, length));
  let at = tail.byteLength - 22;
  while (at >= 0 && tail.getUint32(at, true) !== endOfDirectory) at--;
  if (at < 0) throw broken(file, 'no directory at its end: this is no .npz file, or it is cut off');
  let entries = tail.getUint16(at + 10, true);
  let size = tail.getUint32(at + 12, true);
  let offset = tail.getUint32(at + 16, true);
  if (at >= 20 && tail.getUint32(at - 20, true) === locator64) {
    const position = Number(tail.getBigUint64(at - 12, true));
    const record = view(await source.slice(position, position + 56));
    if (record.byteLength < 56 || record.getUint32(0, true) !== endOfDirectory64)
      throw broken(file, 'no ZIP64 directory');
    entries = Number(record.getBigUint64(32, true));
    size = Number(record.getBigUint64(40, true));
    offset = Number(record.getBigUint64(48, true));
  }
  const directory = await source.slice(offset, offset + size);
  const members: Member[] = [];
  let position = 0;
  for (let k = 0; k < entries; k++) {
    const bytes = view(directory.subarray(position));
    if (bytes.byteLength < 46 || bytes.getUint32(0, true) !== centralHeader)
      throw broken(file, 'its directory is damaged');
    const nameEnd = 46 + bytes.getUint16(28, true);
    const extraEnd = nameEnd + bytes.getUint16(30, true);
    const next = extraEnd + bytes.getUint16(32, true);
    if (next > bytes.byteLength) throw broken(file, 'its directory is damaged');
    const long = zip64Values(bytes, nameEnd, extraEnd);
    // In this order, and each only where the short field refers to it.
    const full = (value: number) => (value === elsewhere ? (long.shift() ?? value) : value);
    const memberSize = full(bytes.getUint32(24, true));
    const packedSize = full(bytes.getUint32(20, true));
    members.push({
      name: new TextDecoder().decode(directory.subarray(position + 46, position + nameEnd)),
      method: bytes.getUint16(10, true),
      encrypted: (bytes.getUint16(8, true) & 1) !== 0,
      crc: bytes.getUint32(16, true),
      packedSize,
      size: memberSize,
      offset: full(bytes.getUint32(42, true)),
    });
    position += next;
  }
  return members;
}

/** The 64-bit values of a ZIP64 extra field. */
function zip64Values(bytes: DataView, start: number, end: number): number[] {
  for (let at = start; at + 4 <= end; at += 4 + bytes.getUint16(at + 2, true)) {
    if (bytes.getUint16(at, true) !== 1) continue;
    const count = Math.min(3, Math.floor(Math.min(bytes.getUint16(at + 2, true), end - at - 4) / 8));
    return Array.from({ length: count }, (_, k) => Number(bytes.getBigUint64(at + 4 + 8 * k, true)));
  }
  return [];
}

async function* slices(source: ByteSource, start: number, end: number): AsyncGenerator<Uint8Array> {
  const step = 1 << 20;
  for (let at = start; at < end; at += step) yield await source.slice(at, Math.min(end, at + step));
}

async function* checked(
  chunks: AsyncIterable<Uint8Array>,
  member: Member,
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
  if (size >= elsewhere || packed.length >= elsewhere - 256) {
    throw new RangeError(`zipOf: ${name} has ${size} bytes, and archives beyond 4 GiB are not written`);
  }
  const nameBytes = new TextEncoder().encode(name);
  const local = new Uint8Array(30 + nameBytes.length);
  const central = new Uint8Array(46 + nameBytes.length);
  const end = new Uint8Array(22);
  const shared = (header: DataView, at: number) => {
    header.setUint16(at, 20, true); // version needed
    header.setUint16(at + 4, compress ? deflated : stored, true);
    header.setUint16(at + 8, 0x21, true); // 1 January 1980: the same hits give the same bytes
    header.setUint32(at + 10, crc, true);
    header.setUint32(at + 14, packed.length, true);
    header.setUint32(at + 18, size, true);
    header.setUint16(at + 22, nameBytes.length, true);
  };
  view(local).setUint32(0, localHeader, true);
  shared(view(local), 4);
  local.set(nameBytes, 30);
  view(central).setUint32(0, centralHeader, true);
  view(central).setUint16(4, 20, true); // version made by
  shared(view(central), 6);
  central.set(nameBytes, 46);
  const fields = view(end);
  fields.setUint32(0, endOfDirectory, true);
  fields.setUint16(8, 1, true);
  fields.setUint16(10, 1, true);
  fields.setUint32(12, central.length, true);
  fields.setUint32(16, local.length + packed.length, true);
  yield local;
  yield packed;
  yield central;
  yield end;
}

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** CRC-32 of ZIP and gzip, continued from `crc`. */
function crc32(bytes: Uint8Array, crc = 0): number {
  let state = ~crc;
  for (let i = 0; i < bytes.length; i++) state = (state >>> 8) ^ crcTable[(state ^ bytes[i]!) & 0xff]!;
  return ~state >>> 0;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function broken(file: string, what: string): FileFormatError {
  return new FileFormatError({ file }, `the archive is broken: ${what}`);
}
