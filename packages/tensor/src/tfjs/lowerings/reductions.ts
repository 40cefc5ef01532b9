import type { TfCall, TfLowering, TfLowerings, TfTensor } from '../types.js';

/** A reduction along the axes of the node, which are not in the result. */
const reduce = (kernel: string, name: 'sum' | 'max' | 'min' | 'prod'): TfLowering => ({
  kernels: [kernel],
  run({ tf, attributes }, [x]) {
    const { axes } = attributes as { axes: readonly number[] };
    return axes.length === 0 ? tf.clone(x!) : tf[name](x!, [...axes]);
  },
});

/** Operations that combine elements. */
export const reductionLowerings: TfLowerings = {
  sum: reduce('Sum', 'sum'),
  max: reduce('Max', 'max'),
  min: reduce('Min', 'min'),
  prod: reduce('Prod', 'prod'),

  argmax: {
    kernels: ['ArgMax'],
    run: ({ tf, attributes }, [x]) => tf.argMax(x!, (attributes as { axis: number }).axis),
  },

  cumsum: {
    kernels: ['Cumsum'],
    run({ tf, attributes }, [x]) {
      const { axis, exclusive, reverse } = attributes as {
        axis: number;
        exclusive: boolean;
        reverse: boolean;
      };
      return tf.cumsum(x!, axis, exclusive, reverse);
    },
  },

  matmul: { kernels: ['BatchMatMul'], run: multiply },
};

function multiply({ tf }: TfCall, [a, b]: readonly TfTensor[]): TfTensor {
  return tf.matMul(a!, b!);
}
