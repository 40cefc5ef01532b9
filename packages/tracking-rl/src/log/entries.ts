import { checkFinite, checkInteger, describeValue, InvalidArgumentError } from '@pct/core';
import { crc32c } from './crc32c.js';

/** Some numbers at one step of a run. */
export interface LogEntry {
  /** Such as the iteration, an integer from 0. */
  readonly step: number;
  /** When it was, seconds since 1970. */
  readonly wallTime: number;
  /** Numbers by name; a name with slashes, such as `reward/mean`, makes groups in TensorBoard. */
  readonly scalars: Readonly<Record<string, number>>;
}

/** @throws InvalidArgumentError if it is not what {@link LogEntry} says */
function checkEntry(caller: string, { step, wallTime, scalars }: LogEntry): void {
  checkInteger(caller, 'step', step, { min: 0 });
  checkFinite(caller, 'wallTime', wallTime, { min: 0 });
  for (const [name, value] of Object.entries(scalars))
    if (typeof value !== 'number')
      throw new InvalidArgumentError(`${caller}: ${name} must be a number, got ${describeValue(value)}`);
}

/**
 * An entry as a line of JSON, with its end: `{"step":3,"wallTime":1700000000,"reward":-1.5}`. JSON has no words for numbers
 * that are not finite: they become the texts "NaN", "Infinity" and "-Infinity".
 *
 * @throws InvalidArgumentError if the entry is malformed, or a number is called `step` or `wallTime`
 */
export function jsonLine(entry: LogEntry): string {
  checkEntry('jsonLine', entry);
  const { step, wallTime, scalars } = entry;
  if ('step' in scalars || 'wallTime' in scalars)
    throw new InvalidArgumentError(
      'jsonLine: no number may be called step or wallTime; the line has its own',
    );
  const line = { step, wallTime, ...scalars };
  return `${JSON.stringify(line, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  )}\n`;
}

/**
 * First record of a TensorBoard event file.
 *
 * @param wallTime - seconds since 1970
 */
export function eventFileHeader(wallTime: number): Uint8Array {
  checkFinite('eventFileHeader', 'wallTime', wallTime, { min: 0 });
  return record(bytesOf([double(EVENT.wallTime, wallTime), text(EVENT.fileVersion, 'brain.Event:2')]));
}

/**
 * An entry as a record of a TensorBoard event file: append it after {@link eventFileHeader} and earlier records. Numbers are
 * kept in single precision.
 *
 * @throws InvalidArgumentError if the entry is malformed
 * @see tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto
 */
export function eventRecord(entry: LogEntry): Uint8Array {
  checkEntry('eventRecord', entry);
  const values = Object.entries(entry.scalars).map(([name, value]) =>
    message(SUMMARY.value, [text(VALUE.tag, name), float(VALUE.simpleValue, value)]),
  );
  return record(
    bytesOf([
      double(EVENT.wallTime, entry.wallTime),
      varintField(EVENT.step, entry.step),
      message(EVENT.summary, values),
    ]),
  );
}

/** Field numbers of the messages. */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const;
const SUMMARY = { value: 1 } as const;
const VALUE = { tag: 1, simpleValue: 2 } as const;

/** Wire types of protocol buffers. */
const WIRE = { varint: 0, fixed64: 1, length: 2, fixed32: 5 } as const;

const bytesOf = (parts: readonly (readonly number[])[]): Uint8Array => Uint8Array.from(parts.flat());

/** Seven bits per byte, low ones first; for integers up to 2⁵³. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

const key = (field: number, wire: number): number[] => varint(field * 8 + wire);

const varintField = (field: number, value: number): number[] => [
  ...key(field, WIRE.varint),
  ...varint(value),
];

const delimited = (field: number, bytes: readonly number[]): number[] => [
  ...key(field, WIRE.length),
  ...varint(bytes.length),
  ...bytes,
];

const text = (field: number, value: string): number[] =>
  delimited(field, [...new TextEncoder().encode(value)]);

const message = (field: number, parts: readonly (readonly number[])[]): number[] =>
  delimited(field, parts.flat());

function double(field: number, value: number): number[] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  return [...key(field, WIRE.fixed64), ...new Uint8Array(view.buffer)];
}

function float(field: number, value: number): number[] {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value, true);
  return [...key(field, WIRE.fixed32), ...new Uint8Array(view.buffer)];
}

/**
 * Frames bytes as a TFRecord: length, its checksum, the bytes, their checksum.
 *
 * @see tensorflow/core/lib/io/record_writer.h
 */
function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedChecksum(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedChecksum(data), true);
  return bytes;
}

/** Rotated and shifted, so that checksums of bytes that hold checksums stay good. */
function maskedChecksum(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
