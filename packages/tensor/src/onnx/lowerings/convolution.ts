import { InvalidArgumentError } from '@pct/core';
import type { Dim } from '../../graph/dim.js';
import { addDims, multiplyDims, subtractDims } from '../../graph/dim.js';
import type { Node, TensorType } from '../../graph/types.js';
import type { ConvolutionAttributes } from '../../primitives/factories/convolution.js';
import type { OnnxModelBuilder } from '../builder.js';
import { convolve64, imageGradient64 } from './convolution64.js';
import { kernelGradient } from './kernelGradient.js';
import type { LoweringContext, LoweringTable } from './types.js';

/**
 * Convolutions and their two derivatives. In float32 they are convolutions of onnxruntime except for the derivative
 * with respect to kernels; in float64, where it has none, all are products of matrices.
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
    kernelGradient(builder, node, images!, results!),
};

/**
 * A sum with a number per channel, [o, 1, 1], that Conv does itself, and onnxruntime with it an activation.
 *
 * @param inputs - names of the summands
 * @returns undefined for other sums
 */
export function convolutionWithBias(
  builder: OnnxModelBuilder,
  node: Node,
  inputs: readonly string[],
  { nameOf, usesOf }: LoweringContext,
): string[] | undefined {
  if (isWide(node)) return undefined;
  for (const [at, value] of node.inputs.entries()) {
    const { node: convolution, type } = value;
    if (convolution?.primitive.name !== 'conv2d' || usesOf(value) > 1) continue;
    const { shape } = node.inputs[1 - at]!.type;
    const [o, ...ones] = shape.slice(-3);
    const perChannel = o === type.shape[1] && shape.length >= 3 && ones.every((size) => size === 1);
    if (!perChannel || (shape.length === 4 && shape[0] !== 1) || shape.length > 4) continue;
    const [images, kernels] = convolution.inputs.map(nameOf);
    const bias = builder.reshape(inputs[1 - at]!, [o!]);
    return builder.node('Conv', [images!, kernels!, bias], onnxAttributes(attributesOf(convolution)));
  }
  return undefined;
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
