/** WebAssembly instructions that `@pct/core/wasm` does not have, named and used like its own. */
import type { Code } from '@pct/core/wasm';

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

type Operation = (...operands: Code[]) => Code;

const simd =
  (opcode: number): Operation =>
  (...operands) => [...operands.flat(), 0xfd, ...unsigned(opcode)];

/** Calls the function with this place in its module. */
export const call = (place: number, ...operands: Code[]): Code => [
  ...operands.flat(),
  0x10,
  ...unsigned(place),
];

/** Lanes of two float64. */
export const pairs = {
  negate: simd(0xed),
  absolute: simd(0xec),
  squareRoot: simd(0xef),
  add: simd(0xf0),
  subtract: simd(0xf1),
  multiply: simd(0xf2),
  divide: simd(0xf3),
  /** `b < a ? b : a` per lane. */
  least: simd(0xf6),
  /** `a < b ? b : a` per lane. */
  most: simd(0xf7),
  equal: simd(0x47),
  less: simd(0x49),
  greater: simd(0x4a),
  lessEqual: simd(0x4b),
  greaterEqual: simd(0x4c),
  /** Two float32 in the lower half, zeros above. */
  demote: simd(0x5e),
  addBits: simd(0xce),
  /** Bits to the left by a number of type i32. */
  shiftLeft: simd(0xcb),
  /** Bits to the right, filled with zeros. */
  shiftRight: simd(0xcd),
};

/** Lanes of four float32. */
export const fours = {
  divide: simd(0xe7),
  /** `b < a ? b : a` per lane. */
  least: simd(0xea),
  /** `a < b ? b : a` per lane. */
  most: simd(0xeb),
  addBits: simd(0xae),
  shiftLeft: simd(0xab),
};

/** Masks: all bits of a lane, or none. */
export const masks = {
  not: simd(0x4d),
  and: simd(0x4e),
  /** Bits of the first operand where the second has none. */
  andNot: simd(0x4f),
  or: simd(0x50),
};

/** The same float64 twice. */
export function constantPair(value: number): Code {
  const bytes = new Uint8Array(Float64Array.of(value, value).buffer);
  return [0xfd, 0x0c, ...bytes];
}

/** The same float32 four times. */
export function constantFour(value: number): Code {
  const bytes = new Uint8Array(Float32Array.of(value, value, value, value).buffer);
  return [0xfd, 0x0c, ...bytes];
}

/** The same 64 bits, a small integer, in both halves. */
export function integerPair(value: bigint): Code {
  const bytes = new Uint8Array(BigInt64Array.of(value, value).buffer);
  return [0xfd, 0x0c, ...bytes];
}

/** The same 32 bits, an integer, four times. */
export function integerFour(value: number): Code {
  const bytes = new Uint8Array(Int32Array.of(value, value, value, value).buffer);
  return [0xfd, 0x0c, ...bytes];
}
