import type { Dim } from './dim.js';
import type { Primitive } from './primitive.js';

/** Element types of arrays. There is no implicit conversion between them; see `cast`. */
export type DType = 'float32' | 'float64' | 'int32' | 'bool';

/** Type of an array in a program: its elements and its axes, each a number or a named symbolic size. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: readonly Dim[];
}

/** What holds the elements at run time: float32, float64, int32, bool (0 or 1), in this order. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Array at run time: elements in row-major order. The class of `data` tells the element type. */
export interface NdArray {
  readonly data: TypedArray;
  readonly shape: readonly number[];
}

/**
 * What a node's attributes may hold: plain data, so that graphs print, compare and serialise. An attribute
 * whose value may depend on named sizes is a {@link Dim} or a list of them.
 */
export type Attribute =
  number | string | boolean | undefined | readonly number[] | readonly Dim[] | TypedArray | object;

/** Attributes of a node by name; every primitive declares its own. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** One array of a graph: an input of the graph or an output of a node. Static single assignment. */
export interface Value {
  /** Unique within its graph, inputs first, then outputs in the order of the nodes; printed as `%id`. */
  readonly id: number;
  readonly type: TensorType;
  /** Node that computes it; undefined for inputs of the graph. */
  readonly node?: Node | undefined;
}

/** Application of a primitive in a graph. */
export interface Node {
  readonly primitive: Primitive;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
}

/**
 * A traced function: nodes in an order in which they can run. An output may be an input, and may be there
 * twice. Every named size is the plain size of some axis of some input, so it is known when a run begins.
 */
export interface Graph {
  readonly inputs: readonly Value[];
  /** Path of each input in the arguments, such as `params.layer1.weight`; unique. */
  readonly inputNames: readonly string[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly Value[];
  /** Path of each output in the result, such as `output[0].weight`; unique. */
  readonly outputNames: readonly string[];
}
