import { aroundAxis } from '../../reference/indexing.js';
import type { TfCall, TfLowerings, TfTensor } from '../types.js';

/** Operations with indices. That indices are in range is checked before, where reading them costs little. */
export const indexingLowerings: TfLowerings = {
  gather: {
    kernels: ['GatherV2'],
    run: ({ tf }, [x, indices]) => tf.gather(x!, indices!),
  },

  takeAlongAxis: {
    kernels: ['GatherV2'],
    run(call, [x, indices]) {
      const { tf, attributes, outputs } = call;
      const at = flatIndices(call, indices!, x!.shape, (attributes as { axis: number }).axis);
      const taken = tf.gather(tf.reshape(x!, [x!.size]), at);
      return tf.reshape(taken, [...outputs[0]!.shape]);
    },
  },

  putAlongAxis: {
    kernels: ['UnsortedSegmentSum'],
    run(call, [values, indices]) {
      const { tf, attributes, outputs } = call;
      const { shape } = outputs[0]!;
      const at = flatIndices(call, indices!, shape, (attributes as { axis: number }).axis);
      const total = shape.reduce((product, size) => product * size, 1);
      const sums = tf.unsortedSegmentSum(tf.reshape(values!, [values!.size]), at as never, total);
      return tf.reshape(sums, [...shape]);
    },
  },

  segmentSum: {
    kernels: ['UnsortedSegmentSum'],
    run({ tf, outputs: [output] }, [values, ids]) {
      const [segments, ...rest] = output!.shape;
      const rows = tf.reshape(values!, [ids!.size, ...rest]);
      return tf.unsortedSegmentSum(rows, tf.reshape(ids!, [ids!.size]), segments!);
    },
  },
};

/**
 * Places in the flat data of an array that indices along one of its axes mean.
 *
 * @param indices - equal to the array in all other axes
 * @param shape - of the array
 */
function flatIndices({ tf }: TfCall, indices: TfTensor, shape: readonly number[], axis: number): TfTensor {
  const [before, length, after] = aroundAxis(shape, axis);
  const given = indices.shape[axis]!;
  const base = new Int32Array(indices.size);
  for (let i = 0, at = 0; i < before; i++)
    for (let j = 0; j < given; j++) for (let k = 0; k < after; k++) base[at++] = i * length * after + k;
  const steps = tf.mul(tf.reshape(indices, [indices.size]), tf.scalar(after, 'int32'));
  return tf.add(steps, tf.tensor(base, [base.length], 'int32'));
}
