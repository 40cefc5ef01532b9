/**
 * Keyed mixing of 128-bit identities, in 32-bit integer arithmetic.
 *
 * An identity is four 32-bit words. Absorbing a block is a XOR followed by a permutation of all 2^128
 * values, so different blocks absorbed by the same identity always give different results: streams
 * split with different numbers cannot collide. The permutation is that of Chaskey with its 12-round
 * setting, after which every output bit depends on every input bit.
 *
 * @see Mouha et al. 2014, "Chaskey: An Efficient MAC Algorithm for 32-bit Microcontrollers", SAC 2014,
 * Fig. 2, doi:10.1007/978-3-319-13051-4_19
 */

/** Four 32-bit words, signed. */
export type Words = readonly [number, number, number, number];

/** What a block holds; the tags keep a number, a string and a seed of the same bits apart. */
export const BlockKind = { seed: 1, numberKey: 2, text: 3, textPart: 4, stream: 5, bigSeed: 6 } as const;
export type BlockKind = (typeof BlockKind)[keyof typeof BlockKind];

const ROUNDS = 12;

/** Fraction digits of pi in base 2^32: the identity that seeds are absorbed into. */
export const ORIGIN: Words = [0x243f6a88, 0x85a308d3 | 0, 0x13198a2e, 0x03707344];

/** Absorbs the block (x, y, z, kind) into an identity. */
export function absorb(identity: Words, x: number, y: number, z: number, kind: BlockKind): Words {
  let a = identity[0] ^ x;
  let b = identity[1] ^ y;
  let c = identity[2] ^ z;
  let d = identity[3] ^ kind;
  for (let round = 0; round < ROUNDS; round++) {
    a = (a + b) | 0;
    b = ((b << 5) | (b >>> 27)) ^ a;
    a = (a << 16) | (a >>> 16);
    c = (c + d) | 0;
    d = ((d << 8) | (d >>> 24)) ^ c;
    c = (c + b) | 0;
    a = (a + d) | 0;
    b = ((b << 7) | (b >>> 25)) ^ c;
    d = ((d << 13) | (d >>> 19)) ^ a;
    c = (c << 16) | (c >>> 16);
  }
  return [a, b, c, d];
}

/**
 * Absorbs a text: its length, then blocks of three words of two UTF-16 code units. The length first
 * makes texts that differ only in trailing zero units different.
 */
export function absorbText(identity: Words, text: string): Words {
  let words = absorb(identity, text.length, 0, 0, BlockKind.text);
  for (let at = 0; at < text.length; at += 6) {
    words = absorb(words, pair(text, at), pair(text, at + 2), pair(text, at + 4), BlockKind.textPart);
  }
  return words;
}

function pair(text: string, at: number): number {
  const low = at < text.length ? text.charCodeAt(at) : 0;
  const high = at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
  return low | (high << 16);
}

/** Absorbs a safe integer as 64-bit two's complement. */
export function absorbInteger(identity: Words, value: number, kind: BlockKind): Words {
  return absorb(identity, value | 0, Math.floor(value / 0x1_0000_0000) | 0, 0, kind);
}
