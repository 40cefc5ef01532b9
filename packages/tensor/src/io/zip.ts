/**
 * ZIP archives as far as `.npz` files need them: entries stored or deflated, below 4 GB.
 *
 * @see APPNOTE.TXT of PKWARE, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end record)
 */
import { FileFormatError } from '@pct/core';
import { plainBytes } from './bytes.js';

/** One file of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** 1 January 1980, the earliest date of the format: archives do not depend on when they are written. */
const DATE = 0x0021;
/** Bit of the flags that says names are UTF-8. */
const UTF8 = 0x0800;

/** Writes an archive with stored (uncompressed) entries. */
export function writeZip(entries: readonly ZipEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes } of entries) {
    const encoded = new TextEncoder().encode(name);
    const checksum = crc32(bytes);
    // Version 2.0, flags, method 0, time, date, checksum, both sizes, length of the name, no extra field.
    const common = (view: DataView, from: number): void => {
      view.setUint16(from, 20, true);
      view.setUint16(from + 2, UTF8, true);
      view.setUint16(from + 8, DATE, true);
      view.setUint32(from + 10, checksum, true);
      view.setUint32(from + 14, bytes.length, true);
      view.setUint32(from + 18, bytes.length, true);
      view.setUint16(from + 22, encoded.length, true);
    };
    const local = new Uint8Array(30 + encoded.length);
    const localView = new DataView(local.buffer);
    localView.setUint32(0, LOCAL, true);
    common(localView, 4);
    local.set(encoded, 30);
    const central = new Uint8Array(46 + encoded.length);
    const centralView = new DataView(central.buffer);
    centralView.setUint32(0, CENTRAL, true);
    centralView.setUint16(4, 20, true);
    common(centralView, 6);
    centralView.setUint32(42, at, true);
    central.set(encoded, 46);
    parts.push(local, bytes);
    directory.push(central);
    at += local.length + bytes.length;
  }
  const directoryLength = directory.reduce((sum, part) => sum + part.length, 0);
  const end = new Uint8Array(22);
  const view = new DataView(end.buffer);
  view.setUint32(0, END, true);
  view.setUint16(8, entries.length, true);
  view.setUint16(10, entries.length, true);
  view.setUint32(12, directoryLength, true);
  view.setUint32(16, at, true);
  return concatenate([...parts, ...directory, end]);
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
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = findEnd(view);
  if (end === undefined)
    return fail('has no end record of a ZIP archive; the file is cut off or of another kind');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (at === 0xffffffff || count === 0xffff)
    fail('is a ZIP archive of more than 4 GB, which is not supported');
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL)
      fail(`entry ${index + 1} of the directory is damaged`);
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const checksum = view.getUint32(at + 16, true);
    const [packed, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
    const nameLength = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + nameLength));
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (flags & 1) fail(`"${name}" is encrypted`);
    if (local + 30 > end || view.getUint32(local, true) !== LOCAL) fail(`"${name}" has a damaged header`);
    const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (from + packed > end) fail(`"${name}" runs past the end; the file is cut off`);
    const stored = archive.subarray(from, from + packed);
    let bytes: Uint8Array;
    if (method === 0) bytes = stored.slice();
    else if (method === 8) {
      try {
        bytes = await inflate(stored, size);
      } catch (cause) {
        return fail(`"${name}" cannot be decompressed`, cause);
      }
    } else return fail(`"${name}" is compressed by method ${method}; supported are none (0) and deflate (8)`);
    if (bytes.length !== size) fail(`"${name}" has ${bytes.length} bytes, the directory says ${size}`);
    if (crc32(bytes) !== checksum) fail(`"${name}" is damaged: its checksum does not match`);
    entries.push({ name, bytes });
  }
  return entries;
}

/** Position of the end record, which only a comment of up to 65535 bytes may follow. */
function findEnd(view: DataView): number | undefined {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 65535); at--) {
    if (view.getUint32(at, true) === END) return at;
  }
  return undefined;
}

/** Decompresses, and stops as soon as more comes out than the directory promised. */
async function inflate(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length <= size) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
  }
  if (length > size) await reader.cancel();
  return concatenate(parts);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 of ISO 3309, as ZIP uses it. */
export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) value = CRC_TABLE[(value ^ bytes[i]!) & 255]! ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
