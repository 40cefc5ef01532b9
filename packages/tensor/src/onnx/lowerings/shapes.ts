import type { Dim } from '../../graph/dim.js';
import { addDims, multiplyDims } from '../../graph/dim.js';
import type { Node, TypedArray } from '../../graph/types.js';
import { onnxTensor } from '../tensors.js';
import type { LoweringTable } from './types.js';
import { repeatInWindows } from './windows.js';

/** Before every start: with a negative step the end that takes everything. */
const BEFORE_ALL = -(2 ** 31);

/** Operations that move elements, and arrays that need no input. */
export const shapeLowerings: LoweringTable = {
  broadcastTo: (builder, { inputs: [from], outputs: [to] }, [x]) => {
    const { shape } = to!.type;
    const repeated = repeatInWindows(builder, x!, from!.type, shape);
    return repeated === undefined ? builder.node('Expand', [x!, builder.dims(shape)]) : [repeated];
  },

  reshape: (builder, node, [x]) => [builder.reshape(x!, node.outputs[0]!.type.shape)],

  transpose: (builder, node, [x]) => {
    const { permutation } = node.attributes as { permutation: readonly number[] };
    return builder.node('Transpose', [x!], { perm: permutation });
  },

  slice: (builder, node, [x]) => {
    const { starts, sizes, steps } = node.attributes as {
      starts: readonly Dim[];
      sizes: readonly Dim[];
      steps: readonly number[];
    };
    // Only the axes that are not taken whole; one is needed for an array that is.
    const axes = [...steps.keys()].filter(
      (axis) => starts[axis] !== 0 || steps[axis] !== 1 || sizes[axis] !== node.inputs[0]!.type.shape[axis],
    );
    if (axes.length === 0) return builder.node('Identity', [x!]);
    const ends = axes.map((axis) => addDims(starts[axis]!, multiplyDims(sizes[axis]!, steps[axis]!)));
    return builder.node('Slice', [
      x!,
      builder.dims(axes.map((axis) => starts[axis]!)),
      builder.dims(ends),
      builder.int64(axes),
      builder.int64(axes.map((axis) => steps[axis]!)),
    ]);
  },

  flip: (builder, node, [x]) => {
    const axes = axesOf(node);
    const every = (value: number): string => builder.int64(axes.map(() => value));
    return builder.node('Slice', [x!, every(-1), every(BEFORE_ALL), builder.int64(axes), every(-1)]);
  },

  pad: (builder, node, [x]) => {
    const { before, after, value } = node.attributes as {
      before: readonly Dim[];
      after: readonly Dim[];
      value: number;
    };
    const margin = builder.scalar(node.outputs[0]!.type.dtype, value);
    return builder.node('Pad', [x!, builder.dims([...before, ...after]), margin]);
  },

  concat: (builder, node, inputs) =>
    builder.node('Concat', inputs, { axis: (node.attributes as { axis: number }).axis }),

  constant: (builder, node) => {
    const { data, shape } = node.attributes as { data: TypedArray; shape: readonly number[] };
    return [builder.tensor(onnxTensor(data, shape))];
  },

  dimension: (builder, node) => {
    const { size } = node.attributes as { size: Dim };
    const scalar = builder.one('Squeeze', [builder.dims([size])]);
    return [builder.cast(scalar, node.outputs[0]!.type.dtype)];
  },

  iota: (builder, node) => {
    const { size } = node.attributes as { size: Dim };
    const limit = builder.one('Squeeze', [builder.dims([size])]);
    const range = builder.one('Range', [builder.int64([0], []), limit, builder.int64([1], [])]);
    return [builder.cast(range, node.outputs[0]!.type.dtype)];
  },
};

/** Axes of a node that has a list of them. */
export function axesOf(node: Node): readonly number[] {
  return (node.attributes as { axes: readonly number[] }).axes;
}
