import { ShapeError, InvalidArgumentError } from '@pct/core';
import { checkAxis, checkElements } from '../graph/check.js';
import { describeTypes } from '../graph/describe.js';
import type { Dim } from '../graph/dim.js';
import { addDims } from '../graph/dim.js';
import { allocateWide } from '../graph/dtype.js';
import type { Primitive } from '../graph/primitive.js';
import { aroundAxis, countElements } from '../reference/indexing.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import { zerosLike } from './full.js';
import { sliceAxis } from './slice.js';
import { withAxis } from './factories/batch.js';

/** Attributes of operations along one axis. */
export interface AxisAttributes {
  /** Counted from the start. */
  readonly axis: number;
}

/** Arrays one after the other along an axis. */
export const concatPrimitive: Primitive<AxisAttributes> = {
  name: 'concat',
  infer(inputs, { axis }) {
    const dtype = checkElements('concat', inputs, 'any');
    const first = inputs[0]!.shape;
    for (const { shape } of inputs)
      if (shape.length !== first.length || shape.some((size, i) => i !== axis && size !== first[i]))
        throw new ShapeError(`concat: all axes but ${axis} must be equal, got ${describeTypes(inputs)}`);
    return [{ dtype, shape: first.with(axis, inputs.map(({ shape }) => shape[axis]!).reduce(addDims)) }];
  },
  jvp({ inputs, attributes: { axis } }, tangents) {
    return [
      concat(
        inputs.map((input, i) => tangents[i] ?? zerosLike(input)),
        axis,
      ),
    ];
  },
  vjp({ inputs, attributes: { axis } }, [cotangent], wanted) {
    if (cotangent === undefined) return [];
    let start: Dim = 0;
    return inputs.map(({ shape }, i) => {
      const stop = addDims(start, shape[axis]!);
      const part = wanted[i] === true ? sliceAxis(cotangent, axis, start, stop) : undefined;
      start = stop;
      return part;
    });
  },
  batch: ({ attributes: { axis }, ...applied }) => [concat(withAxis(applied), axis + 1)],
  reference(inputs, { attributes: { axis }, outputs }) {
    const { dtype, shape } = outputs[0]!;
    const out = allocateWide(dtype, countElements(shape));
    const [before] = aroundAxis(shape, axis);
    let to = 0;
    for (let i = 0; i < before; i++)
      for (const { data } of inputs) {
        const length = data.length / before;
        out.set(data.subarray(i * length, (i + 1) * length), to);
        to += length;
      }
    return [out];
  },
};

/**
 * Puts arrays one after the other along an existing axis.
 *
 * @param tensors - at least one; equal but for this axis
 * @param axis - negative ones counted from the end. @defaultValue `0`
 * @throws {@link ShapeError} if the other axes differ; {@link InvalidArgumentError} if element types differ
 */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  const [first] = tensors;
  if (first === undefined) throw new InvalidArgumentError('concat: needs at least one array');
  const checked = checkAxis('concat', axis, first.rank);
  return tensors.length === 1 ? first : applyOne(concatPrimitive, tensors, { axis: checked });
}
