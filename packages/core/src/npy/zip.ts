/**
 * Reading ZIP archives, ZIP64 included, from their directory at the end.
 *
 * @see PKWARE, APPNOTE.TXT, .ZIP File Format Specification, version 6.3.10
 */
import { viewOf } from './bytes.js';

/** Mark of the header before each file. */
export const LOCAL_HEADER = 0x04034b50;
/** Mark of an entry of the directory. */
export const CENTRAL_HEADER = 0x02014b50;
/** Mark of the record at the end. */
export const END_RECORD = 0x06054b50;
const END_RECORD_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;

/** A 32-bit field with all bits set says that the value is in the ZIP64 record. */
const ELSEWHERE = 0xffffffff;

/** Bytes that can be read in any order. */
export interface RandomBytes {
  /** Length in bytes. */
  length(): Promise<number>;
  /** The bytes `[start, end)`; fewer where the source is shorter. */
  slice(start: number, end: number): Promise<Uint8Array>;
}

/** One file of an archive, as the directory describes it. */
export interface ZipMember {
  readonly name: string;
  /** 0 stored, 8 deflated; others are not read. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** Position of the header before the file. */
  readonly offset: number;
}

/** What is wrong with an archive, for the caller's own words. */
export type ZipProblem =
  | { readonly kind: 'noEnd' }
  | { readonly kind: 'noDirectory64' }
  /** Entry from 1. */
  | { readonly kind: 'entry'; readonly entry: number };

/**
 * Reads the directory of an archive.
 *
 * @param fail - throws an error that tells the problem
 */
export async function readZipDirectory(
  source: RandomBytes,
  fail: (problem: ZipProblem) => never,
): Promise<ZipMember[]> {
  const length = await source.length();
  // The end record is 22 bytes and a comment of up to 65 535.
  const tail = viewOf(await source.slice(Math.max(0, length - 22 - 65_535), length));
  let at = tail.byteLength - 22;
  while (at >= 0 && tail.getUint32(at, true) !== END_RECORD) at--;
  if (at < 0) return fail({ kind: 'noEnd' });
  let entries = tail.getUint16(at + 10, true);
  let size = tail.getUint32(at + 12, true);
  let offset = tail.getUint32(at + 16, true);
  if (at >= 20 && tail.getUint32(at - 20, true) === LOCATOR_64) {
    const position = Number(tail.getBigUint64(at - 12, true));
    const record = viewOf(await source.slice(position, position + 56));
    if (record.byteLength < 56 || record.getUint32(0, true) !== END_RECORD_64)
      return fail({ kind: 'noDirectory64' });
    entries = Number(record.getBigUint64(32, true));
    size = Number(record.getBigUint64(40, true));
    offset = Number(record.getBigUint64(48, true));
  }
  const directory = await source.slice(offset, offset + size);
  const members: ZipMember[] = [];
  let position = 0;
  for (let entry = 1; entry <= entries; entry++) {
    const bytes = viewOf(directory.subarray(position));
    if (bytes.byteLength < 46 || bytes.getUint32(0, true) !== CENTRAL_HEADER)
      return fail({ kind: 'entry', entry });
    const nameEnd = 46 + bytes.getUint16(28, true);
    const extraEnd = nameEnd + bytes.getUint16(30, true);
    const next = extraEnd + bytes.getUint16(32, true);
    if (next > bytes.byteLength) return fail({ kind: 'entry', entry });
    members.push(memberOf(bytes, directory.subarray(position + 46, position + nameEnd), nameEnd, extraEnd));
    position += next;
  }
  return members;
}

function memberOf(bytes: DataView, name: Uint8Array, extraStart: number, extraEnd: number): ZipMember {
  const long = zip64Values(bytes, extraStart, extraEnd);
  // In this order, and each only where the short field refers to it.
  const full = (value: number): number => (value === ELSEWHERE ? (long.shift() ?? value) : value);
  const size = full(bytes.getUint32(24, true));
  const packedSize = full(bytes.getUint32(20, true));
  return {
    name: new TextDecoder().decode(name),
    method: bytes.getUint16(10, true),
    encrypted: (bytes.getUint16(8, true) & 1) !== 0,
    crc: bytes.getUint32(16, true),
    packedSize,
    size,
    offset: full(bytes.getUint32(42, true)),
  };
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

/** Position of a member's packed bytes; undefined where there is no header before them. */
export async function zipMemberStart(
  source: RandomBytes,
  { offset }: ZipMember,
): Promise<number | undefined> {
  const header = viewOf(await source.slice(offset, offset + 30));
  if (header.byteLength < 30 || header.getUint32(0, true) !== LOCAL_HEADER) return undefined;
  return offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
}
