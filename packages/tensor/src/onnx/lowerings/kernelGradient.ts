import { multiplyDims } from '../../graph/dim.js';
import type { Node } from '../../graph/types.js';
import type { OnnxModelBuilder } from '../builder.js';
import { columnsOf, layoutOf } from './columns.js';

/**
 * Derivative of <results, conv2d(images, kernels)> with respect to the kernels, as products of matrices: as a
 * convolution of images with results it would have windows as large as the results, seen from few places, which
 * takes onnxruntime up to twice as long.
 *
 * @returns name of kernels [o, c / groups, kh, kw]
 */
export function kernelGradient(
  builder: OnnxModelBuilder,
  node: Node,
  images: string,
  results: string,
): string[] {
  const { shape } = node.outputs[0]!.type;
  const layout = layoutOf(node, node.inputs[0]!.type, node.outputs[0]!.type, node.inputs[1]!.type);
  const { n, part, groups, kernels, size, places } = layout;
  const area = multiplyDims(places[0], places[1]);
  const rows = builder.reshape(results, [n, groups, kernels, area]);
  // A product per image is made of pieces that the caches hold, but adding them up costs as much as reading as
  // many images of so many pixels as there are kernels. For no images only sums are 0 in onnxruntime, not several
  // products over nothing.
  const perImage = groups > 1 || (typeof area === 'number' && kernels <= area);
  let sum: string;
  if (perImage) {
    const columns = columnsOf(builder, layout, images, 'images');
    const turned = builder.one('Transpose', [columns], { perm: [0, 1, 3, 2] });
    const products = builder.one('MatMul', [rows, turned]);
    sum = builder.one('ReduceSum', [products, builder.int64([0])], { keepdims: 0 });
  } else {
    const columns = columnsOf(builder, layout, images, 'channels');
    const turned = builder.one('Transpose', [columns], { perm: [0, 2, 1] });
    const ordered = builder.one('Transpose', [rows], { perm: [1, 2, 0, 3] });
    const joined = builder.reshape(ordered, [1, kernels, multiplyDims(n, area)]);
    sum = builder.one('MatMul', [joined, turned]);
  }
  const taps = builder.reshape(sum, [groups * kernels, ...size, part]);
  if (part === 1) return [builder.reshape(taps, shape)];
  return builder.node('Transpose', [taps], { perm: [0, 3, 1, 2] });
}
