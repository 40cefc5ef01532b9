import { ShapeError } from '@pct/core';
import { checkElements } from '../graph/check.js';
import { describeType } from '../graph/describe.js';
import type { ConvolutionOptions } from '../primitives/factories/convolution.js';
import { inferConvolution, pair, resolveConvolution } from '../primitives/factories/convolution.js';
import { divideDims } from '../graph/dim.js';
import { patchesOf } from '../primitives/factories/patches.js';
import { max } from '../primitives/max.js';
import { reshape } from '../primitives/reshape.js';
import type { Tensor } from '../trace/Tensor.js';
import { mean } from './reductions.js';
import { stack } from './shapes.js';

/** Options of the pooling operations. */
export interface PoolOptions {
  /**
   * Distance between neighbouring windows, in pixels.
   * @defaultValue the size of the window, so that windows touch
   */
  readonly strides?: number | readonly [number, number] | undefined;
  /**
   * Pixels around the image, [top, left, bottom, right]: never the largest for `maxPool2d`, zeros that count
   * for `averagePool2d`.
   * @defaultValue none
   */
  readonly padding?: readonly [number, number, number, number] | undefined;
}

/**
 * Largest pixel of each window. The derivative is shared equally by several largest pixels.
 *
 * @param images - floating point, [n, c, h, w]
 * @param window - [height, width] of the window, or one number for both
 * @param options - {@link PoolOptions}
 * @returns [n, c, oh, ow] with oh = floor((h + top + bottom - height) / stride) + 1
 * @throws {@link ShapeError} if images have other axes or the window is larger than the padded image
 */
export function maxPool2d(
  images: Tensor,
  window: number | readonly [number, number],
  options: PoolOptions = {},
): Tensor {
  const { pixels, axes } = windows('maxPool2d', images, window, options, -Infinity);
  return max(pixels, { axes });
}

/**
 * Mean of each window; see {@link maxPool2d}.
 *
 * @param images - floating point, [n, c, h, w]
 * @param window - [height, width] of the window, or one number for both
 * @param options - {@link PoolOptions}
 */
export function averagePool2d(
  images: Tensor,
  window: number | readonly [number, number],
  options: PoolOptions = {},
): Tensor {
  const { pixels, axes } = windows('averagePool2d', images, window, options, 0);
  return mean(pixels, { axes });
}

/** The pixels of each window along axes of their own. */
function windows(
  name: string,
  images: Tensor,
  window: number | readonly [number, number],
  options: PoolOptions,
  outside: number,
): { pixels: Tensor; axes: readonly number[] } {
  const size = pair(name, 'the window', window);
  const settings: ConvolutionOptions = { strides: options.strides ?? size, padding: options.padding };
  const attributes = resolveConvolution(name, size, settings);
  const { dtype, shape } = images;
  checkElements(name, [images], 'float');
  if (shape.length !== 4)
    throw new ShapeError(`${name}: needs images [n, c, h, w], got ${describeType(images)}`);
  const { strides, padding } = attributes;
  const plane = { dtype, shape: [shape[0]!, 1, shape[2]!, shape[3]!] };
  const [, , rows, columns] = inferConvolution(
    name,
    plane,
    { dtype, shape: [1, 1, ...size] },
    attributes,
  ).shape;
  const places = [rows!, columns!];
  const [n, c] = shape;
  const tiles = places.map(
    (count, i) => divideDims(shape[i + 2]!, size[i]!) === count && strides[i] === size[i],
  );
  if (tiles.every(Boolean) && padding.every((width) => width === 0))
    return { pixels: reshape(images, [n!, c!, rows!, size[0], columns!, size[1]]), axes: [3, 5] };
  const moves = { size, places: [rows!, columns!] as const, ...attributes };
  return { pixels: stack(patchesOf(images, moves, outside), 4), axes: [4] };
}
