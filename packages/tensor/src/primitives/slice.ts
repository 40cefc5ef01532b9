import { ShapeError, InvalidArgumentError } from '@pct/core';
import { checkAxis, sameShape } from '../graph/check.js';
import { describeType } from '../graph/describe.js';
import type { Dim } from '../graph/dim.js';
import { addDims, divideDims, normalizeDim, subtractDims } from '../graph/dim.js';
import type { Primitive } from '../graph/primitive.js';
import { positions, stridesOf } from '../reference/indexing.js';
import { pick } from '../reference/pick.js';
import type { Tensor } from '../trace/Tensor.js';
import { apply, applyOne } from '../trace/Tensor.js';
import { scatterStrided } from './scatterStrided.js';

/** Attributes of {@link slice}: one entry per axis. */
export interface SliceAttributes {
  readonly starts: readonly Dim[];
  /** Number of elements that are taken. */
  readonly sizes: readonly Dim[];
  /** Distance between elements that are taken, at least 1. */
  readonly steps: readonly number[];
}

/** Elements at equal distances along each axis. */
export const slicePrimitive: Primitive<SliceAttributes> = {
  name: 'slice',
  infer: ([input], { sizes }) => [{ dtype: input!.dtype, shape: sizes }],
  jvp: ({ attributes }, [tangent]) => [tangent && applyOne(slicePrimitive, [tangent], attributes)],
  vjp({ inputs, attributes: { starts, steps } }, [cotangent]) {
    return [cotangent && scatterStrided(cotangent, inputs[0]!.shape, starts, steps)];
  },
  batch({ primitive, inputs, attributes: { starts, sizes, steps }, size }) {
    return apply(primitive, inputs, {
      starts: [0, ...starts],
      sizes: [size, ...sizes],
      steps: [1, ...steps],
    });
  },
  reference([input], { attributes: { starts, steps }, outputs, size }) {
    const strides = stridesOf(input!.shape);
    outputs[0]!.shape.forEach((taken, axis) => {
      // Named sizes are known only now.
      const [start, length] = [size(starts[axis]!), input!.shape[axis]!];
      if (start + (taken - 1) * steps[axis]! >= length && taken > 0)
        throw new ShapeError(
          `slice: ${taken} elements from ${start} on are outside of axis ${axis} with ${length} elements`,
        );
    });
    const offset = starts.reduce<number>((sum, start, axis) => sum + size(start) * strides[axis]!, 0);
    const at = positions(
      outputs[0]!.shape,
      steps.map((step, axis) => step * strides[axis]!),
      offset,
    );
    return [pick(input!.data, at, outputs[0]!.dtype)];
  },
};

/**
 * Part of one axis: from a start up to but without a stop, every `step`th. Numbers below 0 count from the
 * end; a stop beyond the end is the end.
 */
export type SliceRange = readonly [start: Dim, stop?: Dim, step?: number];

/**
 * Takes a part of each axis. That a part is inside of a named size is checked when the interpreter runs the program;
 * other engines take what is there.
 *
 * @param x - any array
 * @param ranges - `[start, stop, step]` per axis; stop is the end and step 1 by default, `null` takes all.
 *   Axes beyond the list are taken whole. Starts and stops may be named sizes such as `'n-1'`
 * @throws {@link ShapeError} for more ranges than axes, ranges that are outside of the axis, or a number of
 *   elements that is not a polynomial of the named sizes; {@link InvalidArgumentError} for a step below 1
 * @example
 * ```ts
 * slice(x, [null, [0, 3]]); // the first three columns
 * slice(x, [[-1]]); // the last row
 * ```
 */
export function slice(x: Tensor, ranges: readonly (SliceRange | null)[]): Tensor {
  if (ranges.length > x.rank)
    throw new ShapeError(`slice: got ${ranges.length} ranges for ${describeType(x)}`);
  const parts = x.shape.map((size, axis) => resolve(x, axis, size, ranges[axis] ?? [0]));
  const attributes = {
    starts: parts.map(({ start }) => start),
    sizes: parts.map(({ size }) => size),
    steps: parts.map(({ step }) => step),
  };
  const whole = sameShape(attributes.sizes, x.shape) && attributes.starts.every((start) => start === 0);
  return whole ? x : applyOne(slicePrimitive, [x], attributes);
}

/** Part of one axis; see {@link slice}. */
export function sliceAxis(x: Tensor, axis: number, start: Dim, stop?: Dim, step = 1): Tensor {
  const at = checkAxis('slice', axis, x.rank);
  const range: SliceRange = [start, stop ?? x.shape[at]!, step];
  return slice(
    x,
    x.shape.map((_, i) => (i === at ? range : null)),
  );
}

function resolve(
  x: Tensor,
  axis: number,
  size: Dim,
  range: SliceRange,
): { start: Dim; size: Dim; step: number } {
  const [from, to = size, step = 1] = range;
  if (!Number.isInteger(step) || step < 1)
    throw new InvalidArgumentError(
      `slice: the step must be an integer of at least 1, got ${step}; use flip to reverse`,
    );
  const start = fromEnd(from, size);
  let stop = fromEnd(to, size);
  if (typeof stop === 'number' && typeof size === 'number') stop = Math.min(stop, size);
  const length = subtractDims(stop, start);
  if ((typeof start === 'number' && start < 0) || (typeof length === 'number' && length < 0))
    throw new ShapeError(`slice: [${from}, ${to}] is outside of axis ${axis} of ${describeType(x)}`);
  if (step === 1 || typeof length === 'number')
    return { start, size: typeof length === 'number' ? Math.ceil(length / step) : length, step };
  const taken = divideDims(length, step) ?? divideDims(addDims(length, step - 1), step);
  if (taken === undefined)
    throw new ShapeError(
      `slice: every ${step}th of ${length} elements along axis ${axis} of ${describeType(x)} is not a whole number for all named sizes`,
    );
  return { start, size: taken, step };
}

function fromEnd(at: Dim, size: Dim): Dim {
  if (typeof at === 'number') return at < 0 ? addDims(size, at) : at;
  return normalizeDim(at);
}
