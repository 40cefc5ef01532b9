import { ShapeError } from '@pct/core';
import { checkAxis } from '../graph/check.js';
import { describeShape, describeType } from '../graph/describe.js';
import type { Primitive } from '../graph/primitive.js';
import { pick } from '../reference/pick.js';
import { positions, stridesOf } from '../reference/indexing.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import { shifted } from './factories/batch.js';

/** Attributes of {@link transpose}. */
export interface TransposeAttributes {
  /** Axis of the input for each axis of the output. */
  readonly permutation: readonly number[];
}

/** Other order of the axes. */
export const transposePrimitive: Primitive<TransposeAttributes> = {
  name: 'transpose',
  infer: ([input], { permutation }) => [
    { dtype: input!.dtype, shape: permutation.map((axis) => input!.shape[axis]!) },
  ],
  jvp: ({ attributes }, [tangent]) => [tangent && transpose(tangent, attributes.permutation)],
  vjp({ attributes: { permutation } }, [cotangent]) {
    return [
      cotangent &&
        transpose(
          cotangent,
          permutation.map((_, axis) => permutation.indexOf(axis)),
        ),
    ];
  },
  batch: ({ inputs: [x], attributes: { permutation } }) => [transpose(x!, [0, ...shifted(permutation)])],
  reference([input], { attributes: { permutation }, outputs }) {
    const strides = stridesOf(input!.shape);
    const at = positions(
      outputs[0]!.shape,
      permutation.map((axis) => strides[axis]!),
    );
    return [pick(input!.data, at, outputs[0]!.dtype)];
  },
};

/**
 * Puts the axes in another order.
 *
 * @param x - any array
 * @param permutation - axis of `x` for each axis of the result, negative ones counted from the end.
 *   Default: the axes in reverse order
 * @throws {@link ShapeError} if it does not name every axis once
 */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  const axes =
    permutation?.map((axis) => checkAxis('transpose', axis, x.rank)) ?? [...x.shape.keys()].reverse();
  if (axes.length !== x.rank || new Set(axes).size !== x.rank)
    throw new ShapeError(
      `transpose: the permutation must name every axis of ${describeType(x)} once, got ${describeShape(axes)}`,
    );
  if (axes.every((axis, i) => axis === i)) return x;
  return applyOne(transposePrimitive, [x], { permutation: axes });
}

/** Exchanges two axes. */
export function swapAxes(x: Tensor, a: number, b: number): Tensor {
  const first = checkAxis('swapAxes', a, x.rank);
  const second = checkAxis('swapAxes', b, x.rank);
  return transpose(
    x,
    x.shape.map((_, axis) => (axis === first ? second : axis === second ? first : axis)),
  );
}

/** Puts an axis at another place; the others keep their order. Both are counted from the start. */
export function moveAxis(x: Tensor, from: number, to: number): Tensor {
  const others = [...x.shape.keys()].filter((axis) => axis !== from);
  return transpose(x, others.toSpliced(to, 0, from));
}
