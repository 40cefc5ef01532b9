import { InvalidArgumentError } from '@pct/core';
import type { Dim } from '../../graph/dim.js';
import { addDims, multiplyDims, subtractDims } from '../../graph/dim.js';
import type { Node, TensorType } from '../../graph/types.js';
import type { ConvolutionAttributes } from '../../primitives/factories/convolution.js';
import type { OnnxModelBuilder } from '../builder.js';
import { convolve64, imageGradient64, kernelGradient64 } from './convolution64.js';
import type { LoweringTable } from './types.js';

/**
 * Convolutions and their two derivatives. In float32 all three are convolutions of onnxruntime; in float64, where
 * it has none, they are products of matrices.
 */
export const convolutionLowerings: LoweringTable = {
  conv2d: (builder, node, [images, kernels]) =>
    isWide(node)
      ? convolve64(builder, node, images!, kernels!)
      : builder.node('Conv', [images!, kernels!], onnxAttributes(attributesOf(node))),

  conv2dImageGradient: (builder, node, [results, kernels]) => {
    if (isWide(node)) return imageGradient64(builder, node, results!, kernels!);
    const attributes = attributesOf(node);
    const { strides, padding, dilations } = attributes;
    const [from, kernel] = node.inputs.map(({ type }) => type);
    const wanted = node.outputs[0]!.type.shape;
    // Pixels at the end that no window of the convolution reached.
    const rest = [0, 1].map((axis) => {
      const spread = multiplyDims(subtractDims(from!.shape[axis + 2]!, 1), strides[axis]!);
      const reach = addDims(spread, 1 + ((kernel!.shape[axis + 2] as number) - 1) * dilations[axis]!);
      const covered = subtractDims(reach, padding[axis]! + padding[axis + 2]!);
      return checkNumber(subtractDims(wanted[axis + 2]!, covered), wanted);
    });
    return builder.node('ConvTranspose', [results!, kernels!], {
      ...onnxAttributes(attributes),
      output_padding: rest,
    });
  },

  conv2dKernelGradient: (builder, node, [images, results]) =>
    isWide(node)
      ? kernelGradient64(builder, node, images!, results!)
      : kernelGradient32(builder, node, images!, results!),
};

/**
 * The sum over images and places is again a convolution: of images with results as kernels, where channels and
 * images change roles, and strides and dilations do.
 */
function kernelGradient32(builder: OnnxModelBuilder, node: Node, images: string, results: string): string[] {
  const { strides, padding, dilations, groups } = attributesOf(node);
  const [n, c, h, w] = node.inputs[0]!.type.shape as [Dim, number, Dim, Dim];
  const [, , kh, kw] = node.outputs[0]!.type.shape as number[];
  const part = c / groups;
  const split = builder.one('Reshape', [images, builder.dims([n, groups, part, h, w])], { allowzero: 1 });
  const turned = builder.one('Transpose', [split], { perm: [2, 1, 0, 3, 4] });
  const planes = builder.one('Reshape', [turned, builder.dims([part, multiplyDims(groups, n), h, w])], {
    allowzero: 1,
  });
  const kernels = builder.one('Transpose', [results], { perm: [1, 0, 2, 3] });
  const product = builder.one('Conv', [planes, kernels], {
    strides: dilations,
    dilations: strides,
    pads: padding,
    group: groups,
  });
  // Pixels that no window reached make places beyond the kernel.
  const cut = builder.one('Slice', [
    product,
    builder.int64([0, 0]),
    builder.int64([kh!, kw!]),
    builder.int64([2, 3]),
  ]);
  return builder.node('Transpose', [cut], { perm: [1, 0, 2, 3] });
}

function isWide(node: Node): boolean {
  return node.outputs[0]!.type.dtype === 'float64';
}

/** Attributes of a node of the convolution family. */
function attributesOf(node: Node): ConvolutionAttributes {
  return node.attributes as unknown as ConvolutionAttributes;
}

function onnxAttributes({ strides, padding, dilations, groups }: ConvolutionAttributes): {
  strides: readonly number[];
  pads: readonly number[];
  dilations: readonly number[];
  group: number;
} {
  return { strides, pads: padding, dilations, group: groups };
}

function checkNumber(size: Dim, shape: TensorType['shape']): number {
  if (typeof size === 'number') return size;
  throw new InvalidArgumentError(
    `graphToOnnx: the derivative of conv2d to images [${shape.join(', ')}] needs sizes that are numbers where the stride is above 1`,
  );
}
