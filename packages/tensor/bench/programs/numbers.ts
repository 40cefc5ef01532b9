import type { NdArray } from '../../src/index.js';

/** Numbers that any language computes alike: scale * sin(0.37 k + phase). */
export function wave(shape: number[], scale: number, phase: number): NdArray {
  const length = shape.reduce((product, size) => product * size, 1);
  return { data: Float32Array.from({ length }, (_, k) => scale * Math.sin(0.37 * k + phase)), shape };
}

/** Classes 0, 7, 4, 1, ... of ten. */
export function classes(count: number): NdArray {
  return { data: Int32Array.from({ length: count }, (_, k) => (7 * k) % 10), shape: [count] };
}
