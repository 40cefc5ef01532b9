/** What the kernels of this folder share: rows of channels in vectors of four float32. */
import { f32x4, i32, v128, type Code, type Local, type ValueType } from '@pct/core/wasm';

/** Bytes of a float32 or int32, and of the four that one SIMD instruction works on. */
export const NUMBER = 4;
export const VECTOR = 16;

/** 0 to count − 1. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, k) => k);

/** Declares vector variables name0, name1, ... */
export function declare<N extends string>(name: N, count: number): Record<`${N}${number}`, ValueType> {
  const types: Partial<Record<`${N}${number}`, ValueType>> = {};
  for (let k = 0; k < count; k++) types[`${name}${k}`] = 'v128';
  return types as Record<`${N}${number}`, ValueType>;
}

/** Variables that {@link declare} declared. */
export const pick = (variables: Readonly<Record<string, Local>>, name: string, count: number): Local[] =>
  upTo(count).map((k) => variables[`${name}${k}`]!);

/** Moves a pointer on. */
export const advance = (pointer: Local, bytes: number): Code =>
  pointer.set(i32.add(pointer.get, i32.constant(bytes)));

/** Address of an element of an array. */
export const element = (array: Local, index: Code, bytes: number): Code =>
  i32.add(array.get, i32.mul(index, i32.constant(bytes)));

/** The int32 with this index in an array. */
export const integerAt = (array: Local, index: Code): Code => i32.load(0, element(array, index, NUMBER));

/** variable += value */
export const accumulate = (variable: Local, value: Code): Code =>
  variable.set(f32x4.add(variable.get, value));

/** The four numbers at `offset` bytes from a pointer += value */
export const accumulateAt = (pointer: Local, offset: number, value: Code): Code =>
  v128.store(offset, pointer.get, f32x4.add(v128.load(offset, pointer.get), value));

/** Adds the sums that were kept in variables to those in memory. */
export const addTo = (pointer: Local, sums: readonly Local[]): Code =>
  sums.flatMap((sum, v) => accumulateAt(pointer, v * VECTOR, sum.get));
