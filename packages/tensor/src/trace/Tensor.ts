import { InvalidArgumentError } from '@pct/core';
import { describeType } from '../graph/describe.js';
import type { Dim } from '../graph/dim.js';
import type { Primitive } from '../graph/primitive.js';
import type { Attributes, DType, TensorType } from '../graph/types.js';

/** How a tensor came about. */
export interface Application {
  readonly primitive: Primitive;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  readonly outputs: readonly Tensor[];
}

/**
 * Symbolic array: what the arguments of a traced function are and what the operations return. It has a type
 * and remembers how it is computed, but has no elements; those exist when the compiled program runs.
 *
 * Tensors only point to what they were computed from. Differentiation walks these pointers and makes more
 * tensors, so its result can be differentiated again.
 */
export class Tensor implements TensorType {
  readonly dtype: DType;
  /** Sizes of the axes, each a number or a named size. */
  readonly shape: readonly Dim[];
  /** The application that computes it; undefined for an argument of a traced function. */
  readonly source: Application | undefined;

  /** @internal Use the operations, or `trace` for arguments. */
  constructor(type: TensorType, source?: Application) {
    this.dtype = type.dtype;
    this.shape = type.shape;
    this.source = source;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** The type in words, such as `float32[batch, 34]`. */
  toString(): string {
    return describeType(this);
  }

  /** Tensors have no value while tracing; an accidental `x + y` or `if (x > y)` ends here. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new InvalidArgumentError(
      `Tensor: ${describeType(this)} has no number while tracing; use add(x, y), less(x, y), where(...) instead of operators`,
    );
  }
}

/**
 * Applies a primitive.
 *
 * @returns its outputs
 * @throws what the primitive's shape rule throws
 */
export function apply<A extends object>(
  primitive: Primitive<A>,
  inputs: readonly Tensor[],
  attributes: A,
): readonly Tensor[] {
  const types = primitive.infer(inputs, attributes);
  const outputs: Tensor[] = [];
  // Rules only ever see the attributes that their own primitive was applied with.
  const source = { primitive, inputs, attributes, outputs } as unknown as Application;
  for (const type of types) outputs.push(new Tensor(type, source));
  return outputs;
}

/** Applies a primitive with one output. */
export function applyOne<A extends object>(
  primitive: Primitive<A>,
  inputs: readonly Tensor[],
  attributes: A,
): Tensor {
  const [output] = apply(primitive, inputs, attributes);
  if (output === undefined) throw new InvalidArgumentError(`${primitive.name}: has no output`);
  return output;
}
