import { checkAxes } from '../graph/check.js';
import type { Primitive } from '../graph/primitive.js';
import { positions, stridesOf } from '../reference/indexing.js';
import { pick } from '../reference/pick.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import type { ReductionAttributes } from './factories/reduction.js';
import { shifted } from './factories/batch.js';

/** Reverse order along some axes. */
export const flipPrimitive: Primitive<ReductionAttributes> = {
  name: 'flip',
  infer: ([input]) => [{ dtype: input!.dtype, shape: input!.shape }],
  jvp: ({ attributes: { axes } }, [tangent]) => [tangent && flip(tangent, axes)],
  vjp: ({ attributes: { axes } }, [cotangent]) => [cotangent && flip(cotangent, axes)],
  batch: ({ inputs: [x], attributes: { axes } }) => [flip(x!, shifted(axes))],
  reference([input], { attributes: { axes }, outputs }) {
    const { shape } = input!;
    const strides = stridesOf(shape);
    const last = axes.reduce((sum, axis) => sum + (shape[axis]! - 1) * strides[axis]!, 0);
    const signed = strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride));
    return [pick(input!.data, positions(shape, signed, last), outputs[0]!.dtype)];
  },
};

/**
 * Reverses the order of elements along axes.
 *
 * @param x - any array
 * @param axes - negative ones counted from the end; all by default
 * @throws {@link ShapeError} for an axis that is not there or is named twice
 */
export function flip(x: Tensor, axes?: readonly number[] | number): Tensor {
  const list = axes === undefined ? [...x.shape.keys()] : typeof axes === 'number' ? [axes] : axes;
  const checked = checkAxes('flip', list, x.rank);
  return checked.length === 0 ? x : applyOne(flipPrimitive, [x], { axes: checked });
}
