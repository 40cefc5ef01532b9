import type { Tensor, TypedArray } from '@pct/tensor';

/** An axis: its size, or `'name=size'` for one that is also tried as a named size. */
export type Axis = number | `${string}=${number}`;

/** An argument of a case. */
export interface CaseArgument {
  readonly shape: readonly Axis[];
  /** Elements; by default seeded normal numbers. */
  readonly values?: readonly number[] | undefined;
  /** Which numbers to draw. @defaultValue `'normal'` */
  readonly domain?: 'normal' | 'positive' | 'unit' | undefined;
  /** @defaultValue `'float'`: the float type that the suite runs with */
  readonly dtype?: 'float' | 'int32' | 'bool' | undefined;
}

/** One function of the language with arguments and, where given, the elements that must come out. */
export interface Case {
  readonly name: string;
  readonly args: readonly (CaseArgument | readonly Axis[])[];
  readonly fn: (...args: Tensor[]) => Tensor;
  /** Elements of the result, from a computation of its own. */
  readonly expected?: ((...args: readonly TypedArray[]) => ArrayLike<number>) | undefined;
  /** Whether the derivatives are compared with differences. @defaultValue `true` if an argument is float */
  readonly differentiable?: boolean | undefined;
  /** Whether the shapes with named axes are tried. @defaultValue `true` if there are any */
  readonly symbolic?: boolean | undefined;
}

/** Elements with a function applied to each. */
export const each =
  (fn: (x: number) => number) =>
  (x: TypedArray): number[] =>
    Array.from(x, fn);

/** Elements of two arrays of equal shape combined. */
export const both =
  (fn: (a: number, b: number) => number) =>
  (a: TypedArray, b: TypedArray): number[] =>
    Array.from(a, (x, i) => fn(x, b[i]!));

/** An argument with given elements. */
export function of(shape: readonly Axis[], values: readonly number[]): CaseArgument {
  return { shape, values };
}

/** An integer argument. */
export function integers(shape: readonly Axis[], values: readonly number[]): CaseArgument {
  return { shape, values, dtype: 'int32' };
}

/** A truth value argument. */
export function truths(shape: readonly Axis[], values: readonly number[]): CaseArgument {
  return { shape, values, dtype: 'bool' };
}

/** The numbers 1, 2, ..., n. */
export function count(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}
