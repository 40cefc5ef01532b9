/**
 * Instructions by the type that they work on, named as in the text format where that is a word. Operands come first
 * to last, addresses before values; `offset` is a constant number of bytes added to the address.
 */
import { memory, plain, signed, simd, unsigned, type Code } from './encoding.js';

/** Calls the function with this place in its module. */
export const call = (place: number, ...operands: Code[]): Code => [
  ...operands.flat(),
  0x10,
  ...unsigned(place),
];

/** A constant of 128 bits. */
const constant128 = (bytes: ArrayBuffer): Code => [...simd(0x0c), ...new Uint8Array(bytes)];

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: plain(0x6a),
  sub: plain(0x6b),
  mul: plain(0x6c),
  shiftLeft: plain(0x74),
  /** Fills with zeros. */
  shiftRight: plain(0x76),
  equal: plain(0x46),
  less: plain(0x48),
  lessUnsigned: plain(0x49),
  and: plain(0x71),
  or: plain(0x72),
  countTrailingZeros: plain(0x68),
  load: memory([0x28]),
  store: memory([0x36]),
  /** Rounds towards zero; out of range it takes the nearest number. */
  truncateF32: plain(0xfc, 0x00),
};

export const f32 = {
  constant: (value: number): Code => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
  add: plain(0x92),
  sub: plain(0x93),
  mul: plain(0x94),
  load: memory([0x2a]),
  store: memory([0x38]),
  fromI32: plain(0xb2),
};

export const f64 = {
  constant: (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  equal: plain(0x61),
  less: plain(0x63),
  add: plain(0xa0),
  min: plain(0xa4),
  max: plain(0xa5),
  store: memory([0x39]),
};

export const v128 = {
  load: memory(simd(0x00)),
  /** 32 bits from memory in every lane. */
  load32Splat: memory(simd(0x09)),
  /** 64 bits from memory in both lanes. */
  load64Splat: memory(simd(0x0a)),
  /** 64 bits from memory in the lower lane, zero in the other. */
  load64Zero: memory(simd(0x5d)),
  store: memory(simd(0x0b)),
  /** The lower 64 bits to memory. */
  store64Low: (offset: number, address: Code, value: Code): Code => [
    ...memory(simd(0x5b))(offset, address, value),
    0,
  ],
  constantZero: [...simd(0x0c), ...new Array<number>(16).fill(0)] as Code,
  not: plain(...simd(0x4d)),
  and: plain(...simd(0x4e)),
  /** Bits of the first operand where the second has none. */
  andNot: plain(...simd(0x4f)),
  or: plain(...simd(0x50)),
  /** Bits of the first operand where the third has ones, of the second elsewhere. */
  select: plain(...simd(0x52)),
  anyTrue: plain(...simd(0x53)),
};

export const f32x4 = {
  /** The same number in all lanes. */
  constant: (value: number): Code => constant128(new Float32Array(4).fill(value).buffer),
  splat: plain(...simd(0x13)),
  greater: plain(...simd(0x44)),
  add: plain(...simd(0xe4)),
  sub: plain(...simd(0xe5)),
  mul: plain(...simd(0xe6)),
  div: plain(...simd(0xe7)),
  max: plain(...simd(0xe9)),
  /** `b < a ? b : a` per lane. */
  pmin: plain(...simd(0xea)),
  /** `a < b ? b : a` per lane. */
  pmax: plain(...simd(0xeb)),
  /** Of two float64, in the lower half; zeros above. */
  demote: plain(...simd(0x5e)),
};

export const i32x4 = {
  /** The same number in all lanes. */
  constant: (value: number): Code => constant128(new Int32Array(4).fill(value).buffer),
  add: plain(...simd(0xae)),
  /** By a number of bits that is an i32; fills with zeros. */
  shiftLeft: plain(...simd(0xab)),
  splat: plain(...simd(0x11)),
};

export const f64x2 = {
  /** The same number in both lanes. */
  constant: (value: number): Code => constant128(new Float64Array(2).fill(value).buffer),
  splat: plain(...simd(0x14)),
  lane: (lane: 0 | 1, value: Code): Code => [...value, ...simd(0x21), lane],
  /** Of the two float32 in the lower half. */
  promoteLow: plain(...simd(0x5f)),
  /** Of the two float32 in the upper half. */
  promoteHigh: (value: Code): Code => [
    ...value,
    ...value,
    ...simd(0x0d),
    ...[8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15],
    ...simd(0x5f),
  ],
  equal: plain(...simd(0x47)),
  less: plain(...simd(0x49)),
  greater: plain(...simd(0x4a)),
  lessEqual: plain(...simd(0x4b)),
  greaterEqual: plain(...simd(0x4c)),
  neg: plain(...simd(0xed)),
  abs: plain(...simd(0xec)),
  sqrt: plain(...simd(0xef)),
  add: plain(...simd(0xf0)),
  sub: plain(...simd(0xf1)),
  mul: plain(...simd(0xf2)),
  div: plain(...simd(0xf3)),
  /** `b < a ? b : a` per lane: one machine instruction, where `min` needs several to treat NaN and -0. */
  pmin: plain(...simd(0xf6)),
  /** `a < b ? b : a` per lane. */
  pmax: plain(...simd(0xf7)),
};

export const i64x2 = {
  /** The same number in both lanes. */
  constant: (value: bigint): Code => constant128(new BigInt64Array(2).fill(value).buffer),
  /** By a number of bits that is an i32; fills with zeros. */
  shiftLeft: plain(...simd(0xcb)),
  /** By a number of bits that is an i32; fills with zeros. */
  shiftRight: plain(...simd(0xcd)),
  add: plain(...simd(0xce)),
  sub: plain(...simd(0xd1)),
  allTrue: plain(...simd(0xc3)),
  /** The signs of both lanes as bits. */
  signs: plain(...simd(0xc4)),
  /** From the lower half of four i32. */
  extendLow: plain(...simd(0xc7)),
};
