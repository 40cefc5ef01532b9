import { ShapeError } from '@pct/core';
import { checkStatic } from '../graph/check.js';
import { describeTypes } from '../graph/describe.js';
import { allocateWide } from '../graph/dtype.js';
import type { Primitive } from '../graph/primitive.js';
import { convolve } from '../reference/convolve.js';
import { countElements } from '../reference/indexing.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import { conv2dImageGradient } from './conv2dImageGradient.js';
import { conv2dKernelGradient } from './conv2dKernelGradient.js';
import { addAll } from './factories/accumulate.js';
import type { ConvolutionAttributes, ConvolutionOptions } from './factories/convolution.js';
import { inferConvolution, resolveConvolution } from './factories/convolution.js';
import { joinFirst, splitFirst, withFirstAxis } from './factories/batch.js';
import { convolveEach } from './factories/batchedConvolution.js';

/**
 * Convolution (without turning the kernel) of images with kernels.
 *
 * With its two derivatives it makes a closed family: each is the derivative of one trilinear form of images,
 * kernels and results with respect to one of the three, so the derivative of each is made of the others.
 */
export const conv2dPrimitive: Primitive<ConvolutionAttributes> = {
  name: 'conv2d',
  infer: ([images, kernels], attributes) => [inferConvolution('conv2d', images!, kernels!, attributes)],
  jvp({ inputs: [images, kernels], attributes }, [ofImages, ofKernels]) {
    return [
      addAll([
        ofImages && applyOne(conv2dPrimitive, [ofImages, kernels!], attributes),
        ofKernels && applyOne(conv2dPrimitive, [images!, ofKernels], attributes),
      ]),
    ];
  },
  vjp({ inputs: [images, kernels], attributes }, [cotangent], [wantImages, wantKernels]) {
    if (cotangent === undefined) return [];
    return [
      wantImages === true ? conv2dImageGradient(cotangent, kernels!, images!.shape, attributes) : undefined,
      wantKernels === true ? conv2dKernelGradient(images!, cotangent, kernels!.shape, attributes) : undefined,
    ];
  },
  batch({ inputs, batched, outputs, attributes, size }) {
    const results = outputs[0]!.shape;
    if (batched[1] !== true) {
      const joined = applyOne(conv2dPrimitive, [joinFirst(inputs[0]!), inputs[1]!], attributes);
      return [splitFirst(joined, size, results[0]!)];
    }
    const [images, kernels] = withFirstAxis({ inputs, batched });
    const sizes = { images: images!.shape.slice(1), kernels: kernels!.shape.slice(1), results };
    return [convolveEach(images!, kernels!, sizes, attributes)];
  },
  reference([images, kernels], { attributes, outputs }) {
    const { dtype, shape } = outputs[0]!;
    const data = allocateWide(dtype, countElements(shape));
    convolve('results', { images: images!, kernels: kernels!, results: { data, shape } }, attributes);
    return [data];
  },
};

/**
 * Convolves images with kernels; the kernel is not turned, as usual in networks.
 *
 * @param images - [n, c, h, w]
 * @param kernels - [o, c / groups, kh, kw]
 * @param options - {@link ConvolutionOptions}
 * @returns [n, o, oh, ow] with oh = floor((h + top + bottom - (kh - 1) dilation - 1) / stride) + 1
 * @throws {@link ShapeError} if the shapes do not fit; {@link InvalidArgumentError} for wrong options
 */
export function conv2d(images: Tensor, kernels: Tensor, options: ConvolutionOptions = {}): Tensor {
  if (kernels.rank !== 4)
    throw new ShapeError(
      `conv2d: needs images [n, c, h, w] and kernels [o, c, kh, kw], got ${describeTypes([images, kernels])}`,
    );
  const [, , kh, kw] = kernels.shape;
  const size = [kh!, kw!].map((side) => checkStatic('conv2d', 'the size of a kernel', side));
  return applyOne(
    conv2dPrimitive,
    [images, kernels],
    resolveConvolution('conv2d', [size[0]!, size[1]!], options),
  );
}
