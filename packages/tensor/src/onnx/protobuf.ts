/**
 * The part of the Protocol Buffers wire format that ONNX files use: varints, 32 and 64 bit numbers, and
 * length-delimited fields.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
import { FileFormatError } from '@pct/core';

/** How a field is laid out: 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
export type WireType = 0 | 1 | 2 | 5;

const ENCODER = new TextEncoder();
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Writes the fields of one message in the order of the calls. */
export class ProtobufWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** Appends an int32, int64, enum or bool field. Beyond 64 bits the number is limited to the int64 range. */
  integer(field: number, value: number): this {
    this.#tag(field, 0);
    this.#varint(value);
    return this;
  }

  /** Appends a float field. */
  float(field: number, value: number): this {
    this.#tag(field, 5);
    const at = this.#grow(4);
    new DataView(this.#bytes.buffer).setFloat32(at, value, true);
    return this;
  }

  /** Appends a string field. */
  string(field: number, value: string): this {
    return this.bytes(field, ENCODER.encode(value));
  }

  /** Appends a bytes field, or a message that is already encoded. */
  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, 2);
    this.#varint(value.length);
    const at = this.#grow(value.length);
    this.#bytes.set(value, at);
    return this;
  }

  /** Appends a field that is itself a message. */
  message(field: number, write: (writer: ProtobufWriter) => void): this {
    const inner = new ProtobufWriter();
    write(inner);
    return this.bytes(field, inner.finish());
  }

  /** Appends a repeated int64 field, packed; nothing if the list is empty. */
  packedIntegers(field: number, values: readonly number[]): this {
    if (values.length === 0) return this;
    const inner = new ProtobufWriter();
    for (const value of values) inner.#varint(value);
    return this.bytes(field, inner.finish());
  }

  /** Appends a repeated float field, packed; nothing if the list is empty. */
  packedFloats(field: number, values: readonly number[]): this {
    if (values.length === 0) return this;
    const bytes = new Uint8Array(4 * values.length);
    const view = new DataView(bytes.buffer);
    values.forEach((value, index) => view.setFloat32(4 * index, value, true));
    return this.bytes(field, bytes);
  }

  /** The message written so far, as bytes of its own. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #tag(field: number, wireType: WireType): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number): void {
    if (value >= 0 && value < 2 ** 31) {
      let rest = value;
      while (rest > 127) {
        const at = this.#grow(1);
        this.#bytes[at] = (rest & 127) | 128;
        rest >>>= 7;
      }
      const at = this.#grow(1);
      this.#bytes[at] = rest;
      return;
    }
    // Negative numbers are ten bytes: their two's complement at 64 bits.
    let rest = BigInt.asUintN(64, toInt64(value));
    while (rest > 127n) {
      const at = this.#grow(1);
      this.#bytes[at] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    const at = this.#grow(1);
    this.#bytes[at] = Number(rest);
  }

  /** Makes room for `count` more bytes and returns where they start. */
  #grow(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
    }
    return at;
  }
}

/** The nearest int64: the largest one is 2^63 as a number, which would be the smallest one in 64 bits. */
export function toInt64(value: number): bigint {
  const whole = BigInt(Math.trunc(value));
  return whole > INT64_MAX ? INT64_MAX : whole < INT64_MIN ? INT64_MIN : whole;
}

/** One field of a message as it stands in the file. */
export interface ProtobufField {
  readonly field: number;
  readonly wireType: WireType;
  /** Of a varint: as int64, rounded to a number. Otherwise 0. */
  readonly integer: number;
  /** Of every other wire type: the bytes, a view on the file. */
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

/**
 * Walks over the fields of one message.
 *
 * @param bytes - the message
 * @param file - name for error messages
 * @throws {@link FileFormatError} if a field runs past the end or has an unknown wire type
 */
export function* readFields(bytes: Uint8Array, file: string): Generator<ProtobufField> {
  const cursor = { at: 0 };
  while (cursor.at < bytes.length) {
    const tag = Number(readVarint(bytes, cursor, file));
    const field = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (field === 0) throw new FileFormatError({ file }, `field number 0 at byte ${cursor.at}; not protobuf`);
    if (wireType === 0) {
      const integer = Number(BigInt.asIntN(64, readVarint(bytes, cursor, file)));
      yield { field, wireType, integer, bytes: NO_BYTES };
    } else if (wireType === 1 || wireType === 2 || wireType === 5) {
      const length = wireType === 2 ? Number(readVarint(bytes, cursor, file)) : wireType === 1 ? 8 : 4;
      if (cursor.at + length > bytes.length) {
        throw new FileFormatError(
          { file },
          `field ${field} needs ${length} bytes at byte ${cursor.at}, but only ${bytes.length - cursor.at} are left; the file is cut off or not protobuf`,
        );
      }
      const value = bytes.subarray(cursor.at, cursor.at + length);
      cursor.at += length;
      yield { field, wireType, integer: 0, bytes: value };
    } else {
      throw new FileFormatError({ file }, `unknown wire type ${wireType} at byte ${cursor.at}; not protobuf`);
    }
  }
}

/** Reads the integers of a repeated field, which may come packed or one by one. */
export function readIntegers({ wireType, integer, bytes }: ProtobufField, file: string): number[] {
  if (wireType === 0) return [integer];
  const cursor = { at: 0 };
  const values: number[] = [];
  while (cursor.at < bytes.length) {
    values.push(Number(BigInt.asIntN(64, readVarint(bytes, cursor, file))));
  }
  return values;
}

/** Reads the float32 numbers of a repeated field, which may come packed or one by one. */
export function readFloats({ bytes }: ProtobufField): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length >> 2 }, (_, index) => view.getFloat32(4 * index, true));
}

/** Reads the float64 numbers of a repeated field, which may come packed or one by one. */
export function readDoubles({ bytes }: ProtobufField): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length >> 3 }, (_, index) => view.getFloat64(8 * index, true));
}

/** Reads a string field. */
export function readString({ bytes }: ProtobufField, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FileFormatError({ file }, 'a string is not UTF-8', { cause });
  }
}

function readVarint(bytes: Uint8Array, cursor: { at: number }, file: string): bigint {
  let low = 0;
  // Nearly all varints are short; only those past 28 bits need big integers.
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = bytes[cursor.at++];
    if (byte === undefined) throw cutOff(file);
    low |= (byte & 127) << shift;
    if (byte < 128) return BigInt(low);
  }
  let value = BigInt(low);
  for (let shift = 28n; shift < 70n; shift += 7n) {
    const byte = bytes[cursor.at++];
    if (byte === undefined) throw cutOff(file);
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return BigInt.asUintN(64, value);
  }
  throw new FileFormatError({ file }, `a number of more than ten bytes ends at byte ${cursor.at}`);
}

function cutOff(file: string): FileFormatError {
  return new FileFormatError({ file }, 'ends inside a number; the file is cut off or not protobuf');
}
