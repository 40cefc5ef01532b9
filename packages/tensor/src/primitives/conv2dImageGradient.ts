import type { Dim } from '../graph/dim.js';
import { allocateWide } from '../graph/dtype.js';
import type { Primitive } from '../graph/primitive.js';
import { convolve } from '../reference/convolve.js';
import { countElements } from '../reference/indexing.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import { conv2dPrimitive } from './conv2d.js';
import { conv2dKernelGradient } from './conv2dKernelGradient.js';
import { addAll } from './factories/accumulate.js';
import type { ConvolutionAttributes, ConvolutionGradientAttributes } from './factories/convolution.js';
import { joinFirst, splitFirst, withFirstAxis } from './factories/batch.js';
import { imageGradientEach } from './factories/batchedConvolution.js';
import { multiplyDims } from '../graph/dim.js';

/** Transpose of a convolution in the images: results [n, o, oh, ow] and kernels give images [n, c, h, w]. */
export const conv2dImageGradientPrimitive: Primitive<ConvolutionGradientAttributes> = {
  name: 'conv2dImageGradient',
  infer: ([results], { shape }) => [{ dtype: results!.dtype, shape }],
  jvp({ inputs: [results, kernels], attributes }, [ofResults, ofKernels]) {
    const { shape } = attributes;
    return [
      addAll([
        ofResults && conv2dImageGradient(ofResults, kernels!, shape, attributes),
        ofKernels && conv2dImageGradient(results!, ofKernels, shape, attributes),
      ]),
    ];
  },
  vjp({ inputs: [results, kernels], attributes }, [cotangent]) {
    if (cotangent === undefined) return [];
    const { strides, padding, dilations, groups } = attributes;
    return [
      applyOne(conv2dPrimitive, [cotangent, kernels!], { strides, padding, dilations, groups }),
      conv2dKernelGradient(cotangent, results!, kernels!.shape, attributes),
    ];
  },
  batch({ inputs, batched, attributes, size }) {
    const { shape: images } = attributes;
    const [n, ...image] = images;
    if (batched[1] !== true) {
      const shape = [multiplyDims(size, n!), ...image];
      return [
        splitFirst(conv2dImageGradient(joinFirst(inputs[0]!), inputs[1]!, shape, attributes), size, n!),
      ];
    }
    const [results, kernels] = withFirstAxis({ inputs, batched });
    const sizes = { images, kernels: kernels!.shape.slice(1), results: results!.shape.slice(1) };
    return [imageGradientEach(results!, kernels!, sizes, attributes)];
  },
  reference([results, kernels], { attributes, outputs }) {
    const { dtype, shape } = outputs[0]!;
    const data = allocateWide(dtype, countElements(shape));
    convolve('images', { images: { data, shape }, kernels: kernels!, results: results! }, attributes);
    return [data];
  },
};

/**
 * Derivative of <results, conv2d(images, kernels)> with respect to the images: also known as transposed
 * convolution.
 *
 * @param results - [n, o, oh, ow]
 * @param kernels - [o, c / groups, kh, kw]
 * @param shape - [n, c, h, w]
 * @param attributes - of the convolution
 */
export function conv2dImageGradient(
  results: Tensor,
  kernels: Tensor,
  shape: readonly Dim[],
  { strides, padding, dilations, groups }: ConvolutionAttributes,
): Tensor {
  return applyOne(conv2dImageGradientPrimitive, [results, kernels], {
    strides,
    padding,
    dilations,
    groups,
    shape,
  });
}
