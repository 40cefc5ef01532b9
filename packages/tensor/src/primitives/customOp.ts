import { InvalidArgumentError, ShapeError, describeValue } from '@pct/core';
import { sameShape } from '../graph/check.js';
import { describeShape, describeType } from '../graph/describe.js';
import type { Dim } from '../graph/dim.js';
import { isFloat } from '../graph/dtype.js';
import type { Derivatives, Primitive } from '../graph/primitive.js';
import type { DType, NdArray, TensorType, TypedArray } from '../graph/types.js';
import { countElements } from '../reference/indexing.js';
import { Tensor, apply } from '../trace/Tensor.js';
import type { NoAttributes } from './factories/elementwise.js';
import { applyPerExample } from './factories/perExample.js';

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
  /**
   * The operation on many examples at once, for `vmap`. Without it the body runs once per example.
   *
   * @param inputs - those that are `batched` with a new first axis of the given size, one array per example; the others
   *   are the same for all examples
   * @param batched - which inputs have the new axis; at least one
   * @param size - number of examples; may be a named size
   * @returns the outputs, each with the new first axis
   */
  batch?(inputs: readonly Tensor[], batched: readonly boolean[], size: Dim): readonly Tensor[];
}

/** One primitive per rule, so that programs with the same rule are equal. */
const made = new WeakMap<CustomOpRule, Primitive<NoAttributes>>();

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
  const primitive: Primitive<NoAttributes> = made.get(rule) ?? {
    name,
    custom: true,
    infer: (inputs) => rule.infer(inputs),
    ...derivativesOf(rule),
    batch(applied) {
      const { inputs, batched, outputs, size } = applied;
      if (rule.batch === undefined) return applyPerExample(applied);
      const results = rule.batch(inputs, batched, size);
      outputs.forEach(({ dtype, shape }, i) => {
        const type = { dtype, shape: [size, ...shape] };
        checkResult(name, `batch must return for output ${i}`, type, results[i]);
      });
      return results;
    },
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
  made.set(rule, primitive);
  return (...inputs) => {
    inputs.forEach((input, i) => {
      if (!(input instanceof Tensor))
        throw new InvalidArgumentError(`${name}: operand ${i} must be a tensor`);
    });
    return apply(primitive, inputs, {});
  };
}

function derivativesOf(rule: CustomOpRule): Pick<Primitive<NoAttributes>, 'jvp' | 'vjp'> {
  const { name } = rule;
  if (rule.vjp === undefined && rule.jvp === undefined) {
    const fail = (): never => {
      throw new InvalidArgumentError(
        `${name}: has no derivative; give customOp a vjp or a jvp, or pass stopGradient(x) where none is wanted`,
      );
    };
    return { jvp: fail, vjp: fail };
  }
  const checked = (words: string, types: readonly TensorType[], derivatives: Derivatives): Derivatives => {
    types.forEach((type, i) => {
      if (derivatives[i] !== undefined && isFloat(type.dtype))
        checkResult(name, `${words} ${i}`, type, derivatives[i]);
    });
    return derivatives;
  };
  return {
    ...(rule.vjp && {
      vjp: ({ inputs, outputs }, cotangents) =>
        checked('vjp must return for input', inputs, rule.vjp?.(inputs, outputs, cotangents) ?? []),
    }),
    ...(rule.jvp && {
      jvp: ({ inputs, outputs }, tangents) =>
        checked('jvp must return for output', outputs, rule.jvp?.(inputs, outputs, tangents) ?? []),
    }),
  };
}

/** Checks what a caller's rule returned. */
function checkResult(name: string, words: string, type: TensorType, result: Tensor | undefined): void {
  if (result instanceof Tensor && result.dtype === type.dtype && sameShape(result.shape, type.shape)) return;
  const got = result instanceof Tensor ? describeType(result) : describeValue(result);
  throw new ShapeError(`${name}: ${words} ${describeType(type)}, got ${got}`);
}
