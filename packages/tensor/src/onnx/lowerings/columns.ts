/**
 * What the windows of a convolution see, as matrices. Whole rows of pixels are copied for each tap of the kernel,
 * first along the width, then along the height, and added up in the reverse order.
 */
import type { Dim } from '../../graph/dim.js';
import { addDims, multiplyDims, subtractDims } from '../../graph/dim.js';
import type { Node, TensorType } from '../../graph/types.js';
import type { ConvolutionAttributes } from '../../primitives/factories/convolution.js';
import type { OnnxModelBuilder } from '../builder.js';

/** Sizes that the three members of the family share. */
export interface Layout extends ConvolutionAttributes {
  readonly dtype: TensorType['dtype'];
  /** Number of images. */
  readonly n: Dim;
  /** Channels of a group. */
  readonly part: number;
  /** Kernels of a group. */
  readonly kernels: number;
  /** [height, width] of the images, without and with their margins. */
  readonly image: readonly [Dim, Dim];
  readonly padded: readonly [Dim, Dim];
  /** [height, width] of the kernels. */
  readonly size: readonly [number, number];
  /** [rows, columns] of the results. */
  readonly places: readonly [Dim, Dim];
}

/** @param node - of the family; the types are those of its images, kernels and results */
export function layoutOf(node: Node, images: TensorType, kernels: TensorType, results: TensorType): Layout {
  const attributes = node.attributes as unknown as ConvolutionAttributes;
  const [n, , h, w] = images.shape as [Dim, number, Dim, Dim];
  const [o, part, kh, kw] = kernels.shape as [number, number, number, number];
  const [, , oh, ow] = results.shape as [Dim, Dim, Dim, Dim];
  const { groups, padding } = attributes;
  return {
    ...attributes,
    dtype: images.dtype,
    n,
    part,
    kernels: o / groups,
    image: [h, w],
    padded: [addDims(h, padding[0] + padding[2]), addDims(w, padding[1] + padding[3])],
    size: [kh, kw],
    places: [oh, ow],
  };
}

/**
 * The pixels under each tap of the kernel.
 *
 * @param first - whether images or channels come first
 * @returns [n, groups, taps * part, places], or [groups, taps * part, n * places]; taps in row-major order
 */
export function columnsOf(
  builder: OnnxModelBuilder,
  layout: Layout,
  images: string,
  first: 'images' | 'channels',
): string {
  const { n, part, groups, padding, size, places, padded } = layout;
  const [top, left, bottom, right] = padding;
  const framed = padding.every((width) => width === 0)
    ? images
    : builder.one('Pad', [
        images,
        builder.int64([0, 0, top, left, 0, 0, bottom, right]),
        builder.scalar(layout.dtype, 0),
      ]);
  const split = builder.reshape(framed, [n, groups, part, ...padded]);
  const ordered = first === 'images' ? split : builder.one('Transpose', [split], { perm: [1, 2, 0, 3, 4] });
  // The axis of the channels, which the taps come before.
  const axis = first === 'images' ? 2 : 1;
  const alongWidth = tapsAlong(builder, layout, ordered, 1, axis);
  const columns = tapsAlong(builder, layout, alongWidth, 0, axis);
  const count = size[0] * size[1] * part;
  const area = multiplyDims(places[0], places[1]);
  return builder.reshape(
    columns,
    first === 'images' ? [n, groups, count, area] : [groups, count, multiplyDims(n, area)],
  );
}

/** The pixels of an array of five axes under each tap along one direction, put together along `axis`. */
function tapsAlong(
  builder: OnnxModelBuilder,
  { size, strides, dilations, places }: Layout,
  value: string,
  direction: 0 | 1,
  axis: number,
): string {
  const stride = strides[direction];
  const reach = addDims(multiplyDims(subtractDims(places[direction], 1), stride), 1);
  const taps = Array.from({ length: size[direction] }, (_, tap) => {
    const start = tap * dilations[direction];
    return builder.one('Slice', [
      value,
      builder.int64([start]),
      builder.dims([addDims(reach, start)]),
      builder.int64([3 + direction]),
      builder.int64([stride]),
    ]);
  });
  return taps.length === 1 ? taps[0]! : builder.one('Concat', taps, { axis });
}

/**
 * The transpose of {@link columnsOf}: what the windows say about each pixel, added up.
 *
 * @param columns - [n, groups, taps * part, places]
 * @returns images [n, groups, part, h, w]
 */
export function imagesOf(builder: OnnxModelBuilder, layout: Layout, columns: string): string {
  const { n, groups, part, size, places, padded, padding, image } = layout;
  const [kh, kw] = size;
  const split = builder.reshape(columns, [n, groups, kh * kw * part, ...places]);
  const rows = sumAlong(builder, layout, split, 0, [n, groups, kh * kw * part, ...places]);
  const whole = sumAlong(builder, layout, rows, 1, [n, groups, kw * part, padded[0], places[1]]);
  if (padding.every((width) => width === 0)) return whole;
  const starts = [padding[0], padding[1]];
  return builder.one('Slice', [
    whole,
    builder.int64(starts),
    builder.dims(starts.map((start, axis) => addDims(start, image[axis]!))),
    builder.int64([3, 4]),
  ]);
}

/** The transpose of {@link tapsAlong}, for an array of this shape whose channels, axis 2, the taps come before. */
function sumAlong(
  builder: OnnxModelBuilder,
  { dtype, size, strides, dilations, padded }: Layout,
  value: string,
  direction: 0 | 1,
  shape: readonly Dim[],
): string {
  const axis = 3 + direction;
  const stride = strides[direction];
  const zero = builder.scalar(dtype, 0);
  const margin = (rank: number, at: number, before: Dim, after: Dim): string => {
    const sides = Array.from({ length: 2 * rank }, (): Dim => 0);
    return builder.dims(sides.with(at, before).with(rank + at, after));
  };
  let spread = value;
  const length = multiplyDims(shape[axis]!, stride);
  if (stride > 1) {
    const apart = builder.reshape(value, shape.toSpliced(axis + 1, 0, 1));
    const filled = builder.one('Pad', [apart, margin(6, axis + 1, 0, stride - 1), zero]);
    spread = builder.reshape(filled, shape.with(axis, length));
  }
  const count = size[direction];
  const taps =
    count === 1 ? [spread] : builder.node('Split', [spread], { axis: 2, num_outputs: count }, count);
  const placed = taps.map((tap, index) => {
    const before = index * dilations[direction];
    // What lies beyond the end is zeros; a negative margin cuts it off.
    const after = subtractDims(subtractDims(padded[direction], length), before);
    return before === 0 && after === 0
      ? tap
      : builder.one('Pad', [tap, margin(5, axis, before, after), zero]);
  });
  return placed.length === 1 ? placed[0]! : builder.one('Sum', placed);
}
