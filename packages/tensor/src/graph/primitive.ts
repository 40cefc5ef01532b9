import type { Tensor } from '../trace/Tensor.js';
import type { Dim } from './dim.js';
import type { DType, NdArray, Node, TensorType, TypedArray } from './types.js';

/** The application of a primitive whose derivative is asked for. */
export interface Applied<A extends object> {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: A;
}

/** Derivatives in or out; `undefined` stands for zero and costs nothing. */
export type Derivatives = readonly (Tensor | undefined)[];

/**
 * The application of a primitive to many examples at once: some inputs have a new first axis, along which each
 * example has its own array; the others are the same for all examples.
 */
export interface Batched<A extends object> {
  readonly primitive: Primitive<A>;
  readonly inputs: readonly Tensor[];
  /** Which inputs have the new axis; at least one. */
  readonly batched: readonly boolean[];
  /** Types of the outputs of one example. */
  readonly outputs: readonly TensorType[];
  readonly attributes: A;
  /** Number of examples. */
  readonly size: Dim;
}

/** What a reference implementation needs to know besides its inputs. */
export interface Evaluation<A extends object> {
  readonly attributes: A;
  /** Element type and shape of each output, with numbers for named sizes. */
  readonly outputs: readonly { readonly dtype: DType; readonly shape: readonly number[] }[];
  /** Number for a size in the attributes. */
  readonly size: (dim: Dim) => number;
}

/**
 * What a lowering writes ONNX nodes with. Names are names of ONNX values inside one model; integers that
 * are shapes, axes or indices of ONNX operators are int64 there.
 */
export interface OnnxBuilder {
  /**
   * Adds a node and returns the names of its outputs.
   *
   * @param operator - ONNX operator of the default domain, such as `'MatMul'`
   * @param inputs - names of values; `''` for an optional input that is left out
   * @param attributes - ONNX attributes; integers become INT, other numbers FLOAT: wrap floats that may be
   *   whole as `{ float: 1 }`
   * @param outputs - number of outputs, 1 by default
   */
  node(
    operator: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    outputs?: number,
  ): string[];
  /** Constant array of one of our element types. */
  constant(dtype: DType, shape: readonly number[], values: ArrayLike<number>): string;
  /** Constant int64 array, for axes, shapes and the like. */
  int64(values: readonly number[], shape?: readonly number[]): string;
  /** int64 array of one axis holding these sizes; computed from the inputs' shapes where they are named. */
  dims(dims: readonly Dim[]): string;
}

/** Value of an ONNX attribute. */
export type OnnxAttribute =
  number | string | readonly number[] | { readonly float: number } | { readonly floats: readonly number[] };

/** Writes one node of a graph as ONNX nodes; returns the names of its outputs. */
export type OnnxLowering = (builder: OnnxBuilder, node: Node, inputs: readonly string[]) => string[];

/** How a primitive is written for engines. */
export interface Lowerings {
  readonly onnx?: OnnxLowering | undefined;
}

/**
 * An operation of the language: shape rule, derivative rules written in operations of the language (so that
 * they can be differentiated in turn), reference implementation, lowerings.
 *
 * One of `jvp` and `vjp` is enough: the other one follows from it. A primitive with neither `jvp` nor `vjp` has
 * derivative zero wherever it has one: its outputs are integers or truth values, constants, or steps.
 */
export interface Primitive<A extends object = object> {
  readonly name: string;
  /**
   * Types of the outputs.
   *
   * @throws {@link ShapeError} or {@link InvalidArgumentError} naming the operation and what it was given
   */
  infer(inputs: readonly TensorType[], attributes: A): readonly TensorType[];
  /** Derivatives of the outputs along given derivatives of the inputs: J u. */
  jvp?(applied: Applied<A>, tangents: Derivatives): Derivatives;
  /** Derivatives with respect to the inputs: Jᵀ v. Those of inputs that are not `wanted` may be left out. */
  vjp?(applied: Applied<A>, cotangents: Derivatives, wanted: readonly boolean[]): Derivatives;
  /**
   * The operation on many examples at once, written in operations of the language. Each output has the new axis in
   * front; one that has as many axes as that of one example is the same for all examples.
   */
  batch?(applied: Batched<A>): readonly Tensor[];
  /**
   * Plain implementation; floating point inputs and outputs are `Float64Array` for float32 too.
   * Never changes its inputs; may return the data of an input.
   */
  reference(inputs: readonly NdArray[], evaluation: Evaluation<A>): readonly TypedArray[];
  readonly lower?: Lowerings | undefined;
  /** Whether it works element by element on inputs that broadcast together. */
  readonly elementwise?: boolean | undefined;
  /**
   * For operations that are there for transformations only: output i is input `passes + i`, so that clean-up removes
   * them.
   */
  readonly passes?: number | undefined;
  /** Whether it is a caller's own operation, so that engines run `reference` outside of their program. */
  readonly custom?: boolean | undefined;
}
