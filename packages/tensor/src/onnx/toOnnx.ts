import { InvalidArgumentError } from '@pct/core';
import type { Graph, Value } from '../graph/types.js';
import { OnnxModelBuilder, type OnnxModelInfo } from './builder.js';
import { encodeOnnxModel } from './encode.js';
import { onnxLowerings } from './lowerings/table.js';
import type { OnnxModel } from './model.js';

/** A graph as an ONNX model. */
export interface LoweredGraph {
  readonly model: OnnxModel;
  /** Name in the model of each input of the graph, in its order. */
  readonly inputNames: readonly string[];
  /** Name in the model of each output of the graph, in its order. */
  readonly outputNames: readonly string[];
}

/**
 * Writes a graph as the bytes of an `.onnx` file: {@link graphToOnnx}, encoded.
 *
 * @param graph - a traced function, such as `compiled.graph`
 * @param info - {@link OnnxModelInfo}
 * @throws {@link InvalidArgumentError} if a primitive cannot be written in ONNX
 * @example
 * ```ts
 * await writeFile('loss.onnx', toOnnx(compiled.graph, { name: 'loss', metadata: { licence: 'MIT' } }));
 * ```
 */
export function toOnnx(graph: Graph, info: OnnxModelInfo = {}): Uint8Array {
  return encodeOnnxModel(graphToOnnx(graph, info).model);
}

/**
 * Writes a graph as an ONNX model of opset 21. Inputs and outputs keep their names (an output that would be
 * called like an input gets `'` behind it); named sizes become symbolic dimensions; bool, int32, float32 and
 * float64 stay what they are.
 *
 * @param graph - a traced function
 * @param info - {@link OnnxModelInfo}
 * @throws {@link InvalidArgumentError} if a primitive cannot be written in ONNX, such as an operation with a
 *   body in TypeScript
 */
export function graphToOnnx(graph: Graph, info: OnnxModelInfo = {}): LoweredGraph {
  const builder = new OnnxModelBuilder();
  const names = new Map<Value, string>();
  const nameOf = (value: Value): string | undefined => names.get(value);
  const knownName = (value: Value): string => {
    const name = names.get(value);
    if (name === undefined) {
      throw new InvalidArgumentError(`graphToOnnx: %${value.id} is used before it is computed`);
    }
    return name;
  };
  const inputNames = graph.inputs.map((value, index) => {
    const name = builder.input(graph.inputNames[index]!, value.type.dtype, value.type.shape);
    names.set(value, name);
    return name;
  });
  for (const node of graph.nodes) {
    const { primitive } = node;
    const inputs = node.inputs.map(knownName);
    const own = primitive.lower?.onnx;
    const lowering = Object.hasOwn(onnxLowerings, primitive.name) ? onnxLowerings[primitive.name] : undefined;
    const outputs = own?.(builder, node, inputs) ?? lowering?.(builder, node, inputs, nameOf);
    if (outputs === undefined) {
      throw new InvalidArgumentError(
        `graphToOnnx: '${primitive.name}' has no form in ONNX; give the primitive a lower.onnx, or run the program in the interpreter`,
      );
    }
    node.outputs.forEach((value, index) => names.set(value, outputs[index]!));
  }
  const taken = new Set(inputNames);
  const outputNames = graph.outputs.map((value, index) => {
    let name = graph.outputNames[index]!;
    while (taken.has(name)) name += "'";
    taken.add(name);
    builder.output(name, knownName(value), value.type.dtype, value.type.shape);
    return name;
  });
  return { model: builder.model(info), inputNames, outputNames };
}
