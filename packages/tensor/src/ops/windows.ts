import type { Tensor } from '../trace/Tensor.js';
import { div } from '../primitives/div.js';
import { full } from '../primitives/full.js';
import { pad } from '../primitives/pad.js';
import { averagePool2d } from './pooling.js';

/** Pixels at the top, left, bottom and right. */
export type Margins = readonly [top: number, left: number, bottom: number, right: number];

/** Settings of {@link averageOfPixels}. */
export interface PixelAverageSettings {
  readonly strides: readonly [number, number];
  /** Margin that the windows reach into. */
  readonly padding: Margins;
  /** Part of the margin whose zeros count as pixels. */
  readonly counted: Margins;
}

/**
 * Margin with which there are ceil(size / stride) windows: the same on both sides, up to one pixel.
 *
 * @param sizes - [height, width] of the image
 * @param reach - pixels that a window spans, [height, width]
 * @param strides - distance of neighbouring windows, [height, width]
 * @param larger - side that an odd pixel goes to
 */
export function sameMargins(
  sizes: readonly [number, number],
  reach: readonly [number, number],
  strides: readonly [number, number],
  larger: 'before' | 'after' = 'after',
): Margins {
  const [rows, columns] = [0, 1].map((i) => {
    const last = (Math.ceil(sizes[i]! / strides[i]!) - 1) * strides[i]!;
    const total = Math.max(last + reach[i]! - sizes[i]!, 0);
    const small = Math.floor(total / 2);
    return larger === 'after' ? [small, total - small] : [total - small, small];
  });
  return [rows![0]!, columns![0]!, rows![1]!, columns![1]!];
}

/**
 * Mean of the pixels in each window that count: those of the image and of a part of its margin.
 *
 * @param images - floating point, [n, c, h, w]
 * @param window - [height, width]
 */
export function averageOfPixels(
  images: Tensor,
  window: readonly [number, number],
  { strides, padding, counted }: PixelAverageSettings,
): Tensor {
  const average = averagePool2d(images, window, { strides, padding });
  if (padding.every((width, side) => width === counted[side])) return average;
  const [, , height, width] = images.shape;
  const [top, left, bottom, right] = counted;
  const inside = full([1, 1, height!, width!], 1, images.dtype);
  const pixels = pad(inside, [[0, 0], [0, 0], [top, bottom], [left, right]], 1); // prettier-ignore
  const rest = padding.map((whole, side) => whole - counted[side]!) as unknown as Margins;
  return div(average, averagePool2d(pixels, window, { strides, padding: rest }));
}
