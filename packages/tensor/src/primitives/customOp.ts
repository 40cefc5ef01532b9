import { InvalidArgumentError, ShapeError } from '@pct/core';
import { describeShape } from '../graph/describe.js';
import type { Derivatives, Primitive } from '../graph/primitive.js';
import type { DType, NdArray, TensorType, TypedArray } from '../graph/types.js';
import { countElements } from '../reference/indexing.js';
import { Tensor, apply } from '../trace/Tensor.js';
import type { NoAttributes } from './factories/elementwise.js';

/** An operation with a body in TypeScript (or WebAssembly) and its own derivative. */
export interface CustomOpRule {
  /** Name for messages and printed graphs. */
  readonly name: string;
  /** Types of the outputs; throws if the inputs do not fit. */
  infer(inputs: readonly TensorType[]): readonly TensorType[];
  /**
   * Computes the outputs.
   *
   * @param inputs - not to be changed or kept; floating point elements come as `Float64Array` in the
   *   interpreter and in the class of the element type elsewhere
   * @param outputs - element type and shape of each output, named sizes already numbers
   * @returns elements of each output, row-major
   */
  run(
    inputs: readonly NdArray[],
    outputs: readonly { readonly dtype: DType; readonly shape: readonly number[] }[],
  ): readonly TypedArray[];
  /**
   * Jᵀ v, written in operations: derivatives with respect to the inputs from those with respect to the
   * outputs; undefined stands for zero. From it follows J u, so that `jvp` need not be given.
   */
  vjp?(inputs: readonly Tensor[], outputs: readonly Tensor[], cotangents: Derivatives): Derivatives;
  /** J u, written in operations: derivatives of the outputs from those of the inputs. `vjp` follows from it. */
  jvp?(inputs: readonly Tensor[], outputs: readonly Tensor[], tangents: Derivatives): Derivatives;
}

/**
 * Makes an operation from a TypeScript body and its derivative. Engines that cannot run it inside of their
 * program run what is before it, then the body, then the rest.
 *
 * @param rule - {@link CustomOpRule}; one with neither `vjp` nor `jvp` cannot be differentiated
 * @returns function of tensors with the outputs as a list
 * @example
 * ```ts
 * const cube = customOp({
 *   name: 'cube',
 *   infer: (inputs) => inputs,
 *   run: ([x]) => [Float64Array.from(x.data, (v) => v ** 3)],
 *   vjp: ([x], _, [g]) => [g && mul(g, mul(3, mul(x, x)))],
 * });
 * ```
 */
export function customOp(rule: CustomOpRule): (...inputs: readonly Tensor[]) => readonly Tensor[] {
  const { name } = rule;
  const primitive: Primitive<NoAttributes> = {
    name,
    custom: true,
    infer: (inputs) => rule.infer(inputs),
    ...derivativesOf(rule),
    reference(inputs, { outputs }) {
      const results = rule.run(inputs, outputs);
      outputs.forEach(({ shape }, i) => {
        if (results[i]?.length !== countElements(shape))
          throw new ShapeError(
            `${name}: output ${i} must have ${countElements(shape)} elements for shape ${describeShape(shape)}, got ${results[i]?.length ?? 'nothing'}`,
          );
      });
      return results;
    },
  };
  return (...inputs) => {
    inputs.forEach((input, i) => {
      if (!(input instanceof Tensor))
        throw new InvalidArgumentError(`${name}: operand ${i} must be a tensor`);
    });
    return apply(primitive, inputs, {});
  };
}

function derivativesOf(rule: CustomOpRule): Pick<Primitive<NoAttributes>, 'jvp' | 'vjp'> {
  if (rule.vjp === undefined && rule.jvp === undefined) {
    const fail = (): never => {
      throw new InvalidArgumentError(
        `${rule.name}: has no derivative; give customOp a vjp or a jvp, or pass stopGradient(x) where none is wanted`,
      );
    };
    return { jvp: fail, vjp: fail };
  }
  return {
    ...(rule.vjp && {
      vjp: ({ inputs, outputs }, cotangents) => rule.vjp?.(inputs, outputs, cotangents) ?? [],
    }),
    ...(rule.jvp && {
      jvp: ({ inputs, outputs }, tangents) => rule.jvp?.(inputs, outputs, tangents) ?? [],
    }),
  };
}
