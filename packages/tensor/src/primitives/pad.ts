import { InvalidArgumentError } from '@pct/core';
import { describeType } from '../graph/describe.js';
import type { Dim } from '../graph/dim.js';
import { addDims, normalizeDim } from '../graph/dim.js';
import { allocateWide } from '../graph/dtype.js';
import type { Primitive } from '../graph/primitive.js';
import { countElements, positions, stridesOf } from '../reference/indexing.js';
import type { Tensor } from '../trace/Tensor.js';
import { apply, applyOne } from '../trace/Tensor.js';
import { slice } from './slice.js';
import { scalar } from './constant.js';

/** Attributes of {@link pad}: numbers of new elements per axis. */
export interface PadAttributes {
  readonly before: readonly Dim[];
  readonly after: readonly Dim[];
  /** What the new elements are. */
  readonly value: number;
}

/** An array with a margin. */
export const padPrimitive: Primitive<PadAttributes> = {
  name: 'pad',
  infer: ([input], { before, after }) => [
    {
      dtype: input!.dtype,
      shape: input!.shape.map((size, axis) => addDims(addDims(before[axis]!, size), after[axis]!)),
    },
  ],
  jvp: ({ attributes: { before, after } }, [tangent]) => [tangent && padZeros(tangent, before, after)],
  vjp({ inputs, attributes: { before } }, [cotangent]) {
    const { shape } = inputs[0]!;
    return [
      cotangent &&
        slice(
          cotangent,
          shape.map((size, axis) => [before[axis]!, addDims(before[axis]!, size)]),
        ),
    ];
  },
  batch({ primitive, inputs, attributes: { before, after, value } }) {
    return apply(primitive, inputs, { before: [0, ...before], after: [0, ...after], value });
  },
  reference([input], { attributes: { before, value }, outputs, size }) {
    const { dtype, shape } = outputs[0]!;
    const out = allocateWide(dtype, countElements(shape)).fill(value);
    const strides = stridesOf(shape);
    const offset = before.reduce<number>((sum, count, axis) => sum + size(count) * strides[axis]!, 0);
    const at = positions(input!.shape, strides, offset);
    for (let i = 0; i < at.length; i++) out[at[i]!] = input!.data[i]!;
    return [out];
  },
};

/**
 * Puts a margin around an array.
 *
 * @param x - any array
 * @param widths - `[before, after]` per axis, numbers of new elements
 * @param value - what the new elements are. @defaultValue `0`
 * @throws {@link InvalidArgumentError} if there is not one pair per axis, a width is not a size, or the value is not of
 *   the element type
 */
export function pad(x: Tensor, widths: readonly (readonly [Dim, Dim])[], value = 0): Tensor {
  if (widths.length !== x.rank)
    throw new InvalidArgumentError(
      `pad: needs one [before, after] per axis of ${describeType(x)}, got ${widths.length}`,
    );
  scalar('pad', value, x.dtype);
  const before = widths.map(([width]) => normalizeDim(width));
  const after = widths.map(([, width]) => normalizeDim(width));
  if (before.every((width) => width === 0) && after.every((width) => width === 0)) return x;
  return applyOne(padPrimitive, [x], { before, after, value });
}

/** {@link pad} with zeros, from separate lists. */
export function padZeros(x: Tensor, before: readonly Dim[], after: readonly Dim[]): Tensor {
  return pad(
    x,
    before.map((width, axis) => [width, after[axis]!] as const),
  );
}
