import type { Dim } from '../../graph/dim.js';
import type { DType } from '../../graph/types.js';
import type { OnnxModelBuilder } from '../builder.js';
import type { LoweringTable } from './types.js';

/** Operations that say when something is computed, not what. */
export const orderLowerings: LoweringTable = {
  /**
   * A reshape to the shape that the array has, plus a zero that is computed from what has to be there first. It copies
   * nothing, changes no bit, and no optimiser can know that the zero is one.
   */
  after: (builder, node, inputs) => {
    const count = (node.attributes as { count: number }).count;
    const zero = inputs
      .slice(count)
      .map((input, i) => zeroFrom(builder, input, node.inputs[count + i]!.type))
      .reduce((a, b) => builder.one('Add', [a, b]));
    return inputs.slice(0, count).map((input, i) => {
      const shape = builder.dims(node.inputs[i]!.type.shape);
      const late = builder.one('Reshape', [input, builder.one('Add', [shape, zero])], { allowzero: 1 });
      // Once more, so that the engine knows the shape beforehand.
      return builder.one('Reshape', [late, shape], { allowzero: 1 });
    });
  },
};

/** An int64 number that is 0 whatever the array holds, but is not known before the array is. */
function zeroFrom(
  builder: OnnxModelBuilder,
  input: string,
  { dtype, shape }: { readonly dtype: DType; readonly shape: readonly Dim[] },
): string {
  const axes = [...shape.keys()];
  const ends = axes.map(() => 1);
  const element =
    axes.length === 0
      ? input
      : builder.one('Slice', [
          input,
          builder.int64(axes.map(() => 0)),
          builder.int64(ends),
          builder.int64(axes),
        ]);
  const number = dtype === 'bool' ? builder.cast(element, 'int32') : element;
  // Nothing is greater than itself, NaN included. An empty array has the sum 0.
  const no = builder.cast(builder.one('Greater', [number, number]), 'int64');
  return builder.one('ReduceSum', [no], { keepdims: 0 });
}
