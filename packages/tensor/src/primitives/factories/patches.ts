import type { Dim } from '../../graph/dim.js';
import { addDims, multiplyDims, subtractDims } from '../../graph/dim.js';
import type { Tensor } from '../../trace/Tensor.js';
import { pad } from '../pad.js';
import { scatterStrided } from '../scatterStrided.js';
import { slice } from '../slice.js';
import { addAll } from './accumulate.js';
import type { ConvolutionAttributes } from './convolution.js';

/** How a window of a given size moves over the last two axes. */
export interface WindowMoves extends Pick<ConvolutionAttributes, 'strides' | 'padding' | 'dilations'> {
  /** [height, width] of the window. */
  readonly size: readonly [number, number];
  /** Number of places of the window, [rows, columns]. */
  readonly places: readonly [Dim, Dim];
}

/**
 * What a moving window sees of images.
 *
 * @param images - [..., h, w]
 * @param outside - pixels of the padding
 * @returns for each pixel of the window, row by row, what it sees at each place: [..., rows, columns]
 */
export function patchesOf(images: Tensor, moves: WindowMoves, outside = 0): Tensor[] {
  const padded = pad(images, margins(images.rank, moves.padding), outside);
  return pixelsOf(moves).map((pixel) =>
    slice(padded, [
      ...Array<null>(images.rank - 2).fill(null),
      ...pixel.map((start, i) => {
        const reach = multiplyDims(subtractDims(moves.places[i]!, 1), moves.strides[i]!);
        return [start, addDims(reach, start + 1), moves.strides[i]!] as const;
      }),
    ]),
  );
}

/** The transpose of {@link patchesOf} with zeros outside, for images of a given shape. */
export function imagesOf(patches: readonly Tensor[], shape: readonly Dim[], moves: WindowMoves): Tensor {
  const [top, left, bottom, right] = moves.padding;
  const none = Array<number>(shape.length - 2).fill(0);
  const ones = Array<number>(shape.length - 2).fill(1);
  const around = [...none, top, left];
  const padded = shape.map((size, axis) => {
    const more = [...none, top + bottom, left + right];
    return addDims(size, more[axis]!);
  });
  const sum = addAll(
    pixelsOf(moves).map((pixel, i) =>
      scatterStrided(patches[i]!, padded, [...none, ...pixel], [...ones, ...moves.strides]),
    ),
  );
  return slice(
    sum!,
    shape.map((size, axis) => [around[axis]!, addDims(around[axis]!, size)] as const),
  );
}

/** Offset of each pixel of the window. */
function pixelsOf({ size: [height, width], dilations }: WindowMoves): [number, number][] {
  return Array.from({ length: height * width }, (_, i) => [
    Math.floor(i / width) * dilations[0],
    (i % width) * dilations[1],
  ]);
}

function margins(
  rank: number,
  [top, left, bottom, right]: ConvolutionAttributes['padding'],
): [number, number][] {
  return [...Array.from({ length: rank - 2 }, (): [number, number] => [0, 0]), [top, bottom], [left, right]];
}
