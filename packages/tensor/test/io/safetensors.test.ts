import { FileFormatError, InvalidArgumentError, ShapeError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NdArray } from '../../src/graph/types.js';
import { arraysToTree } from '../../src/io/names.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/io/safetensors.js';

/** A file from its header's text and its body, as the specification lays it out. */
function fileOf(header: string, body: readonly number[] | Uint8Array = []): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + body.length);
  bytes[0] = json.length & 255;
  bytes[1] = json.length >> 8;
  bytes.set(json, 8);
  bytes.set(body, 8 + json.length);
  return bytes;
}

const entry = (dtype: string, shape: number[], from: number, to: number): string =>
  JSON.stringify({ dtype, shape, data_offsets: [from, to] });

describe('decodeSafetensors', () => {
  it('reads a file written by hand from the specification', () => {
    const header = `{"__metadata__":{"format":"pt"},"a":${entry('F32', [2], 0, 8)},"b":${entry('BOOL', [1, 3], 8, 11)}}`;
    const { arrays, metadata } = decodeSafetensors(fileOf(header, [0, 0, 128, 63, 0, 0, 0, 192, 1, 0, 1]));
    expect(metadata).toEqual({ format: 'pt' });
    expect(arrays).toEqual({
      a: { data: Float32Array.of(1, -2), shape: [2] },
      b: { data: Uint8Array.of(1, 0, 1), shape: [1, 3] },
    });
  });

  it('widens float16 and bfloat16 exactly', () => {
    const header = `{"h":${entry('F16', [6], 0, 12)},"b":${entry('BF16', [2], 12, 16)}}`;
    // 1, -2, largest half 65504, smallest subnormal 2^-24, -infinity, NaN; then 1 and -0.5.
    const halves = [0x3c00, 0xc000, 0x7bff, 0x0001, 0xfc00, 0x7e00, 0x3f80, 0xbf00];
    const { arrays } = decodeSafetensors(
      fileOf(
        header,
        halves.flatMap((bits) => [bits & 255, bits >> 8]),
      ),
    );
    expect([...arrays['h']!.data]).toEqual([1, -2, 65504, 2 ** -24, -Infinity, NaN]);
    expect([...arrays['b']!.data]).toEqual([1, -0.5]);
  });

  it('reads the view that a Buffer of Node.js is, and keeps nothing of it', () => {
    const file = Buffer.from(encodeSafetensors({ a: { data: Float64Array.of(3), shape: [] } }));
    const { arrays } = decodeSafetensors(file);
    file.fill(0);
    expect(arrays['a']!.data).toEqual(Float64Array.of(3));
  });

  const good = `{"a":${entry('F32', [1], 0, 4)},"b":${entry('F32', [1], 4, 8)}}`;
  const rejected: [string, Uint8Array, RegExp][] = [
    ['fewer than eight bytes', Uint8Array.of(1, 2), /needs at least 8 bytes, got 2/],
    [
      'a header longer than the file',
      fileOf(good).subarray(0, 30),
      /the header needs \d+ bytes, got 22; .*cut off/,
    ],
    [
      'an oversized header',
      Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0x7b),
      /at most 100000000 bytes, got 4294967296/,
    ],
    ['a header that is not JSON', fileOf('{"a":'), /header is not JSON/],
    ['a header that is not UTF-8', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe), /header is not JSON/],
    ['a header that is a list', fileOf('[]'), /must be a JSON object/],
    ['an entry that is no object', fileOf('{"a":3}'), /entry "a" must be an object/],
    ['metadata that is no text', fileOf('{"__metadata__":{"a":1}}'), /must hold strings, but "a" does not/],
    [
      'a duplicate name',
      fileOf(`{"a":${entry('F32', [1], 0, 4)},"a":${entry('F32', [1], 0, 4)}}`, new Uint8Array(4)),
      /"a" occurs twice/,
    ],
    [
      'an unsupported type',
      fileOf(`{"a":${entry('I64', [1], 0, 8)}}`, new Uint8Array(8)),
      /"a" has element type I64; supported are F64/,
    ],
    [
      'a type named like a method',
      fileOf(`{"a":${entry('toString', [1], 0, 8)}}`, new Uint8Array(8)),
      /element type toString/,
    ],
    ['a negative size', fileOf(`{"a":${entry('F32', [-1], 0, 4)}}`, new Uint8Array(4)), /shape of "a"/],
    [
      'descending offsets',
      fileOf(`{"a":${entry('F32', [1], 4, 0)}}`, new Uint8Array(4)),
      /two ascending byte positions/,
    ],
    [
      'offsets against the shape',
      fileOf(`{"a":${entry('F32', [3], 0, 8)}}`, new Uint8Array(8)),
      /F32 \[3\] needs 12 bytes, its data_offsets give 8/,
    ],
    [
      'overlapping arrays',
      fileOf(`{"a":${entry('F32', [2], 0, 8)},"b":${entry('F32', [1], 4, 8)}}`, new Uint8Array(8)),
      /"b" starts at byte 4, inside the array before it, which ends at 8/,
    ],
    [
      'a gap',
      fileOf(`{"a":${entry('F32', [1], 0, 4)},"b":${entry('F32', [1], 8, 12)}}`, new Uint8Array(12)),
      /"b" starts at byte 8, .* ends at 4: a gap/,
    ],
    [
      'a body that is cut off',
      fileOf(good, new Uint8Array(6)),
      /the arrays need 8 bytes, got 6; the file is cut off/,
    ],
    ['surplus bytes', fileOf(good, new Uint8Array(9)), /the arrays end at byte 8, but 9 follow/],
    ['a truth value of 2', fileOf(`{"a":${entry('BOOL', [1], 0, 1)}}`, [2]), /"a" is BOOL but holds 2/],
  ];
  it.each(rejected)('rejects %s', (_, bytes, message) => {
    const decode = (): unknown => decodeSafetensors(bytes, { file: 'w.safetensors' });
    expect(decode).toThrow(FileFormatError);
    expect(decode).toThrow(message);
    expect(decode).toThrow(/^w\.safetensors: /);
  });

  it('rejects every file that is cut off', () => {
    const file = encodeSafetensors({ a: { data: Float32Array.of(1, 2), shape: [2] } });
    for (let length = 0; length < file.length; length++) {
      expect(() => decodeSafetensors(file.subarray(0, length))).toThrow(FileFormatError);
    }
  });
});

describe('encodeSafetensors', () => {
  it('writes the bytes that the specification asks for', () => {
    const file = encodeSafetensors(
      { a: { data: Uint8Array.of(1), shape: [1] }, z: { data: Float32Array.of(1), shape: [] } },
      { metadata: { k: 'v' } },
    );
    const header =
      '{"__metadata__":{"k":"v"},"z":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":{"dtype":"BOOL","shape":[1],"data_offsets":[4,5]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    expect(file).toEqual(fileOf(padded, [0, 0, 128, 63, 1]));
  });

  it('gives back any arrays with their names and metadata', () => {
    const array = fc
      .tuple(
        fc.constantFrom(Float32Array, Float64Array, Int32Array),
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
      )
      .map(([arrayClass, shape]): NdArray => {
        const length = shape.reduce((product, size) => product * size, 1);
        return { data: new arrayClass(length).map((_, index) => index - 2), shape };
      });
    const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text !== '__metadata__');
    fc.assert(
      fc.property(
        fc.dictionary(name, array, { noNullPrototype: true }),
        fc.dictionary(name, fc.string(), { noNullPrototype: true }),
        (arrays, metadata) => {
          expect(decodeSafetensors(encodeSafetensors(arrays, { metadata }))).toEqual({ arrays, metadata });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('names nested arrays by their paths, and arraysToTree puts them back', () => {
    const tree = {
      layers: [
        { weight: { data: Float32Array.of(1, 2), shape: [1, 2] } },
        { weight: { data: Float32Array.of(3), shape: [1, 1] } },
      ],
    };
    const { arrays } = decodeSafetensors(encodeSafetensors(tree));
    expect(Object.keys(arrays)).toEqual(['layers.0.weight', 'layers.1.weight']);
    expect(arraysToTree(arrays, tree)).toEqual(tree);
  });

  it('rejects what is no array, a wrong length, and names that clash', () => {
    const one = { data: Float32Array.of(1), shape: [1] };
    expect(() => encodeSafetensors({ a: 3 as never })).toThrow(InvalidArgumentError);
    expect(() => encodeSafetensors({ a: 3 as never })).toThrow(/"a" must be \{ data, shape \}.*got 3/);
    expect(() => encodeSafetensors(one)).toThrow(/arrays need names/);
    expect(() => encodeSafetensors({ a: { data: Float32Array.of(1), shape: [2] } })).toThrow(ShapeError);
    expect(() => encodeSafetensors({ a: { data: new BigInt64Array(1) as never, shape: [1] } })).toThrow(
      /the data of "a" must be a Float32Array/,
    );
    expect(() => encodeSafetensors({ 'a.b': one, a: { b: one } })).toThrow(/two arrays would be named "a.b"/);
    expect(() => encodeSafetensors({ __metadata__: one })).toThrow(/no array can be named "__metadata__"/);
  });
});

describe('arraysToTree', () => {
  const like = { w: { data: Float32Array.of(0), shape: [1] } };
  it('names what is missing, left over, or of another type or shape', () => {
    expect(() => arraysToTree({}, like)).toThrow(/no array is named "w"/);
    expect(() => arraysToTree({ ...like, v: like.w }, like)).toThrow(/"v" has no place/);
    expect(() => arraysToTree({ w: { data: Float64Array.of(0), shape: [1] } }, like)).toThrow(
      /"w" must be float32, got float64/,
    );
    expect(() => arraysToTree({ w: { data: Float32Array.of(0), shape: [1, 1] } }, like)).toThrow(ShapeError);
  });
});
