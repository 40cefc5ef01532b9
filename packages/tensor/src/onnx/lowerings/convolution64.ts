/**
 * Convolutions as products of matrices: the pixels under each window are gathered into a column, and scattered
 * back for the derivative with respect to the images.
 */
import type { Dim } from '../../graph/dim.js';
import { addDims, multiplyDims } from '../../graph/dim.js';
import type { Node, TensorType } from '../../graph/types.js';
import type { ConvolutionAttributes } from '../../primitives/factories/convolution.js';
import type { OnnxModelBuilder } from '../builder.js';

/** What the three members of the family share. */
interface Layout extends ConvolutionAttributes {
  readonly n: Dim;
  readonly c: number;
  readonly o: number;
  /** Size of the images. */
  readonly size: readonly [Dim, Dim];
  /** Size of the images with their margins. */
  readonly padded: readonly [Dim, Dim];
  /** Size of the kernels. */
  readonly kernel: readonly [number, number];
  /** Size of the results. */
  readonly places: readonly [Dim, Dim];
  /** Pixels in a kernel. */
  readonly taps: number;
  /** Windows in an image. */
  readonly windows: Dim;
}

/** Images [n, c, h, w] and kernels to results [n, o, oh, ow]. */
export function convolve64(builder: OnnxModelBuilder, node: Node, images: string, kernels: string): string[] {
  const layout = layoutOf(node, node.inputs[0]!.type, node.inputs[1]!.type, node.outputs[0]!.type);
  const product = builder.one('MatMul', [
    kernelRows(builder, layout, kernels),
    columns(builder, layout, images),
  ]);
  return reshape(builder, product, [layout.n, layout.o, ...layout.places]);
}

/** Images and results to kernels [o, c / groups, kh, kw]. */
export function kernelGradient64(
  builder: OnnxModelBuilder,
  node: Node,
  images: string,
  results: string,
): string[] {
  const layout = layoutOf(node, node.inputs[0]!.type, node.outputs[0]!.type, node.inputs[1]!.type);
  const turned = builder.one('Transpose', [columns(builder, layout, images)], { perm: [0, 1, 3, 2] });
  const product = builder.one('MatMul', [resultRows(builder, layout, results), turned]);
  const sum = builder.one('ReduceSum', [product, builder.int64([0])], { keepdims: 0 });
  return reshape(builder, sum, node.outputs[0]!.type.shape);
}

/** Results and kernels to images [n, c, h, w]. */
export function imageGradient64(
  builder: OnnxModelBuilder,
  node: Node,
  results: string,
  kernels: string,
): string[] {
  const layout = layoutOf(node, node.outputs[0]!.type, node.inputs[1]!.type, node.inputs[0]!.type);
  const { n, c, padding, size, padded, taps, windows } = layout;
  const pixels = multiplyDims(taps, windows);
  const turned = builder.one('Transpose', [kernelRows(builder, layout, kernels)], { perm: [0, 2, 1] });
  const product = builder.one('MatMul', [turned, resultRows(builder, layout, results)]);
  // Pixels first, so that whole rows [n, c] are scattered.
  const [flat] = reshape(builder, product, [n, c, pixels]);
  const rows = builder.one('Transpose', [flat!], { perm: [2, 0, 1] });
  const area = multiplyDims(padded[0], padded[1]);
  const zeros = builder.one('Expand', [builder.scalar('float64', 0), builder.dims([area, n, c])]);
  const [at] = reshape(builder, pixelsUnder(builder, layout), [pixels, 1]);
  const sums = builder.one('ScatterND', [zeros, at!, rows], { reduction: 'add' });
  const [planes] = reshape(builder, builder.one('Transpose', [sums], { perm: [1, 2, 0] }), [n, c, ...padded]);
  const starts = [padding[0], padding[1]];
  return builder.node('Slice', [
    planes!,
    builder.int64(starts),
    builder.dims(starts.map((start, axis) => addDims(start, size[axis]!))),
    builder.int64([2, 3]),
  ]);
}

/** The pixels under each window: [n, groups, c / groups * taps, windows]. */
function columns(builder: OnnxModelBuilder, layout: Layout, images: string): string {
  const { n, c, groups, padding, padded, taps, windows } = layout;
  const [top, left, bottom, right] = padding;
  const margin = builder.int64([0, 0, top, left, 0, 0, bottom, right]);
  const framed = padding.every((width) => width === 0)
    ? images
    : builder.one('Pad', [images, margin, builder.scalar('float64', 0)]);
  const [flat] = reshape(builder, framed, [n, c, multiplyDims(padded[0], padded[1])]);
  const [at] = reshape(builder, pixelsUnder(builder, layout), [taps, windows]);
  const gathered = builder.one('Gather', [flat!, at!], { axis: 2 });
  return reshape(builder, gathered, [n, groups, (c / groups) * taps, windows])[0]!;
}

/** Kernels as rows: [groups, o / groups, c / groups * taps]. */
function kernelRows(builder: OnnxModelBuilder, { c, o, groups, taps }: Layout, kernels: string): string {
  return reshape(builder, kernels, [groups, o / groups, (c / groups) * taps])[0]!;
}

/** Results as rows: [n, groups, o / groups, windows]. */
function resultRows(builder: OnnxModelBuilder, { n, o, groups, windows }: Layout, results: string): string {
  return reshape(builder, results, [n, groups, o / groups, windows])[0]!;
}

function reshape(builder: OnnxModelBuilder, value: string, shape: readonly Dim[]): string[] {
  return builder.node('Reshape', [value, builder.dims(shape)], { allowzero: 1 });
}

/** Pixel of the padded image under each tap of the kernel for each window, int64 [kh, kw, oh, ow]. */
function pixelsUnder(builder: OnnxModelBuilder, layout: Layout): string {
  const { strides, dilations, kernel, places, padded } = layout;
  // Along one axis: place * stride + tap * dilation, [taps, 1, places, 1] or [1, taps, 1, places].
  const along = (axis: 0 | 1): string => {
    const limit = builder.one('Squeeze', [builder.dims([places[axis]])]);
    const range = builder.one('Range', [builder.int64([0], []), limit, builder.int64([1], [])]);
    const starts = builder.one('Mul', [range, builder.int64([strides[axis]])]);
    const shape = axis === 0 ? [1, 1, places[0], 1] : [1, 1, 1, places[1]];
    const taps = Array.from({ length: kernel[axis] }, (_, tap) => tap * dilations[axis]);
    const offsets = builder.int64(taps, axis === 0 ? [kernel[0], 1, 1, 1] : [1, kernel[1], 1, 1]);
    return builder.one('Add', [reshape(builder, starts, shape)[0]!, offsets]);
  };
  return builder.one('Add', [builder.one('Mul', [along(0), builder.dims([padded[1]])]), along(1)]);
}

function layoutOf(node: Node, images: TensorType, kernels: TensorType, results: TensorType): Layout {
  const attributes = node.attributes as unknown as ConvolutionAttributes;
  const { padding } = attributes;
  const [n, c, h, w] = images.shape as [Dim, number, Dim, Dim];
  const [o, , kh, kw] = kernels.shape as [number, number, number, number];
  const [, , oh, ow] = results.shape as [Dim, Dim, Dim, Dim];
  return {
    ...attributes,
    n,
    c,
    o,
    size: [h, w],
    padded: [addDims(h, padding[0] + padding[2]), addDims(w, padding[1] + padding[3])],
    kernel: [kh, kw],
    places: [oh, ow],
    taps: kh * kw,
    windows: multiplyDims(oh, ow),
  };
}
