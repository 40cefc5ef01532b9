import { FileFormatError, InvalidArgumentError } from '@pct/core';
import type { Dim } from '../graph/dim.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../onnx/model.js';
import type { Tensor } from '../trace/Tensor.js';
import type { OnnxValue } from './Known.js';
import { foldTensor, Known, tensorOf } from './Known.js';

/** What all nodes of a model have in common. */
export interface OnnxContext {
  /** Name of the file, for messages. */
  readonly file: string;
  /** Version of ONNX's own operator set. */
  readonly opset: number;
  /** Element type that float16 and float32 arrays have in the program. */
  readonly float: 'float32' | 'float64';
}

/** Computes the outputs of a node, the first ones at least. */
export type Operator = (call: OnnxCall) => OnnxValue | readonly OnnxValue[];

type AttributeValues = {
  readonly [K in OnnxAttribute['kind']]: Extract<OnnxAttribute, { readonly kind: K }>['value'];
};

/** Application of an operator to values, with checked access to its inputs and attributes. */
export class OnnxCall {
  readonly context: OnnxContext;
  readonly node: OnnxNode;
  /** One per input of the node, undefined for one that is left out. */
  readonly inputs: readonly (OnnxValue | undefined)[];

  constructor(context: OnnxContext, node: OnnxNode, inputs: readonly (OnnxValue | undefined)[]) {
    this.context = context;
    this.node = node;
    this.inputs = inputs;
  }

  /** The same node with other inputs. */
  with(inputs: readonly (OnnxValue | undefined)[]): OnnxCall {
    return new OnnxCall(this.context, this.node, inputs);
  }

  /** An error for a node that is not as the format says. */
  broken(problem: string): FileFormatError {
    return new FileFormatError({ file: this.context.file }, `${describeNode(this.node)} ${problem}`);
  }

  /** An error for a valid node that array programs cannot express. */
  unsupported(problem: string): InvalidArgumentError {
    return new InvalidArgumentError(`${problem}; not supported`);
  }

  /** Whether an input is there. */
  has(index: number): boolean {
    return this.inputs[index] !== undefined;
  }

  /** An input that has to be there. */
  value(index: number): OnnxValue {
    const value = this.inputs[index];
    if (value === undefined) throw this.broken(`has no input ${index}`);
    return value;
  }

  /** {@link value} as a tensor. */
  tensor(index: number): Tensor {
    return tensorOf(this.value(index));
  }

  /** All inputs as tensors. */
  tensors(): Tensor[] {
    return this.inputs.map((_, index) => this.tensor(index));
  }

  /** An input that has to be integers known while tracing, up to named sizes. */
  sizes(index: number): readonly Dim[] {
    const value = this.value(index);
    if (value instanceof Known) return value.elements;
    const folded = foldTensor(value);
    if (folded === undefined)
      throw new InvalidArgumentError(
        `input ${index} ("${this.node.inputs[index]}") must be known while tracing, but depends on what the model computes or on a named size in a way that is not a sum or product; give the named sizes numbers with the option sizes`,
      );
    return [...folded.data];
  }

  /** {@link sizes} without named ones. */
  integers(index: number): number[] {
    return this.sizes(index).map((size) => {
      if (typeof size === 'number') return size;
      throw new InvalidArgumentError(
        `input ${index} ("${this.node.inputs[index]}") must be numbers, got the named size '${size}'; give it a number with the option sizes`,
      );
    });
  }

  /** A number that is the same at every run. */
  number(index: number): number {
    const [first] = this.integers(index);
    if (first === undefined) throw this.broken(`needs a number as input ${index}`);
    return first;
  }

  /** Value of an attribute, undefined if it is not there. */
  attribute<K extends OnnxAttribute['kind']>(kind: K, name: string): AttributeValues[K] | undefined {
    const attribute = this.node.attributes[name];
    if (attribute === undefined) return undefined;
    if (attribute.kind !== kind)
      throw this.broken(`must have an attribute ${name} of kind ${kind}, got ${attribute.kind}`);
    return attribute.value as AttributeValues[K];
  }

  /** Whole number of an attribute; without a default it has to be there. */
  int(name: string, fallback?: number): number {
    const value = this.attribute('int', name) ?? fallback;
    if (value === undefined) throw this.broken(`has no attribute ${name}`);
    return value;
  }

  /** Number of an attribute. */
  float(name: string, fallback: number): number {
    return this.attribute('float', name) ?? fallback;
  }

  /** Text of an attribute. */
  string(name: string, fallback: string): string {
    return this.attribute('string', name) ?? fallback;
  }

  /** Whole numbers of an attribute, undefined if it is not there. */
  ints(name: string): readonly number[] | undefined {
    return this.attribute('ints', name);
  }

  /** Whole numbers that are an attribute in older operator sets and an input in newer ones. */
  listOf(name: string, index: number): readonly number[] | undefined {
    return this.ints(name) ?? (this.has(index) ? this.integers(index) : undefined);
  }

  /** Constant array of an attribute, undefined if it is not there. */
  array(name: string): OnnxTensor | undefined {
    return this.attribute('tensor', name);
  }
}

/** A node in words: `node "/layer/Conv" (Conv)`. */
export function describeNode({ name, op, outputs }: OnnxNode): string {
  return `node "${name === '' ? (outputs[0] ?? '') : name}" (${op})`;
}
