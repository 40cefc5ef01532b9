import type { SliceRange, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import type { Axes, Context, Operations } from '../context.js';

/** Operations that move elements. */
export function shapeOps(context: Context): Operations {
  const one = (x: unknown, fn: (y: Tensor) => unknown): unknown => context.run(fn, context.tensor(x));
  const list = (values: unknown): ReturnType<Context['tensor']>[] => {
    if (!Array.isArray(values)) context.reject('conversion of arguments, which tfjs does itself');
    return (values as unknown[]).map((value) => context.tensor(value));
  };
  const concat = (values: unknown, axis = 0): unknown => {
    const tensors = list(values);
    return context.run((...parts) => t.concat(parts, axis), ...tensors);
  };
  const slice = (x: unknown, begin: number | number[], size?: number | number[]): unknown => {
    const starts = typeof begin === 'number' ? [begin] : begin;
    const sizes = typeof size === 'number' ? [size] : (size ?? []);
    const ranges = starts.map((start, axis): SliceRange => {
      const count = sizes[axis] ?? -1;
      return count === -1 ? [start] : [start, start + count];
    });
    if (starts.some((start) => start < 0)) context.reject('starts below 0, which mean another thing in ours');
    return one(x, (y) => t.slice(y, ranges));
  };
  const reverse = (x: unknown, axis?: Axes): unknown =>
    one(x, (y) => t.flip(y, axis === null ? undefined : axis));
  const pad = (x: unknown, widths: [number, number][], value = 0): unknown => {
    if (widths.some((pair) => pair.length !== 2 || pair.some((width) => width < 0)))
      context.reject('checks of arguments, which tfjs does itself');
    return one(x, (y) => t.pad(y, widths, value));
  };
  const transpose = (x: unknown, permutation?: number[] | null): unknown =>
    one(x, (y) => t.transpose(y, permutation ?? undefined));
  const squeeze = (x: unknown, axes?: number[]): unknown => one(x, (y) => t.squeeze(y, axes));
  const tile = (x: unknown, repeats: number[]): unknown =>
    one(x, (y) => {
      const sizes = y.shape as readonly number[];
      const split = t.reshape(
        y,
        sizes.flatMap((size) => [1, size]),
      );
      const wide = t.broadcastTo(
        split,
        sizes.flatMap((size, axis) => [repeats[axis]!, size]),
      );
      return t.reshape(
        wide,
        sizes.map((size, axis) => size * repeats[axis]!),
      );
    });
  const stridedSlice = (
    x: unknown,
    begin: number[],
    end: number[],
    strides: number[] = [],
    ...masks: (number | undefined)[]
  ): unknown => {
    const rank = context.tensor(x).rank;
    const plain =
      begin.length <= rank && masks.every((mask) => !mask) && strides.every((stride) => stride > 0);
    if (!plain) context.reject('masks and negative strides of strided slices');
    return one(x, (y) =>
      t.slice(
        y,
        begin.map((start, axis): SliceRange => {
          const size = y.shape[axis] as number;
          const clamp = (at: number): number => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
          const from = clamp(start);
          return [from, Math.max(clamp(end[axis]!), from), strides[axis] ?? 1];
        }),
      ),
    );
  };
  const gather = (x: unknown, indices: unknown, axis = 0, batchDims = 0): unknown => {
    if (batchDims !== 0) context.reject('gather with batch axes');
    return context.run(
      (y, i) => {
        const at = axis < 0 ? axis + y.rank : axis;
        const order = [at, ...[...y.shape.keys()].filter((other) => other !== at)];
        const rows = t.gather(t.transpose(y, order), i);
        // The axes of the indices stand where the axis was.
        const own = [...i.shape.keys()];
        const others = order.slice(1).map((_, k) => i.rank + k);
        return t.transpose(rows, [...others.slice(0, at), ...own, ...others.slice(at)]);
      },
      context.tensor(x),
      context.tensor(indices, 'int32'),
    );
  };
  /** A function of tfjs for tensors with a certain number of axes. */
  const ranked =
    <A extends unknown[]>(rank: number, fn: (x: unknown, ...args: A) => unknown) =>
    (x: unknown, ...args: A): unknown => {
      if (context.tensor(x).rank !== rank) context.reject('checks of arguments, which tfjs does itself');
      return fn(x, ...args);
    };
  return {
    reshape: (x: unknown, shape: number[]) => one(x, (y) => t.reshape(y, shape)),
    transpose,
    squeeze,
    expandDims: (x: unknown, axis = 0) => one(x, (y) => t.expandDims(y, axis)),
    broadcastTo: (x: unknown, shape: number[]) => one(x, (y) => t.broadcastTo(y, shape)),
    concat,
    concat1d: (values: unknown) => concat(values, 0),
    concat2d: concat,
    concat3d: concat,
    concat4d: concat,
    stack: (values: unknown, axis = 0) => context.run((...parts) => t.stack(parts, axis), ...list(values)),
    unstack: (x: unknown, axis = 0) =>
      one(x, (y) => {
        const size = y.shape[axis < 0 ? axis + y.rank : axis];
        if (typeof size !== 'number') return context.reject('checks of arguments, which tfjs does itself');
        return t.split(y, size, axis).map((part) => t.squeeze(part, [axis]));
      }),
    split: (x: unknown, parts: number | number[], axis = 0) => {
      const free = typeof parts === 'number' ? -1 : parts.indexOf(-1);
      if (free >= 0) context.reject('parts of a split that are left open');
      return one(x, (y) => t.split(y, parts, axis));
    },
    slice,
    slice1d: ranked(1, slice),
    slice2d: ranked(2, slice),
    slice3d: ranked(3, slice),
    slice4d: ranked(4, slice),
    stridedSlice,
    reverse,
    reverse1d: ranked(1, (x) => reverse(x, 0)),
    reverse2d: ranked(2, reverse),
    reverse3d: ranked(3, reverse),
    reverse4d: ranked(4, reverse),
    pad,
    pad1d: (x: unknown, widths: [number, number], value = 0) => pad(x, [widths], value),
    pad2d: ranked(2, pad),
    pad3d: ranked(3, pad),
    pad4d: ranked(4, pad),
    tile,
    gather,
    zerosLike: (x: unknown) => one(x, (y) => t.zerosLike(y)),
    onesLike: (x: unknown) => one(x, (y) => t.onesLike(y)),
  };
}
