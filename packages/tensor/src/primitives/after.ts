import type { Derivatives, Primitive } from '../graph/primitive.js';
import type { Tensor } from '../trace/Tensor.js';
import { apply } from '../trace/Tensor.js';

/** Attributes of {@link after}. */
export interface AfterAttributes {
  /** Number of inputs that are passed on; the others are waited for. */
  readonly count: number;
}

/**
 * Arrays as they are, but not before others are computed. Neither clean-up nor an engine may look through it: it is
 * what keeps values that are computed twice from being computed once.
 */
export const afterPrimitive: Primitive<AfterAttributes> = {
  name: 'after',
  infer: (inputs, { count }) => inputs.slice(0, count).map(({ dtype, shape }) => ({ dtype, shape })),
  jvp({ inputs, attributes: { count } }, tangents) {
    return passOn(tangents.slice(0, count), inputs.slice(count));
  },
  vjp: (_, cotangents) => cotangents,
  // An output that is the same for all examples stays so.
  batch: ({ primitive, inputs, attributes }) => apply(primitive, inputs, attributes),
  reference: (inputs, { attributes: { count } }) => inputs.slice(0, count).map(({ data }) => data),
};

/** Derivatives after others; undefined ones stay. */
function passOn(derivatives: Derivatives, others: readonly Tensor[]): Derivatives {
  const there = derivatives.filter((derivative) => derivative !== undefined);
  if (there.length === 0) return [];
  const passed = apply(afterPrimitive, [...there, ...others], { count: there.length });
  let next = 0;
  return derivatives.map((derivative) => derivative && passed[next++]);
}

/**
 * Arrays as they are, bit for bit, that a program has only once others are computed.
 *
 * @param tensors - what is passed on
 * @param others - what has to be there first
 */
export function after(tensors: readonly Tensor[], others: readonly Tensor[]): readonly Tensor[] {
  if (tensors.length === 0 || others.length === 0) return tensors;
  return apply(afterPrimitive, [...tensors, ...others], { count: tensors.length });
}
