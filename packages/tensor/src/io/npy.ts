import { FileFormatError } from '@pct/core';
import { dtypeOf } from '../graph/dtype.js';
import type { DType, NdArray, TypedArray } from '../graph/types.js';
import { plainBytes } from './bytes.js';
import { checkArray, sizeOf } from './names.js';
import { checkBooleans } from './widen.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

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
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${DESCRIPTIONS[dtypeOf(data)!]}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // The elements start at a multiple of 64 bytes; the header ends with a line feed.
  const start = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const file = new Uint8Array(start + data.byteLength).fill(0x20, 10, start);
  file.set(MAGIC);
  file[6] = 1;
  new DataView(file.buffer).setUint16(8, start - 10, true);
  file.set(new TextEncoder().encode(dictionary), 10);
  file[start - 1] = 0x0a;
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return file;
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
  if (!MAGIC.every((byte, index) => bytes[index] === byte))
    fail('does not begin with the mark of a .npy file');
  const major = bytes[6] ?? 0;
  if (major < 1 || major > 3) fail(`is of version ${major}; supported are 1, 2 and 3`);
  const before = major === 1 ? 10 : 12;
  if (bytes.length < before) fail(`ends after ${bytes.length} bytes, inside the header; the file is cut off`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = before + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > bytes.length) {
    fail(`the header needs ${start} bytes, got ${bytes.length}; the file is cut off`);
  }
  const { description, fortran, shape } = parseHeader(
    new TextDecoder('utf-8').decode(bytes.subarray(before, start)),
    fail,
  );
  const data = readElements(bytes.slice(start), description, sizeOf(shape), fail);
  return { data: fortran && shape.length > 1 ? toRowMajor(data, shape) : data, shape };
}

type Fail = (message: string) => never;

function parseHeader(text: string, fail: Fail): { description: string; fortran: boolean; shape: number[] } {
  const description = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape':\s*\(([\d,\sL]*)\)/.exec(text)?.[1];
  if (description === undefined || fortran === undefined || sizes === undefined) {
    const got = text.trim().slice(0, 80);
    return fail(`the header must give descr (one simple type), fortran_order and shape, got ${got}`);
  }
  const shape = sizes
    .split(',')
    .map((size) => size.trim().replace(/L$/, ''))
    .filter((size) => size !== '')
    .map(Number);
  if (!shape.every(Number.isSafeInteger)) fail(`the shape (${sizes}) is not a list of sizes`);
  return { description, fortran: fortran === 'True', shape };
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
