import { InvalidArgumentError } from '@pct/core';
import type { Graph, Node, Value } from '../graph/types.js';
import { OnnxModelBuilder, type OnnxModelInfo } from './builder.js';
import { encodeOnnxModel } from './encode.js';
import { onnxLowerings } from './lowerings/table.js';
import type { LoweringContext } from './lowerings/types.js';
import { repeatInWindows } from './lowerings/windows.js';
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
  const uses = countUses(graph);
  const context: LoweringContext = {
    nameOf: (value) => names.get(value),
    usesOf: (value) => uses.get(value) ?? 0,
  };
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
    const inputs = operandsOf(builder, node, node.inputs.map(knownName));
    const own = primitive.lower?.onnx;
    // A caller's own operation may be called like a primitive.
    const known = primitive.custom !== true && Object.hasOwn(onnxLowerings, primitive.name);
    const lowering = known ? onnxLowerings[primitive.name] : undefined;
    const outputs = own?.(builder, node, inputs) ?? lowering?.(builder, node, inputs, context);
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

/** Names of a node's inputs; those of elementwise operations repeated where onnxruntime is slow to do it. */
function operandsOf(
  builder: OnnxModelBuilder,
  { primitive, inputs, outputs }: Node,
  names: readonly string[],
): readonly string[] {
  if (primitive.elementwise !== true) return names;
  const { shape } = outputs[0]!.type;
  return names.map((name, index) => repeatInWindows(builder, name, inputs[index]!.type, shape) ?? name);
}

function countUses({ nodes, outputs }: Graph): Map<Value, number> {
  const uses = new Map<Value, number>();
  for (const value of [...nodes.flatMap(({ inputs }) => inputs), ...outputs]) {
    uses.set(value, (uses.get(value) ?? 0) + 1);
  }
  return uses;
}
