import { InvalidArgumentError, ShapeError } from '@pct/core';
import { checkElements, checkStatic } from '../../graph/check.js';
import { describeTypes } from '../../graph/describe.js';
import type { Dim } from '../../graph/dim.js';
import { addDims, divideDims } from '../../graph/dim.js';
import type { TensorType } from '../../graph/types.js';

/** How a kernel moves over an image; all numbers are for [height, width]. */
export interface ConvolutionAttributes {
  readonly strides: readonly [number, number];
  /** Zeros around the image: top, left, bottom, right. */
  readonly padding: readonly [number, number, number, number];
  readonly dilations: readonly [number, number];
  readonly groups: number;
}

/** Attributes of the derivatives of a convolution, whose result has a given shape. */
export interface ConvolutionGradientAttributes extends ConvolutionAttributes {
  readonly shape: readonly Dim[];
}

/** Options of `conv2d`. */
export interface ConvolutionOptions {
  /**
   * Distance between neighbouring places of the kernel, in pixels.
   * @defaultValue `1`
   */
  readonly strides?: number | readonly [number, number] | undefined;
  /**
   * Zeros around the image: `'valid'` none; `'same'` so many that with strides of 1 the size stays (one more
   * at the bottom and right if odd); or [top, left, bottom, right].
   * @defaultValue `'valid'`
   */
  readonly padding?: 'valid' | 'same' | readonly [number, number, number, number] | undefined;
  /**
   * Distance between neighbouring elements of the kernel, in pixels.
   * @defaultValue `1`
   */
  readonly dilations?: number | readonly [number, number] | undefined;
  /**
   * Number of equal parts that the channels fall into, each with its own kernels.
   * @defaultValue `1`
   */
  readonly groups?: number | undefined;
}

/** Attributes from options, for a kernel of the given [height, width]. */
export function resolveConvolution(
  name: string,
  kernel: readonly [number, number],
  options: ConvolutionOptions,
): ConvolutionAttributes {
  const { padding = 'valid', groups = 1 } = options;
  const strides = pair(name, 'strides', options.strides ?? 1);
  const dilations = pair(name, 'dilations', options.dilations ?? 1);
  if (!Number.isInteger(groups) || groups < 1)
    throw new InvalidArgumentError(`${name}: groups must be an integer of at least 1, got ${groups}`);
  if (typeof padding === 'object') {
    if (padding.length !== 4 || padding.some((width) => !Number.isInteger(width) || width < 0))
      throw new InvalidArgumentError(
        `${name}: padding must be 'valid', 'same' or four integers of at least 0, got [${padding.join(', ')}]`,
      );
    return { strides, dilations, groups, padding };
  }
  const total = kernel.map((size, i) => (padding === 'same' ? (size - 1) * dilations[i]! : 0));
  const [top, left] = total.map((width) => Math.floor(width / 2));
  return { strides, dilations, groups, padding: [top!, left!, total[0]! - top!, total[1]! - left!] };
}

/** A number for both sides or one for each, at least 1. */
export function pair(
  name: string,
  option: string,
  value: number | readonly [number, number],
): readonly [number, number] {
  const list = typeof value === 'number' ? ([value, value] as const) : value;
  if (list.length !== 2 || list.some((step) => !Number.isInteger(step) || step < 1))
    throw new InvalidArgumentError(`${name}: ${option} must be integers of at least 1, got ${String(value)}`);
  return list;
}

/** Type of the convolution of images [n, c, h, w] with kernels [o, c / groups, kh, kw]: [n, o, oh, ow]. */
export function inferConvolution(
  name: string,
  images: TensorType,
  kernels: TensorType,
  attributes: ConvolutionAttributes,
): TensorType {
  const dtype = checkElements(name, [images, kernels], 'float');
  const [n, c, ...image] = images.shape;
  const [o, part, ...kernel] = kernels.shape;
  if (images.shape.length !== 4 || kernels.shape.length !== 4)
    throw new ShapeError(
      `${name}: needs images [n, c, h, w] and kernels [o, c, kh, kw], got ${describeTypes([images, kernels])}`,
    );
  const { groups, strides, padding, dilations } = attributes;
  const channels = checkStatic(name, 'the number of channels', c!);
  const outputs = checkStatic(name, 'the number of kernels', o!);
  if (channels === 0 || outputs === 0)
    throw new ShapeError(
      `${name}: needs at least one channel and one kernel, got ${describeTypes([images, kernels])}`,
    );
  if (part !== channels / groups || outputs % groups !== 0)
    throw new ShapeError(
      `${name}: kernels must have ${channels / groups} channels (those of the images by ${groups} groups) and their number must be a multiple of ${groups}, got ${describeTypes([images, kernels])}`,
    );
  const places = image.map((size, i) => {
    const reach = (checkStatic(name, 'the size of a kernel', kernel[i]!) - 1) * dilations[i]!;
    return countPlaces(name, addDims(size, padding[i]! + padding[i + 2]! - reach - 1), strides[i]!, images);
  });
  return { dtype, shape: [n!, outputs, ...places] };
}

function countPlaces(name: string, room: Dim, stride: number, images: TensorType): Dim {
  if (typeof room === 'number') {
    if (room < 0)
      throw new ShapeError(`${name}: the kernel is larger than the padded image ${describeTypes([images])}`);
    return Math.floor(room / stride) + 1;
  }
  const whole = divideDims(room, stride);
  if (whole === undefined)
    throw new ShapeError(
      `${name}: with stride ${stride} the size of the result for ${describeTypes([images])} is not a polynomial of the named sizes; give the image a fixed size`,
    );
  return addDims(whole, 1);
}
