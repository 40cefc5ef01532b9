/**
 * One file per result: an uncompressed `.npz` archive whose arrays are its `.npy` members and whose structure is
 * the member `manifest.json`. NumPy opens it without pickle. Every member carries its checksum.
 */
import { describeValue, FileFormatError, InvalidArgumentError } from '@pct/core';
import { crc32, joinBytes, zipChunks } from '@pct/core/npy';
import { decodeNpy, encodeNpy } from '@pct/tensor';
import { problemOf } from '../results/checkResult.js';
import type { Result } from '../results/types.js';
import { findMembers, readMembers, type Member } from './members.js';
import { arrayShape } from './shapes.js';
import {
  elementTypeOf,
  emptyArray,
  putTogether,
  referencesOf,
  takeApart,
  type ArrayReference,
  type Json,
  type ResultArray,
} from './structure.js';

const FORMAT = 'gradvis-result';
const VERSION = 1;
const MANIFEST = 'manifest.json';

/** Options of {@link decodeResult} and {@link recoverResult}. */
export interface DecodeResultOptions {
  /** Name of the file, for messages. @defaultValue `'result file'` */
  readonly file?: string | undefined;
}

/** What {@link recoverResult} found. */
export interface RecoveredResult {
  /**
   * The result, with NaN (or 0 in arrays of integers) for the elements of arrays that are lost; undefined if the
   * manifest is lost.
   */
  readonly result: Result | undefined;
  /** The arrays that are intact, by their paths in the result, such as `axes.0.coordinates`. */
  readonly arrays: Readonly<Record<string, ResultArray>>;
  /** Paths of the arrays that are lost; with `manifest.json` if that is. */
  readonly lost: readonly string[];
}

/**
 * Writes a result as the bytes of a `.npz` file. Equal results give equal bytes.
 *
 * @param result - any result of this package
 * @returns the file: `manifest.json`, and each array as `<path>.npy` in its natural shape ([y, x] for losses on
 *   a plane)
 * @throws {@link InvalidArgumentError} if the result is none, its arrays do not fit each other, or the file would
 *   pass 4 GB
 * @example
 * ```ts
 * await writeFile('plane.npz', encodeResult(surface)); // Python: np.load('plane.npz')['values']
 * ```
 */
export function encodeResult(result: Result): Uint8Array {
  const { json, arrays } = takeApart('encodeResult', result);
  const problem = problemOf(result);
  if (problem !== undefined) throw new InvalidArgumentError(`encodeResult: ${problem}`);
  const manifest = { format: FORMAT, version: VERSION, kind: result.kind, result: json };
  const total = [...arrays.values()].reduce((sum, { byteLength }) => sum + byteLength + 1024, 2 ** 20);
  if (total >= 2 ** 32)
    throw new InvalidArgumentError(
      `encodeResult: a file must be below 4 GB, got ${total} bytes; leave the directions and vectors out`,
    );
  const members = [
    { name: MANIFEST, bytes: new TextEncoder().encode(`${JSON.stringify(manifest, null, 1)}\n`) },
    ...[...arrays].map(([name, data]) => ({
      name: `${name}.npy`,
      bytes: encodeNpy({ data, shape: arrayShape(result, name, data.length) }),
    })),
  ];
  const packed = members.map(
    ({ name, bytes }) => ({ name, method: 0, crc: crc32(bytes), size: bytes.length, packed: bytes }) as const,
  );
  return joinBytes([...zipChunks(packed)]);
}

/**
 * Reads the bytes of a file of {@link encodeResult}.
 *
 * @param bytes - the file; not kept
 * @param options - {@link DecodeResultOptions}
 * @throws {@link FileFormatError} if the file is cut off, of another kind or of a newer version, or naming the
 *   member that is damaged or missing ({@link recoverResult} gives what is intact)
 */
export async function decodeResult(bytes: Uint8Array, options: DecodeResultOptions = {}): Promise<Result> {
  const { file = 'result file' } = options;
  const members = await readMembers(plainBytes('decodeResult', bytes), file);
  const parts = new Map(members.map((member) => [member.name, member]));
  const bytesOf = (name: string): Uint8Array => {
    const member = parts.get(name);
    if (member === undefined) throw new FileFormatError({ file }, `has no member "${name}"`);
    if ('problem' in member) throw new FileFormatError({ file }, `"${name}" ${member.problem}`);
    return member.bytes;
  };
  const json = parseManifest(bytesOf(MANIFEST), file);
  const result = putTogether(json, (reference) => {
    const name = `${reference.$array}.npy`;
    return arrayOf(reference, bytesOf(name), `${file}, "${name}"`);
  }) as Result;
  const problem = problemOf(result);
  if (problem !== undefined) throw new FileFormatError({ file }, problem);
  return result;
}

/**
 * Reads what is left of a damaged file of {@link encodeResult}, also of one that is cut off.
 *
 * @param bytes - the file; not kept
 * @param options - {@link DecodeResultOptions}
 * @throws {@link FileFormatError} if nothing in it is readable
 */
export async function recoverResult(
  bytes: Uint8Array,
  options: DecodeResultOptions = {},
): Promise<RecoveredResult> {
  const { file = 'result file' } = options;
  const members = await membersLeft(plainBytes('recoverResult', bytes), file);
  const intact = new Map(
    members.flatMap((member) => ('bytes' in member ? [[member.name, member.bytes] as const] : [])),
  );
  if (intact.size === 0) throw new FileFormatError({ file }, 'nothing in it is readable');
  const arrays: Record<string, ResultArray> = {};
  for (const [name, part] of intact) {
    if (name.endsWith('.npy')) arrays[name.slice(0, -4)] = decodeNpy(part, { file }).data;
  }
  const manifest = intact.get(MANIFEST);
  if (manifest === undefined) {
    const named = members
      .filter((member) => 'problem' in member)
      .map(({ name }) => name.replace(/\.npy$/, ''));
    return { result: undefined, arrays, lost: [...new Set([MANIFEST, ...named])] };
  }
  const json = parseManifest(manifest, file);
  const lost = referencesOf(json)
    .map(({ $array }) => $array)
    .filter((path) => arrays[path] === undefined);
  const result = putTogether(
    json,
    ({ $array, type, length }) => arrays[$array] ?? emptyArray(type, length),
  ) as Result;
  return { result, arrays, lost };
}

/** By the directory, or without it where that is lost. */
async function membersLeft(bytes: Uint8Array, file: string): Promise<Member[]> {
  try {
    return await readMembers(bytes, file);
  } catch (error) {
    if (!(error instanceof FileFormatError)) throw error;
    return findMembers(bytes);
  }
}

function parseManifest(bytes: Uint8Array, file: string): Json {
  let manifest: { format?: unknown; version?: unknown; result?: Json } | null;
  try {
    manifest = JSON.parse(new TextDecoder().decode(bytes)) as typeof manifest;
  } catch (cause) {
    throw new FileFormatError({ file }, `"${MANIFEST}" is not JSON`, { cause });
  }
  if (manifest?.format !== FORMAT)
    throw new FileFormatError(
      { file },
      `"${MANIFEST}" must be of the format "${FORMAT}", got ${describeValue(manifest?.format)}`,
    );
  const { version, result } = manifest;
  if (typeof version !== 'number' || version > VERSION)
    throw new FileFormatError(
      { file },
      `is of version ${describeValue(version)}, known is ${VERSION}; read it with a newer @viz/gradvis`,
    );
  if (typeof result !== 'object' || result === null || Array.isArray(result))
    throw new FileFormatError({ file }, `"${MANIFEST}" has no result`);
  return result;
}

function arrayOf({ type, length }: ArrayReference, bytes: Uint8Array, file: string): ResultArray {
  const { data } = decodeNpy(bytes, { file });
  if (elementTypeOf(data) !== type || data.length !== length)
    throw new FileFormatError(
      { file },
      `must hold ${length} elements of type ${type}, got ${describeValue(data)}`,
    );
  return data;
}

/** The same bytes as a plain `Uint8Array`: `slice` of a Node.js `Buffer` would not copy. */
function plainBytes(functionName: string, bytes: Uint8Array): Uint8Array {
  if (!(bytes instanceof Uint8Array))
    throw new InvalidArgumentError(
      `${functionName}: bytes must be a Uint8Array, got ${describeValue(bytes)}`,
    );
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
