/**
 * Convolutions and their two derivatives, each as a forward convolution of tfjs: not every backend has kernels for
 * the derivatives, and those that there are know neither groups nor strides together with dilations.
 */
import type { ConvolutionAttributes } from '../../primitives/factories/convolution.js';
import type { TfCall, TfLowering, TfLowerings, TfModule, TfTensor } from '../types.js';

type Pair = readonly [number, number];

/** Numbers of rows and columns around or, where negative, to take off: top, left, bottom, right. */
type Frame = readonly [number, number, number, number];

/** Runs a member of the family group by group. */
function byGroups(
  run: (call: TfCall, inputs: readonly TfTensor[]) => TfTensor,
  { axes, joined }: { readonly axes: readonly number[]; readonly joined: number },
): TfLowering {
  return {
    kernels: ['Conv2D', 'PadV2', 'Transpose'],
    run(call, inputs) {
      const { groups } = call.attributes as ConvolutionAttributes;
      if (groups === 1) return run(call, inputs);
      const { tf } = call;
      const parts = inputs.map((input, i) => tf.split(input, groups, axes[i]));
      const results = Array.from({ length: groups }, (_, group) =>
        run(
          call,
          parts.map((part) => part[group]!),
        ),
      );
      return tf.concat(results, joined);
    },
  };
}

/** Convolutions; images and results split along their channels, kernels along their number. */
export const convolutionLowerings: TfLowerings = {
  conv2d: byGroups(convolveImages, { axes: [1, 0], joined: 1 }),
  conv2dImageGradient: byGroups(gradientOfImages, { axes: [1, 0], joined: 1 }),
  conv2dKernelGradient: byGroups(gradientOfKernels, { axes: [1, 1], joined: 0 }),
};

function convolveImages({ tf, attributes }: TfCall, [images, kernels]: readonly TfTensor[]): TfTensor {
  const { strides, padding, dilations } = attributes as ConvolutionAttributes;
  const framed = frame(tf, tf.transpose(images!, [0, 2, 3, 1]), padding);
  const product = convolve(tf, framed, tf.transpose(kernels!, [2, 3, 1, 0]), strides, dilations);
  return tf.transpose(product, [0, 3, 1, 2]);
}

/** Results with zeros between them, convolved with the kernels turned and with their two ends exchanged. */
function gradientOfImages(
  { tf, attributes, outputs }: TfCall,
  [results, kernels]: readonly TfTensor[],
): TfTensor {
  const { strides, padding, dilations } = attributes as ConvolutionAttributes;
  const [, , height, width] = outputs[0]!.shape;
  const spread = dilate(tf, tf.transpose(results!, [0, 2, 3, 1]), strides, 1);
  const reach = [0, 1].map((axis) => (kernels!.shape[axis + 2]! - 1) * dilations[axis]!);
  const before = [0, 1].map((axis) => reach[axis]! - padding[axis]!);
  const after = [height!, width!].map(
    (size, axis) => size + reach[axis]! - before[axis]! - spread.shape[axis + 1]!,
  );
  const framed = frame(tf, spread, [before[0]!, before[1]!, after[0]!, after[1]!]);
  const turned = tf.reverse(tf.transpose(kernels!, [2, 3, 0, 1]), [0, 1]);
  return tf.transpose(convolve(tf, framed, turned, [1, 1], dilations), [0, 3, 1, 2]);
}

/** Images convolved with the results, where channels and images change roles, and strides and dilations do. */
function gradientOfKernels(
  { tf, attributes, outputs }: TfCall,
  [images, results]: readonly TfTensor[],
): TfTensor {
  const { strides, padding, dilations } = attributes as ConvolutionAttributes;
  const [, , kh, kw] = outputs[0]!.shape;
  const framed = frame(tf, tf.transpose(images!, [1, 2, 3, 0]), padding);
  const product = convolve(tf, framed, tf.transpose(results!, [2, 3, 0, 1]), dilations, strides);
  // Pixels that no window reached make places beyond the kernel.
  const [channels, , , kernels] = product.shape as [number, number, number, number];
  const cut = tf.slice(product, [0, 0, 0, 0], [channels, kh!, kw!, kernels]);
  return tf.transpose(cut, [3, 0, 1, 2]);
}

/** Images [n, h, w, c] and kernels [kh, kw, c, o] to [n, oh, ow, o], without a margin. */
function convolve(
  tf: TfModule,
  images: TfTensor,
  kernels: TfTensor,
  strides: Pair,
  dilations: Pair,
): TfTensor {
  // tfjs takes strides or dilations, not both; zeros between the elements of the kernel do the same.
  const both = strides.some((step) => step > 1) && dilations.some((step) => step > 1);
  return tf.conv2d(
    images as never,
    (both ? dilate(tf, kernels, dilations, 0) : kernels) as never,
    [...strides],
    'valid',
    'NHWC',
    both ? [1, 1] : [...dilations],
  );
}

/** Puts `step - 1` zeros between the elements of two neighbouring axes of four, the first of them given. */
function dilate(tf: TfModule, x: TfTensor, steps: Pair, first: number): TfTensor {
  return steps.reduce((before, step, i) => {
    if (step === 1) return before;
    const { shape } = before;
    const axis = first + i;
    const split = tf.reshape(before, shape.toSpliced(axis + 1, 0, 1));
    const margins = split.shape.map((_, k): [number, number] => [0, k === axis + 1 ? step - 1 : 0]);
    const spread = tf.reshape(tf.pad(split, margins), shape.with(axis, shape[axis]! * step));
    const wanted = shape.with(axis, (shape[axis]! - 1) * step + 1);
    return tf.slice(
      spread,
      shape.map(() => 0),
      wanted,
    );
  }, x);
}

/** Adds rows and columns of zeros to images [n, h, w, c], or takes some off. */
function frame(tf: TfModule, images: TfTensor, widths: Frame): TfTensor {
  const [n, h, w, c] = images.shape as [number, number, number, number];
  const [top, left, bottom, right] = widths.map((width) => Math.max(width, 0));
  const [cutTop, cutLeft, cutBottom, cutRight] = widths.map((width) => Math.max(-width, 0));
  let framed = images;
  if (widths.some((width) => width < 0))
    framed = tf.slice(
      framed,
      [0, cutTop!, cutLeft!, 0],
      [n, h - cutTop! - cutBottom!, w - cutLeft! - cutRight!, c],
    );
  if (widths.every((width) => width <= 0)) return framed;
  return tf.pad(framed, [
    [0, 0],
    [top!, bottom!],
    [left!, right!],
    [0, 0],
  ]);
}
