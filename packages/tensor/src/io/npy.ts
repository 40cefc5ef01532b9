import { FileFormatError } from '@pct/core';
import type { Literal } from '@pct/core/npy';
import { joinBytes, npyHeader, npyHeaderText, npyPrefix, parseLiteral } from '@pct/core/npy';
import { dtypeOf } from '../graph/dtype.js';
import type { DType, NdArray, TypedArray } from '../graph/types.js';
import { plainBytes } from './bytes.js';
import { checkArray, sizeOf } from './names.js';
import { checkBooleans } from './widen.js';

/** NumPy's names of our element types. */
const DESCRIPTIONS: Readonly<Record<DType, string>> = {
  float32: '<f4',
  float64: '<f8',
  int32: '<i4',
  bool: '|b1',
};

/**
 * Writes an array as the bytes of a `.npy` file, version 1.0.
 *
 * @param array - elements and shape
 * @returns the file
 * @throws {@link ShapeError} if the array does not have as many elements as its shape says
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function encodeNpy(array: NdArray): Uint8Array {
  checkArray('encodeNpy', 'array', array);
  const { data, shape } = array;
  const header = npyHeader(`'${DESCRIPTIONS[dtypeOf(data)!]}'`, shape);
  return joinBytes([header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
}

/**
 * Reads the bytes of a `.npy` file: float32, float64, int32, bool, and int64 where all numbers fit into int32.
 * Arrays in Fortran order come out row-major.
 *
 * @param given - the file; not kept
 * @param options - `file`: its name for error messages (default `'npy file'`)
 * @throws {@link FileFormatError} if it is not a `.npy` file, is cut off or too long, or holds other elements
 */
export function decodeNpy(
  given: Uint8Array,
  { file = 'npy file' }: { readonly file?: string | undefined } = {},
): NdArray {
  const fail: Fail = (message) => {
    throw new FileFormatError({ file }, message);
  };
  const bytes = plainBytes(given);
  const prefix = npyPrefix(bytes);
  if (prefix.kind === 'unmarked' || bytes.length < 6)
    return fail('does not begin with the mark of a .npy file');
  if (prefix.kind === 'version') return fail(`is of version ${prefix.version}; supported are 1, 2 and 3`);
  if (prefix.kind === 'short')
    return fail(`ends after ${bytes.length} bytes, inside the header; the file is cut off`);
  if (prefix.end > bytes.length)
    return fail(`the header needs ${prefix.end} bytes, got ${bytes.length}; the file is cut off`);
  const { description, fortran, shape } = parseHeader(npyHeaderText(bytes, prefix), fail);
  const data = readElements(bytes.slice(prefix.end), description, sizeOf(shape), fail);
  return { data: fortran && shape.length > 1 ? toRowMajor(data, shape) : data, shape };
}

type Fail = (message: string) => never;

function parseHeader(text: string, fail: Fail): { description: string; fortran: boolean; shape: number[] } {
  const header = headerOf(text);
  const description = header.get('descr');
  const fortran = header.get('fortran_order');
  const sizes = header.get('shape');
  if (typeof description !== 'string' || typeof fortran !== 'boolean' || !Array.isArray(sizes)) {
    const got = text.trim().slice(0, 80);
    return fail(`the header must give descr (one simple type), fortran_order and shape, got ${got}`);
  }
  const shape = sizes.map(Number);
  if (!shape.every((size, axis) => Number.isSafeInteger(size) && size >= 0 && size === sizes[axis]))
    fail(`the shape (${sizes.map((size) => JSON.stringify(size)).join(', ')}) is not a list of sizes`);
  return { description, fortran, shape };
}

/** The dictionary that a header is; without entries where it is none. */
function headerOf(text: string): Map<string, Literal> {
  try {
    const header = parseLiteral(text);
    return header instanceof Map ? header : new Map<string, Literal>();
  } catch (error) {
    // A header of thousands of brackets overflows the stack.
    if (error instanceof SyntaxError || error instanceof RangeError) return new Map<string, Literal>();
    throw error;
  }
}

function readElements(bytes: Uint8Array, description: string, count: number, fail: Fail): TypedArray {
  const supported = [...Object.values(DESCRIPTIONS), '<i8'];
  if (!supported.includes(description)) {
    fail(
      `holds elements of type '${description}'; supported are ${supported.join(', ')}; convert them with astype()`,
    );
  }
  const needed = count * Number(description.slice(2));
  if (bytes.length < needed)
    fail(`the elements need ${needed} bytes, got ${bytes.length}; the file is cut off`);
  if (bytes.length > needed) fail(`the elements need ${needed} bytes, but ${bytes.length} follow the header`);
  if (description === '<f4') return new Float32Array(bytes.buffer);
  if (description === '<f8') return new Float64Array(bytes.buffer);
  if (description === '<i4') return new Int32Array(bytes.buffer);
  if (description === '|b1') {
    checkBooleans(bytes, (value) => fail(`is of type bool but holds ${value}`));
    return bytes;
  }
  return Int32Array.from(new BigInt64Array(bytes.buffer) as Iterable<bigint>, (wide) => {
    const value = Number(wide);
    return value === (value | 0) ? value : fail(`holds ${wide}, which does not fit into int32`);
  });
}

/** Elements with the first axis running fastest, rearranged so that the last one does. */
function toRowMajor(data: TypedArray, shape: readonly number[]): TypedArray {
  const result = data.slice();
  const index = shape.map(() => 0);
  for (let at = 0; at < data.length; at++) {
    let from = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) from = from * shape[axis]! + index[axis]!;
    result[at] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
  return result;
}
