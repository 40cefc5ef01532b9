import type { Dim } from '../../graph/dim.js';
import type { TypedArray } from '../../graph/types.js';
import type { TfLowerings, TfModule, TfTensor } from '../types.js';
import { onIntegers } from './onIntegers.js';

/** Operations that move elements, and arrays that need no input. */
export const shapeLowerings: TfLowerings = {
  broadcastTo: {
    kernels: ['Tile'],
    run: ({ tf, outputs: [output] }, [x]) => tf.broadcastTo(x!, [...output!.shape]),
  },

  reshape: {
    kernels: ['Reshape'],
    run: ({ tf, outputs: [output] }, [x]) => tf.reshape(x!, [...output!.shape]),
  },

  transpose: {
    kernels: ['Transpose'],
    run({ tf, attributes }, [x]) {
      return tf.transpose(x!, [...(attributes as { permutation: readonly number[] }).permutation]);
    },
  },

  slice: {
    kernels: ['Slice', 'StridedSlice', 'GatherV2'],
    run({ tf, attributes, outputs: [output], size }, [x]) {
      const { starts, steps } = attributes as { starts: readonly Dim[]; steps: readonly number[] };
      const { shape } = output!;
      const begin = starts.map(size);
      if (steps.every((step) => step === 1)) return tf.slice(x!, begin, [...shape]);
      if (x!.dtype !== 'float32') return pickAlongAxes(tf, x!, begin, shape, steps);
      const end = begin.map((start, axis) => start + (shape[axis]! - 1) * steps[axis]! + 1);
      return tf.stridedSlice(x!, begin, end, [...steps]);
    },
  },

  flip: {
    kernels: ['Reverse', 'Cast'],
    run({ tf, attributes }, [x]) {
      const axes = [...(attributes as { axes: readonly number[] }).axes];
      if (x!.dtype !== 'bool') return tf.reverse(x!, axes);
      return onIntegers(tf, [x!], ([integers]) => tf.reverse(integers!, axes));
    },
  },

  pad: {
    kernels: ['PadV2'],
    run({ tf, attributes, size }, [x]) {
      const { before, after, value } = attributes as {
        before: readonly Dim[];
        after: readonly Dim[];
        value: number;
      };
      return tf.pad(
        x!,
        before.map((width, axis): [number, number] => [size(width), size(after[axis]!)]),
        value,
      );
    },
  },

  // Nodes run one after another, in the order of the graph, which is what this is there for.
  after: {
    kernels: ['Identity'],
    run: ({ tf, outputs }, inputs) => inputs.slice(0, outputs.length).map((x) => tf.clone(x)),
  },

  concat: {
    kernels: ['Concat'],
    run: ({ tf, attributes }, inputs) => tf.concat([...inputs], (attributes as { axis: number }).axis),
  },

  constant: {
    kernels: [],
    run({ tf, attributes, outputs: [output] }) {
      const { data } = attributes as { data: TypedArray };
      // A backend may keep what it is given and hand it out again as a result.
      return tf.tensor(data.slice(), [...output!.shape], output!.dtype as 'float32' | 'int32' | 'bool');
    },
  },

  dimension: {
    kernels: [],
    run({ tf, attributes, outputs: [output], size }) {
      return tf.scalar(size((attributes as { size: Dim }).size), output!.dtype as 'float32' | 'int32');
    },
  },

  iota: {
    kernels: ['Range'],
    run: ({ tf, outputs: [output] }) =>
      tf.range(0, output!.shape[0]!, 1, output!.dtype as 'float32' | 'int32'),
  },
};

/** Every `step`th element along each axis, for elements that the strided slice of some backends takes for float32. */
function pickAlongAxes(
  tf: TfModule,
  x: TfTensor,
  begin: readonly number[],
  shape: readonly number[],
  steps: readonly number[],
): TfTensor {
  return shape.reduce((from, size, axis) => {
    const at = Int32Array.from({ length: size }, (_, i) => begin[axis]! + i * steps[axis]!);
    return tf.gather(from, tf.tensor(at, [size], 'int32'), axis);
  }, x);
}
