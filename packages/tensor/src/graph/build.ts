import { InvalidArgumentError } from '@pct/core';
import type { Application } from '../trace/Tensor.js';
import type { Tensor } from '../trace/Tensor.js';
import { describeType } from './describe.js';
import { namesInDim } from './dim.js';
import type { Graph, Node, TensorType, Value } from './types.js';

/** A node while its outputs are being made. */
interface OpenNode extends Node {
  readonly outputs: Value[];
}

/** Gives out values with consecutive ids. */
export class GraphWriter {
  private next = 0;
  readonly nodes: Node[] = [];

  input(type: TensorType): Value {
    return { id: this.next++, type: plainType(type) };
  }

  node(node: Omit<Node, 'outputs'>, types: readonly TensorType[]): readonly Value[] {
    const { primitive, inputs, attributes } = node;
    const written: OpenNode = { primitive, inputs, attributes, outputs: [] };
    for (const type of types) written.outputs.push({ id: this.next++, type: plainType(type), node: written });
    this.nodes.push(written);
    return written.outputs;
  }
}

/**
 * Collects what some tensors are computed from.
 *
 * @param inputs - tensors that count as given
 * @param inputNames - their names
 * @param outputs - tensors to compute
 * @param outputNames - their names
 * @throws {@link InvalidArgumentError} if an output depends on an argument that is not among the inputs, or on
 *   a named size that no input has
 */
export function buildGraph(
  inputs: readonly Tensor[],
  inputNames: readonly string[],
  outputs: readonly Tensor[],
  outputNames: readonly string[],
): Graph {
  const writer = new GraphWriter();
  const values = new Map<Tensor, Value>();
  for (const input of inputs) values.set(input, writer.input(input));
  const known = new Set(inputs.flatMap((input) => input.shape.flatMap(namesInDim)));
  const find = (tensor: Tensor): Value => {
    const value = values.get(tensor);
    if (value === undefined)
      throw new InvalidArgumentError(
        `trace: the result uses ${describeType(tensor)} that is an argument of another traced function; pass it as an argument`,
      );
    return value;
  };
  for (const application of applicationsInOrder(outputs, new Set(inputs))) {
    for (const output of application.outputs) checkNames(output, application, known);
    const node = {
      primitive: application.primitive,
      inputs: application.inputs.map(find),
      attributes: application.attributes,
    };
    writer.node(node, application.outputs).forEach((value, i) => {
      const tensor = application.outputs[i];
      if (tensor !== undefined) values.set(tensor, value);
    });
  }
  return {
    inputs: inputs.map(find),
    inputNames,
    nodes: writer.nodes,
    outputs: outputs.map(find),
    outputNames,
  };
}

/**
 * Applications that tensors are computed by, each after those it depends on.
 *
 * @param outputs - tensors to compute
 * @param given - tensors at which to stop
 */
export function applicationsInOrder(outputs: readonly Tensor[], given: ReadonlySet<Tensor>): Application[] {
  const order: Application[] = [];
  const state = new Map<Application, 'open' | 'done'>();
  // An explicit stack: programs may be deeper than the call stack.
  const stack: Application[] = [];
  const push = (tensor: Tensor): void => {
    const { source } = tensor;
    if (source !== undefined && !given.has(tensor) && !state.has(source)) stack.push(source);
  };
  for (const output of outputs) {
    push(output);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      if (state.get(top) === undefined) {
        state.set(top, 'open');
        for (let i = top.inputs.length - 1; i >= 0; i--) push(top.inputs[i]!);
      } else {
        stack.pop();
        if (state.get(top) === 'open') {
          state.set(top, 'done');
          order.push(top);
        }
      }
    }
  }
  return order;
}

function checkNames(type: TensorType, application: Application, known: ReadonlySet<string>): void {
  for (const dim of type.shape)
    for (const name of namesInDim(dim))
      if (!known.has(name))
        throw new InvalidArgumentError(
          `trace: ${application.primitive.name} makes ${describeType(type)}, but no input has an axis of size '${name}'`,
        );
}

function plainType({ dtype, shape }: TensorType): TensorType {
  return { dtype, shape };
}
