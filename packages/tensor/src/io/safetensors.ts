import { FileFormatError, InvalidArgumentError } from '@pct/core';
import { dtypeOf } from '../graph/dtype.js';
import type { DType, NdArray } from '../graph/types.js';
import { plainBytes } from './bytes.js';
import { firstDuplicateKey } from './jsonKeys.js';
import { nameArrays, sizeOf, type ArrayTree } from './names.js';
import { checkBooleans, widenBfloat16, widenHalf } from './widen.js';

/** Names of our element types in the format. */
const CODES: Readonly<Record<DType, string>> = { float64: 'F64', float32: 'F32', int32: 'I32', bool: 'BOOL' };

/** Element types that are read, bytes per element, and how the bytes become an array. */
const READERS: Readonly<Record<string, readonly [number, (bytes: Uint8Array) => NdArray['data']]>> = {
  F64: [8, (bytes) => new Float64Array(bytes.buffer)],
  F32: [4, (bytes) => new Float32Array(bytes.buffer)],
  I32: [4, (bytes) => new Int32Array(bytes.buffer)],
  BOOL: [1, (bytes) => bytes],
  F16: [2, (bytes) => widenHalf(new Uint16Array(bytes.buffer))],
  BF16: [2, (bytes) => widenBfloat16(new Uint16Array(bytes.buffer))],
};

/** The format's own limit for the header, bytes. */
const MAX_HEADER = 100_000_000;

/** What a safetensors file holds. */
export interface Safetensors {
  /** Arrays by name; float16 and bfloat16 have become float32, which holds all their values. */
  readonly arrays: Record<string, NdArray>;
  readonly metadata: Record<string, string>;
}

/**
 * Writes arrays as the bytes of a `.safetensors` file. The same arrays always give the same bytes.
 *
 * @param tree - arrays by name, or nested: `{ layers: [{ weight }] }` is written as `layers.0.weight`
 * @param options - `metadata`: texts to keep in the file (default none)
 * @returns the file
 * @throws {@link InvalidArgumentError} if something is no array, or a name is used twice or is `__metadata__`
 * @throws {@link ShapeError} if an array does not have as many elements as its shape says
 * @see https://github.com/huggingface/safetensors#format
 */
export function encodeSafetensors(
  tree: ArrayTree,
  { metadata = {} }: { readonly metadata?: Readonly<Record<string, string>> | undefined } = {},
): Uint8Array {
  const named = nameArrays('encodeSafetensors', tree);
  // Wide elements first, so that every array starts at a multiple of its element size.
  named.sort(
    ([nameA, a], [nameB, b]) =>
      b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || (nameA < nameB ? -1 : nameA > nameB ? 1 : 0),
  );
  const header: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) header.push(['__metadata__', metadata]);
  let length = 0;
  for (const [name, { data, shape }] of named) {
    if (name === '__metadata__') {
      throw new InvalidArgumentError('encodeSafetensors: no array can be named "__metadata__"');
    }
    const dtype = CODES[dtypeOf(data)!];
    header.push([name, { dtype, shape, data_offsets: [length, length + data.byteLength] }]);
    length += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(start + length).fill(0x20, 8, start);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(json, 8);
  let at = start;
  for (const [, { data }] of named) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * Reads the bytes of a `.safetensors` file. Values are not looked at: NaN comes through as the file has it.
 *
 * @param given - the file; not kept
 * @param options - `file`: its name for error messages (default `'safetensors file'`)
 * @throws {@link FileFormatError} if the file is cut off, its header is too large or malformed, a name occurs
 *   twice, an element type is not supported, or the arrays overlap, leave gaps or do not fill the file
 * @see https://github.com/huggingface/safetensors#format
 */
export function decodeSafetensors(
  given: Uint8Array,
  { file = 'safetensors file' }: { readonly file?: string | undefined } = {},
): Safetensors {
  const fail = (message: string, cause?: unknown): never => {
    throw new FileFormatError({ file }, message, { cause });
  };
  const bytes = plainBytes(given);
  if (bytes.length < 8) fail(`needs at least 8 bytes, got ${bytes.length}; the file is cut off`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > MAX_HEADER) {
    fail(`the header must be at most ${MAX_HEADER} bytes, got ${headerLength}; not a safetensors file?`);
  }
  const start = 8 + Number(headerLength);
  if (start > bytes.length) {
    fail(`the header needs ${headerLength} bytes, got ${bytes.length - 8}; the file is cut off`);
  }
  const header = parseHeader(bytes.subarray(8, start), fail);
  const body = bytes.subarray(start);
  const metadata: [string, string][] = [];
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name !== '__metadata__') {
      entries.push(parseEntry(name, value, fail));
      continue;
    }
    if (!isRecord(value)) return fail('__metadata__ must be an object of strings');
    for (const [key, text] of Object.entries(value)) {
      if (typeof text !== 'string') return fail(`__metadata__ must hold strings, but "${key}" does not`);
      metadata.push([key, text]);
    }
  }
  checkLayout(entries, body.length, fail);
  const arrays = entries.map(({ name, dtype, shape, from, to }): [string, NdArray] => {
    const data = READERS[dtype]![1](body.slice(from, to));
    if (dtype === 'BOOL') checkBooleans(data, (value) => fail(`"${name}" is BOOL but holds ${value}`));
    return [name, { data, shape }];
  });
  return { arrays: Object.fromEntries(arrays), metadata: Object.fromEntries(metadata) };
}

type Fail = (message: string, cause?: unknown) => never;

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: number[];
  readonly from: number;
  readonly to: number;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (cause) {
    return fail('the header is not JSON', cause);
  }
  if (!isRecord(header) || !text.startsWith('{')) return fail('the header must be a JSON object');
  const duplicate = firstDuplicateKey(text);
  if (duplicate !== undefined) fail(`"${duplicate}" occurs twice in the header`);
  return header;
}

function parseEntry(name: string, value: unknown, fail: Fail): Entry {
  if (!isRecord(value)) return fail(`the header's entry "${name}" must be an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(READERS, dtype)) {
    return fail(
      `"${name}" has element type ${String(dtype)}; supported are ${Object.keys(READERS).join(', ')}`,
    );
  }
  if (!isSizes(shape)) return fail(`the shape of "${name}" must be a list of sizes`);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    return fail(`data_offsets of "${name}" must be two ascending byte positions`);
  }
  const [from, to] = offsets as [number, number];
  const needed = sizeOf(shape) * READERS[dtype]![0];
  if (to - from !== needed) {
    fail(
      `"${name}" of ${dtype} [${shape.join(', ')}] needs ${needed} bytes, its data_offsets give ${to - from}`,
    );
  }
  return { name, dtype, shape, from, to };
}

/** Every byte after the header must belong to exactly one array. */
function checkLayout(entries: readonly Entry[], length: number, fail: Fail): void {
  let end = 0;
  for (const { name, from, to } of [...entries].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from < end)
      fail(`"${name}" starts at byte ${from}, inside the array before it, which ends at ${end}`);
    if (from > end) fail(`"${name}" starts at byte ${from}, but the array before it ends at ${end}: a gap`);
    end = to;
  }
  if (end > length) fail(`the arrays need ${end} bytes, got ${length}; the file is cut off`);
  if (end < length) fail(`the arrays end at byte ${end}, but ${length} follow the header`);
}
