import { FileFormatError, ShapeError } from '@pct/core';
import { crc32 } from '@pct/core/npy';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NdArray } from '../../src/graph/types.js';
import { decodeNpy, encodeNpy } from '../../src/io/npy.js';
import { decodeNpz, encodeNpz } from '../../src/io/npz.js';

/** A .npy file of version 1.0 from the text of its header. */
function npy(dictionary: string, body: readonly number[]): Uint8Array {
  const header = dictionary.padEnd(117) + '\n';
  return Uint8Array.from([
    ...[0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length & 255, header.length >> 8],
    ...new TextEncoder().encode(header),
    ...body,
  ]);
}

const dictionary = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

const anyArray = fc
  .tuple(
    fc.constantFrom(Float32Array, Float64Array, Int32Array),
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
  )
  .map(([arrayClass, shape]): NdArray => {
    const length = shape.reduce((product, size) => product * size, 1);
    return { data: new arrayClass(length).map((_, index) => 3 * index - 5), shape };
  });

describe('npy', () => {
  it('writes the bytes that numpy.save writes', () => {
    // numpy.save(file, numpy.array([[1, -2]], dtype='<f4'))
    const expected = npy(dictionary('<f4', '(1, 2)'), [0, 0, 128, 63, 0, 0, 0, 192]);
    expect(encodeNpy({ data: Float32Array.of(1, -2), shape: [1, 2] })).toEqual(expected);
    expect(encodeNpy({ data: Uint8Array.of(1, 0), shape: [2] })).toEqual(
      npy(dictionary('|b1', '(2,)'), [1, 0]),
    );
    expect(encodeNpy({ data: Int32Array.of(-1), shape: [] })).toEqual(
      npy(dictionary('<i4', '()'), [255, 255, 255, 255]),
    );
  });

  it('gives back any array', () => {
    fc.assert(
      fc.property(anyArray, (array) => {
        expect(decodeNpy(encodeNpy(array))).toEqual(array);
      }),
    );
  });

  it('turns Fortran order into rows', () => {
    // The 2 x 3 array [[1, 2, 3], [4, 5, 6]] lies column by column: 1 4 2 5 3 6.
    const body = [1, 4, 2, 5, 3, 6].flatMap((value) => [value, 0, 0, 0]);
    expect(decodeNpy(npy(dictionary('<i4', '(2, 3)', 'True'), body))).toEqual({
      data: Int32Array.of(1, 2, 3, 4, 5, 6),
      shape: [2, 3],
    });
  });

  it('reads int64 that fits into int32, and versions 2 and 3', () => {
    const file = npy(dictionary('<i8', '(1,)'), [254, 255, 255, 255, 255, 255, 255, 255]);
    expect(decodeNpy(file)).toEqual({ data: Int32Array.of(-2), shape: [1] });
    const longer = Uint8Array.from([...file.subarray(0, 6), 2, 0, 118, 0, 0, 0, ...file.subarray(10)]);
    expect(decodeNpy(longer)).toEqual({ data: Int32Array.of(-2), shape: [1] });
  });

  const rejected: [string, Uint8Array, RegExp][] = [
    ['another kind of file', Uint8Array.of(1, 2, 3), /does not begin with the mark/],
    [
      'a later version',
      Uint8Array.of(0x93, 78, 85, 77, 80, 89, 9, 0, 0, 0),
      /version 9; supported are 1, 2 and 3/,
    ],
    [
      'a header that is cut off',
      npy(dictionary('<f4', '(1,)'), []).subarray(0, 40),
      /header needs 128 bytes, got 40/,
    ],
    [
      'elements that are cut off',
      npy(dictionary('<f4', '(2,)'), [0, 0, 0, 0]),
      /need 8 bytes, got 4; the file is cut off/,
    ],
    ['surplus bytes', npy(dictionary('<f4', '(0,)'), [0]), /need 0 bytes, but 1 follow/],
    [
      'big-endian numbers',
      npy(dictionary('>f8', '(1,)'), [0, 0, 0, 0, 0, 0, 0, 0]),
      /type '>f8'; supported are <f4/,
    ],
    [
      'structured types',
      npy(`{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }`, []),
      /descr \(one simple type\)/,
    ],
    [
      'int64 beyond int32',
      npy(dictionary('<i8', '(1,)'), [0, 0, 0, 0, 1, 0, 0, 0]),
      /4294967296, which does not fit into int32/,
    ],
    ['a truth value of 7', npy(dictionary('|b1', '(1,)'), [7]), /type bool but holds 7/],
    [
      'a shape that is no list',
      npy(dictionary('<f4', "(1, 'a')"), []),
      /shape \(1, "a"\) is not a list of sizes/,
    ],
    ['a negative size', npy(dictionary('<f4', '(1, -2)'), []), /shape \(1, -2\) is not a list of sizes/],
    [
      'a header that Python would not read',
      npy(dictionary('<f4', '(1 2,)'), []),
      /the header must give .* got \{'descr': '<f4'.*\(1 2,\)/,
    ],
  ];
  it.each(rejected)('rejects %s', (_, bytes, message) => {
    expect(() => decodeNpy(bytes, { file: 'x.npy' })).toThrow(FileFormatError);
    expect(() => decodeNpy(bytes, { file: 'x.npy' })).toThrow(message);
  });

  it('rejects an array whose shape does not fit its elements', () => {
    expect(() => encodeNpy({ data: Float32Array.of(1), shape: [2] })).toThrow(ShapeError);
  });
});

/** An archive of one entry with everything as the caller says. */
function zip(name: string, packed: Uint8Array, method: number, size: number, checksum: number): Uint8Array {
  const text = new TextEncoder().encode(name);
  const bytes = new Uint8Array(30 + 46 + 22 + 2 * text.length + packed.length);
  const view = new DataView(bytes.buffer);
  const fields = (at: number): void => {
    view.setUint16(at + 4, method, true);
    view.setUint32(at + 10, checksum, true);
    view.setUint32(at + 14, packed.length, true);
    view.setUint32(at + 18, size, true);
    view.setUint16(at + 22, text.length, true);
  };
  view.setUint32(0, 0x04034b50, true);
  fields(4);
  bytes.set(text, 30);
  bytes.set(packed, 30 + text.length);
  const central = 30 + text.length + packed.length;
  view.setUint32(central, 0x02014b50, true);
  fields(central + 6);
  bytes.set(text, central + 46);
  const end = central + 46 + text.length;
  view.setUint32(end, 0x06054b50, true);
  view.setUint16(end + 8, 1, true);
  view.setUint16(end + 10, 1, true);
  view.setUint32(end + 12, 46 + text.length, true);
  view.setUint32(end + 16, central, true);
  return bytes;
}

describe('npz', () => {
  it('gives back any arrays', async () => {
    const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !text.endsWith('.npy'));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, anyArray, { noNullPrototype: true }), async (arrays) => {
        expect(await decodeNpz(encodeNpz(arrays))).toEqual(arrays);
      }),
      { numRuns: 40 },
    );
  });

  const array = { data: new Float64Array(500).fill(2), shape: [500] };
  const plain = encodeNpy(array);
  const packed = new Uint8Array(deflateRawSync(plain));

  it('reads compressed archives', async () => {
    const file = zip('x.npy', packed, 8, plain.length, crc32(plain));
    expect(await decodeNpz(file)).toEqual({ x: array });
  });

  const damaged = plain.slice();
  damaged[200]! ^= 1;
  const two = encodeNpz({ x: array, y: array });
  // Both places where the second name stands.
  const twice = two.map((byte, index) => (byte === 'y'.charCodeAt(0) && two[index + 1] === 46 ? 120 : byte));
  const encrypted = zip('x.npy', plain, 0, plain.length, crc32(plain));
  encrypted[30 + 5 + plain.length + 8] = 1;
  const rejected: [string, Uint8Array, RegExp][] = [
    ['another kind of file', new Uint8Array(100), /no end record/],
    ['a file that is cut off', two.subarray(0, two.length - 30), /no end record/],
    ['a file that lacks its beginning', two.subarray(50), /directory is damaged/],
    [
      'a flipped bit',
      zip('x.npy', damaged, 0, plain.length, crc32(plain)),
      /"x.npy" is damaged: its checksum/,
    ],
    ['a wrong size', zip('x.npy', plain, 0, 3, crc32(plain)), /has \d+ bytes, the directory says 3/],
    [
      'more data than promised',
      zip('x.npy', packed, 8, 5, crc32(plain)),
      /has \d+ bytes, the directory says 5/,
    ],
    [
      'broken compression',
      zip('x.npy', packed.subarray(9), 8, plain.length, 0),
      /cannot be decompressed|has 0 bytes/,
    ],
    ['another method', zip('x.npy', plain, 12, plain.length, 0), /compressed by method 12/],
    ['encryption', encrypted, /"x.npy" is encrypted/],
    ['a name that occurs twice', twice, /"x" occurs twice/],
    [
      'an entry that is no array',
      zip('x.npy', Uint8Array.of(1), 0, 1, crc32(Uint8Array.of(1))),
      /x\.npz, "x": does not begin/,
    ],
  ];
  it.each(rejected)('rejects %s', async (_, bytes, message) => {
    await expect(decodeNpz(bytes, { file: 'x.npz' })).rejects.toThrow(FileFormatError);
    await expect(decodeNpz(bytes, { file: 'x.npz' })).rejects.toThrow(message);
  });
});
