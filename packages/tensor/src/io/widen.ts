import type { TypedArray } from '../graph/types.js';

/** IEEE half precision as float32, exactly. */
export function widenHalf(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  });
}

/** bfloat16, the upper half of float32, as float32, exactly. */
export function widenBfloat16(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (upper) => upper << 16).buffer);
}

/** Calls `fail` with the first element that is neither 0 nor 1. */
export function checkBooleans(data: TypedArray, fail: (value: number) => never): void {
  for (const value of data) if (value > 1) fail(value);
}
