/** Layers that make one array of several. */
import { concat } from '../../primitives/concat.js';
import { add } from '../../primitives/add.js';
import { maximum } from '../../primitives/maximum.js';
import { minimum } from '../../primitives/minimum.js';
import { mul } from '../../primitives/mul.js';
import { reshape } from '../../primitives/reshape.js';
import type { Dim } from '../../graph/dim.js';
import type { Tensor } from '../../trace/Tensor.js';
import type { LayerCall, LayerRule } from './LayerCall.js';

/** Arrays with fewer axes get axes of size 1 behind that of the batch, as in TensorFlow.js. */
function aligned({ inputs }: LayerCall): readonly Tensor[] {
  const rank = Math.max(...inputs.map((input) => input.rank));
  return inputs.map((input) =>
    reshape(input, input.shape.toSpliced(1, 0, ...Array<Dim>(rank - input.rank).fill(1))),
  );
}

function merge(combine: (a: Tensor, b: Tensor) => Tensor): LayerRule {
  return { apply: (call) => aligned(call).reduce((a, b) => combine(a, b)) };
}

/** Layers of several inputs by class. */
export const mergeLayers: Readonly<Record<string, LayerRule>> = {
  Add: merge(add),
  Multiply: merge(mul),
  Maximum: merge(maximum),
  Minimum: merge(minimum),
  Average: {
    apply: (call) =>
      mul(
        aligned(call).reduce((a, b) => add(a, b)),
        1 / call.inputs.length,
      ),
  },
  Concatenate: { apply: (call) => concat([...call.inputs], call.number('axis', -1)) },
};
