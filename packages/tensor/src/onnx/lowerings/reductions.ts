import type { Node, Value } from '../../graph/types.js';
import { matrixProduct } from './matrixProduct.js';
import { axesOf } from './shapes.js';
import type { Lowering, LoweringTable } from './types.js';
import { reduceWindows } from './windows.js';

/**
 * A reduction along the axes of the node, which are not in the result.
 *
 * @param ofTwo - operator that does it to two arrays element by element
 */
const reduce =
  (operator: string, ofTwo: string): Lowering =>
  (builder, node, [x]) => {
    const axes = axesOf(node);
    // ONNX reads an empty list of axes as "all".
    if (axes.length === 0) return builder.node('Identity', [x!]);
    const reduced = reduceWindows(builder, node, x!, ofTwo, axes);
    return reduced === undefined
      ? builder.node(operator, [x!, builder.int64(axes)], { keepdims: 0 })
      : [reduced];
  };

/** Operations that combine elements. */
export const reductionLowerings: LoweringTable = {
  sum: reduce('ReduceSum', 'Add'),
  max: reduce('ReduceMax', 'Max'),
  min: reduce('ReduceMin', 'Min'),
  prod: reduce('ReduceProd', 'Mul'),

  argmax: (builder, node, [x]) => {
    const { axis } = node.attributes as { axis: number };
    return [builder.cast(builder.one('ArgMax', [x!], { axis, keepdims: 0 }), 'int32')];
  },

  cumsum: (builder, node, [x]) => {
    const { axis, exclusive, reverse } = node.attributes as {
      axis: number;
      exclusive: boolean;
      reverse: boolean;
    };
    return builder.node('CumSum', [x!, builder.int64([axis], [])], {
      exclusive: Number(exclusive),
      reverse: Number(reverse),
    });
  },

  matmul: (builder, node, inputs, { nameOf }) => {
    const [a, b] = node.inputs;
    const flat = a!.type.shape.length === 2 && b!.type.shape.length === 2;
    if (!flat) return [matrixProduct(builder, inputs, [a!.type.shape, b!.type.shape])];
    if (a!.type.dtype === 'int32') return builder.node('MatMul', inputs);
    // Gemm multiplies transposed matrices in place; the transposed copies then have no use left.
    const before = [a!, b!].map((value) => {
      const from = transposedFrom(value);
      return from && nameOf(from);
    });
    if (before.every((name) => name === undefined)) return builder.node('MatMul', inputs);
    return builder.node(
      'Gemm',
      before.map((name, index) => name ?? inputs[index]!),
      { transA: Number(before[0] !== undefined), transB: Number(before[1] !== undefined) },
    );
  },
};

/** The matrix whose transpose a value is; undefined if it is computed otherwise. */
function transposedFrom(value: Value): Value | undefined {
  const node: Node | undefined = value.node;
  return node?.primitive.name === 'transpose' && node.inputs[0]!.type.shape.length === 2
    ? node.inputs[0]
    : undefined;
}
