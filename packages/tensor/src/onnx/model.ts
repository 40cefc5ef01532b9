/**
 * ONNX models as plain data: what the messages of `onnx.proto` hold, as far as array programs need them.
 *
 * @see https://github.com/onnx/onnx/blob/main/docs/IR.md
 */

/** Element types of ONNX tensors that this package reads and writes, with their numbers in the format. */
export const ONNX_TYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
} as const;

/** Element type of an ONNX tensor. */
export type OnnxType = keyof typeof ONNX_TYPES;

/** Bytes of one element. */
export const ONNX_TYPE_BYTES: Readonly<Record<OnnxType, number>> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
  float64: 8,
  uint32: 4,
  uint64: 8,
};

/** A constant array. */
export interface OnnxTensor {
  readonly type: OnnxType;
  readonly shape: readonly number[];
  /** Elements, row-major, little-endian; a view on the file after decoding. */
  readonly data: Uint8Array;
}

/** Value of a node's attribute. Which kind an attribute has is fixed by the operator. */
export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  | { readonly kind: 'graph'; readonly value: OnnxGraph }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] };

/** Application of an operator. An input named '' is left out. */
export interface OnnxNode {
  readonly op: string;
  /** Operator set; '' is ONNX's own. */
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** Name and type of an array. An axis is a number, a name that stands for one size, or undefined (any size). */
export interface OnnxValueInfo {
  readonly name: string;
  readonly type: OnnxType;
  /** Undefined if even the rank is unknown. */
  readonly shape: readonly (number | string | undefined)[] | undefined;
}

/** A program: nodes in an order in which they can run. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: Readonly<Record<string, OnnxTensor>>;
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
}

/** What an ONNX file holds. */
export interface OnnxModel {
  /** Version of the file format. */
  readonly irVersion: number;
  /** Version of each operator set by its domain; '' is ONNX's own. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly producerName: string;
  readonly producerVersion: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly graph: OnnxGraph;
}

/** Numbers of the attribute kinds in the format. */
export const ATTRIBUTE_KINDS = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const satisfies Record<OnnxAttribute['kind'], number>;
