import { FileFormatError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ProtobufWriter,
  readDoubles,
  readFields,
  readFloats,
  readIntegers,
  readString,
} from '../../src/onnx/protobuf.js';

const read = (bytes: Uint8Array) => [...readFields(bytes, 'm.onnx')];

describe('ProtobufWriter', () => {
  it('writes the examples of the specification', () => {
    // https://protobuf.dev/programming-guides/encoding: 150 in field 1, "testing" in field 2, packed 3, 270, 86942.
    expect([...new ProtobufWriter().integer(1, 150).finish()]).toEqual([0x08, 0x96, 0x01]);
    expect([...new ProtobufWriter().string(2, 'testing').finish()]).toEqual([
      0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67,
    ]);
    expect([...new ProtobufWriter().message(3, (inner) => inner.integer(1, 150)).finish()]).toEqual([
      0x1a, 0x03, 0x08, 0x96, 0x01,
    ]);
    expect([...new ProtobufWriter().packedIntegers(6, [3, 270, 86942]).finish()]).toEqual([
      0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05,
    ]);
    expect([...new ProtobufWriter().integer(1, -2).finish()]).toEqual([
      0x08, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
    ]);
    expect([...new ProtobufWriter().float(1, -2).packedFloats(2, [1]).finish()]).toEqual([
      0x0d, 0, 0, 0, 0xc0, 0x12, 4, 0, 0, 0x80, 0x3f,
    ]);
    expect(new ProtobufWriter().packedIntegers(1, []).packedFloats(2, []).finish()).toHaveLength(0);
  });

  it('gives back any integers, in the order and form they were written', () => {
    const integer = fc.oneof(
      fc.maxSafeInteger(),
      fc.integer(),
      fc.constantFrom(127, 128, 2 ** 31, 2 ** 32, -1),
    );
    fc.assert(
      fc.property(fc.array(integer), fc.integer({ min: 1, max: 2 ** 29 - 1 }), (values, field) => {
        const writer = new ProtobufWriter();
        for (const value of values) writer.integer(field, value);
        const single = read(writer.finish());
        expect(single.map((entry) => entry.field)).toEqual(values.map(() => field));
        expect(single.flatMap((entry) => readIntegers(entry, ''))).toEqual(values.map((value) => value + 0));
        const packed = read(new ProtobufWriter().packedIntegers(field, values).finish());
        expect(packed.flatMap((entry) => readIntegers(entry, ''))).toEqual(values.map((value) => value + 0));
      }),
    );
  });

  it('gives back texts, floats and bytes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.uint8Array({ maxLength: 600 }),
        fc.float(),
        (text, bytes, number) => {
          const writer = new ProtobufWriter().string(1, text).bytes(2, bytes).float(3, number);
          const [first, second, third] = read(writer.finish());
          expect(readString(first!, '')).toBe(text);
          expect([...second!.bytes]).toEqual([...bytes]);
          expect(readFloats(third!)).toEqual([number]);
        },
      ),
    );
  });

  it('limits numbers to the range of int64', () => {
    const [large, small] = read(new ProtobufWriter().integer(1, 1e30).integer(1, -1e30).finish());
    expect([large!.integer, small!.integer]).toEqual([2 ** 63, -(2 ** 63)]);
  });
});

describe('readFields', () => {
  it('reads eight-byte fields', () => {
    const bytes = Uint8Array.of(0x51, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f);
    expect(read(bytes).flatMap(readDoubles)).toEqual([1]);
  });

  const rejected: [string, number[], RegExp][] = [
    ['a number that is cut off', [0x08, 0x96], /ends inside a number/],
    ['a field that is cut off', [0x12, 0x07, 0x74], /field 2 needs 7 bytes at byte 2, but only 1 are left/],
    ['a number of more than ten bytes', [0x08, ...Array<number>(11).fill(0x80)], /more than ten bytes/],
    ['field number 0', [0x00, 0x01], /field number 0/],
    ['an unknown wire type', [0x0b], /unknown wire type 3/],
  ];
  it.each(rejected)('rejects %s', (_, bytes, message) => {
    expect(() => read(Uint8Array.from(bytes))).toThrow(FileFormatError);
    expect(() => read(Uint8Array.from(bytes))).toThrow(message);
  });

  it('rejects text that is not UTF-8', () => {
    const [field] = read(Uint8Array.of(0x0a, 0x01, 0xff));
    expect(() => readString(field!, 'm.onnx')).toThrow(/m\.onnx: a string is not UTF-8/);
  });
});
