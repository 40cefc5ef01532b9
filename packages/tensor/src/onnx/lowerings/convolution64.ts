/** Convolutions in float64, which onnxruntime has none in, as products of matrices. */
import { multiplyDims } from '../../graph/dim.js';
import type { Node } from '../../graph/types.js';
import type { OnnxModelBuilder } from '../builder.js';
import { columnsOf, imagesOf, layoutOf, type Layout } from './columns.js';
import { matrixProduct } from './matrixProduct.js';

/** Images [n, c, h, w] and kernels to results [n, o, oh, ow]. */
export function convolve64(builder: OnnxModelBuilder, node: Node, images: string, kernels: string): string[] {
  const layout = layoutOf(node, node.inputs[0]!.type, node.inputs[1]!.type, node.outputs[0]!.type);
  const { n, groups, part, size, places } = layout;
  const taps = size[0] * size[1] * part;
  const product = matrixProduct(
    builder,
    [kernelRows(builder, layout, kernels), columnsOf(builder, layout, images, 'images')],
    [
      [groups, layout.kernels, taps],
      [n, groups, taps, multiplyDims(places[0], places[1])],
    ],
  );
  return [builder.reshape(product, node.outputs[0]!.type.shape)];
}

/** Results and kernels to images [n, c, h, w]. */
export function imageGradient64(
  builder: OnnxModelBuilder,
  node: Node,
  results: string,
  kernels: string,
): string[] {
  const layout = layoutOf(node, node.outputs[0]!.type, node.inputs[1]!.type, node.inputs[0]!.type);
  const { n, groups, part, size, places } = layout;
  const taps = size[0] * size[1] * part;
  const area = multiplyDims(places[0], places[1]);
  const turned = builder.one('Transpose', [kernelRows(builder, layout, kernels)], { perm: [0, 2, 1] });
  const product = matrixProduct(
    builder,
    [turned, builder.reshape(results, [n, groups, layout.kernels, area])],
    [
      [groups, taps, layout.kernels],
      [n, groups, layout.kernels, area],
    ],
  );
  return [builder.reshape(imagesOf(builder, layout, product), node.outputs[0]!.type.shape)];
}

/** Kernels as rows, [groups, o / groups, taps * c / groups]: the channels of a tap together. */
function kernelRows(
  builder: OnnxModelBuilder,
  { groups, kernels, part, size }: Layout,
  value: string,
): string {
  const split = builder.reshape(value, [groups, kernels, part, ...size]);
  const ordered = part === 1 ? split : builder.one('Transpose', [split], { perm: [0, 1, 3, 4, 2] });
  return builder.reshape(ordered, [groups, kernels, size[0] * size[1] * part]);
}
