import { ShapeError } from '@pct/core';
import type { ElementClass } from '../../graph/check.js';
import { checkAxes, checkElements } from '../../graph/check.js';
import { describeType } from '../../graph/describe.js';
import type { Dim } from '../../graph/dim.js';
import { allocateWide } from '../../graph/dtype.js';
import type { Primitive } from '../../graph/primitive.js';
import { countElements, positions, stridesOf } from '../../reference/indexing.js';
import type { Tensor } from '../../trace/Tensor.js';
import { apply, applyOne } from '../../trace/Tensor.js';
import { reshape } from '../reshape.js';
import { shifted } from './batch.js';
import type { DType } from '../../graph/types.js';

/** Attributes of a reduction. The reduced axes are not in the result. */
export interface ReductionAttributes {
  /** Different axes, ascending, counted from the start. */
  readonly axes: readonly number[];
}

/** Options of the reductions. */
export interface ReductionOptions {
  /**
   * Axes to reduce, negative ones counted from the end.
   * @defaultValue all axes
   */
  readonly axes?: readonly number[] | number | undefined;
  /**
   * Whether the reduced axes stay in the result with size 1.
   * @defaultValue `false`
   */
  readonly keepDims?: boolean | undefined;
}

/** What {@link reduction} needs. */
export interface ReductionRule extends Pick<Primitive<ReductionAttributes>, 'jvp' | 'vjp' | 'lower'> {
  readonly name: string;
  readonly accepts: ElementClass;
  /** Result for no elements. */
  readonly initial: number;
  readonly combine: (soFar: number, element: number) => number;
  /** What an axis of size 0 means; by default the result is `initial`. */
  readonly rejectEmpty?: boolean | undefined;
}

/** Primitive that combines all elements along some axes. */
export function reduction(rule: ReductionRule): Primitive<ReductionAttributes> {
  const { name, accepts, initial, combine, rejectEmpty = false, ...others } = rule;
  return {
    name,
    infer([input], { axes }) {
      checkElements(name, [input!], accepts);
      if (rejectEmpty && axes.some((axis) => input!.shape[axis] === 0))
        throw new ShapeError(`${name}: has no value for no elements, got ${describeType(input!)}`);
      return [{ dtype: input!.dtype, shape: withoutAxes(input!.shape, axes) }];
    },
    batch: ({ primitive, inputs, attributes }) =>
      apply(primitive, inputs, { axes: shifted(attributes.axes) }),
    reference([input], { attributes: { axes }, outputs }) {
      const { data, shape } = input!;
      const { dtype, shape: kept } = outputs[0]!;
      const out = allocateWide(dtype, countElements(kept)).fill(within(dtype, initial));
      const at = reducedPositions(shape, axes);
      for (let i = 0; i < data.length; i++) out[at[i]!] = combine(out[at[i]!]!, data[i]!);
      return [out];
    },
    ...others,
  };
}

/** The number, or the nearest one of the type: integers have no infinity. */
function within(dtype: DType, value: number): number {
  return dtype === 'int32' ? Math.min(Math.max(value, -(2 ** 31)), 2 ** 31 - 1) : value;
}

/** Place in the result for each element of the input. */
function reducedPositions(shape: readonly number[], axes: readonly number[]): Int32Array {
  const strides = stridesOf(withoutAxes(shape, axes) as number[]);
  return positions(
    shape,
    shape.map((_, axis) => (axes.includes(axis) ? 0 : strides.shift()!)),
  );
}

/** A shape without some axes. */
export function withoutAxes(shape: readonly Dim[], axes: readonly number[]): readonly Dim[] {
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** A shape with 1 for some axes. */
export function onesAt(shape: readonly Dim[], axes: readonly number[]): readonly Dim[] {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

/** Axes that an option means. */
export function axesOf(name: string, x: Tensor, axes: ReductionOptions['axes']): number[] {
  if (axes === undefined) return x.shape.map((_, axis) => axis);
  return checkAxes(name, typeof axes === 'number' ? [axes] : axes, x.rank);
}

/** Applies a reduction. */
export function applyReduction(
  primitive: Primitive<ReductionAttributes>,
  x: Tensor,
  { axes, keepDims = false }: ReductionOptions,
): Tensor {
  const checked = axesOf(primitive.name, x, axes);
  const reduced = applyOne(primitive, [x], { axes: checked });
  return keepDims ? reshape(reduced, onesAt(x.shape, checked)) : reduced;
}
