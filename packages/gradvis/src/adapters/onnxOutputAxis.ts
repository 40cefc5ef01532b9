import type { OnnxGraph, OnnxModel, OnnxNode } from '@pct/tensor';
import type { OutputAxis } from '../objective/source.js';

/**
 * The axis of outputs of each array of weights in a graph, by the operator that takes it: PyTorch stores those of a dense layer as
 * [out, in] and exports them so, or as [in, out] for a product of matrices. Others have it first.
 */
export function onnxOutputAxis({ graph }: OnnxModel): OutputAxis {
  const known = new Map<string, number>();
  for (const node of graph.nodes)
    for (const [place, name] of node.inputs.entries()) {
      const axis = axisIn(graph, node, place);
      if (axis !== undefined && Object.hasOwn(graph.initializers, name)) known.set(name, axis);
    }
  return ({ name }) => known.get(name) ?? 0;
}

/** The axis of outputs of a matrix or kernel that a node takes at a place; undefined if it is none. */
function axisIn(graph: OnnxGraph, node: OnnxNode, place: number): number | undefined {
  const { op, outputs, attributes } = node;
  if (op === 'MatMul') return place === 1 ? 1 : 0;
  if (op === 'Gemm' && place < 2) {
    const transposed = attributes[place === 1 ? 'transB' : 'transA']?.value === 1;
    return place === 1 && !transposed ? 1 : place === 0 && transposed ? 1 : 0;
  }
  if (op === 'ConvTranspose' && place === 1) return 1;
  if (op !== 'Transpose') return undefined;
  for (const next of graph.nodes) {
    const at = next.inputs.indexOf(outputs[0]!);
    const axis = at < 0 || next.op === 'Transpose' ? undefined : axisIn(graph, next, at);
    if (axis !== undefined) return 1 - axis;
  }
  return undefined;
}
