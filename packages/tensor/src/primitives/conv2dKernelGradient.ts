import type { Dim } from '../graph/dim.js';
import { allocateWide } from '../graph/dtype.js';
import type { Primitive } from '../graph/primitive.js';
import { convolve } from '../reference/convolve.js';
import { countElements } from '../reference/indexing.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import { conv2dPrimitive } from './conv2d.js';
import { conv2dImageGradient } from './conv2dImageGradient.js';
import { addAll } from './factories/accumulate.js';
import type { ConvolutionAttributes, ConvolutionGradientAttributes } from './factories/convolution.js';
import { withFirstAxis } from './factories/batch.js';
import { kernelGradientEach } from './factories/batchedConvolution.js';

/** Transpose of a convolution in the kernels: images and results give kernels [o, c / groups, kh, kw]. */
export const conv2dKernelGradientPrimitive: Primitive<ConvolutionGradientAttributes> = {
  name: 'conv2dKernelGradient',
  infer: ([images], { shape }) => [{ dtype: images!.dtype, shape }],
  jvp({ inputs: [images, results], attributes }, [ofImages, ofResults]) {
    const { shape } = attributes;
    return [
      addAll([
        ofImages && conv2dKernelGradient(ofImages, results!, shape, attributes),
        ofResults && conv2dKernelGradient(images!, ofResults, shape, attributes),
      ]),
    ];
  },
  vjp({ inputs: [images, results], attributes }, [cotangent]) {
    if (cotangent === undefined) return [];
    const { strides, padding, dilations, groups } = attributes;
    return [
      conv2dImageGradient(results!, cotangent, images!.shape, attributes),
      applyOne(conv2dPrimitive, [images!, cotangent], { strides, padding, dilations, groups }),
    ];
  },
  batch({ inputs, batched, attributes }) {
    const [images, results] = withFirstAxis({ inputs, batched });
    const sizes = {
      images: images!.shape.slice(1),
      kernels: attributes.shape,
      results: results!.shape.slice(1),
    };
    return [kernelGradientEach(images!, results!, sizes, attributes)];
  },
  reference([images, results], { attributes, outputs }) {
    const { dtype, shape } = outputs[0]!;
    const data = allocateWide(dtype, countElements(shape));
    convolve('kernels', { images: images!, kernels: { data, shape }, results: results! }, attributes);
    return [data];
  },
};

/**
 * Derivative of <results, conv2d(images, kernels)> with respect to the kernels.
 *
 * @param images - [n, c, h, w]
 * @param results - [n, o, oh, ow]
 * @param shape - [o, c / groups, kh, kw]
 * @param attributes - of the convolution
 */
export function conv2dKernelGradient(
  images: Tensor,
  results: Tensor,
  shape: readonly Dim[],
  { strides, padding, dilations, groups }: ConvolutionAttributes,
): Tensor {
  return applyOne(conv2dKernelGradientPrimitive, [images, results], {
    strides,
    padding,
    dilations,
    groups,
    shape,
  });
}
