import type { Dim } from '../../graph/dim.js';
import { multiplyDims } from '../../graph/dim.js';
import type { Tensor } from '../../trace/Tensor.js';
import { concat } from '../concat.js';
import { matmul } from '../matmul.js';
import { reshape } from '../reshape.js';
import { sliceAxis } from '../slice.js';
import { moveAxis, swapAxes, transpose } from '../transpose.js';
import type { ConvolutionAttributes } from './convolution.js';
import type { WindowMoves } from './patches.js';
import { imagesOf, patchesOf } from './patches.js';

/**
 * Convolutions of which each example has its own kernels, and their derivatives: products of the kernels, as
 * matrices, with what the kernels see of the images. Unlike one convolution with as many groups as there are
 * examples, this does not need to know their number while tracing.
 *
 * In each of them b is the number of examples, 1 for what is the same for all, and g the number of groups.
 */
interface Sizes {
  /** Shapes of one example: images [n, c, h, w], kernels [o, c / g, kh, kw], results [n, o, oh, ow]. */
  readonly images: readonly Dim[];
  readonly kernels: readonly Dim[];
  readonly results: readonly Dim[];
}

/** images [b, n, c, h, w] and kernels [b, o, c / g, kh, kw] give results [b, n, o, oh, ow]. */
export function convolveEach(
  images: Tensor,
  kernels: Tensor,
  sizes: Sizes,
  attributes: ConvolutionAttributes,
): Tensor {
  const seen = columnsOf(images, sizes, attributes);
  const product = matmul(matricesOf(kernels, attributes.groups), seen);
  return reshape(product, [product.shape[0]!, ...sizes.results]);
}

/** results [b, n, o, oh, ow] and kernels [b, o, c / g, kh, kw] give images [b, n, c, h, w]. */
export function imageGradientEach(
  results: Tensor,
  kernels: Tensor,
  sizes: Sizes,
  attributes: ConvolutionAttributes,
): Tensor {
  const { groups } = attributes;
  const moves = movesOf(sizes, attributes);
  const seen = matmul(swapAxes(matricesOf(kernels, groups), -1, -2), rowsOf(results, groups));
  const [b, n] = seen.shape;
  const [, c] = sizes.images;
  // [b, n, g, c / g, pixels, places], of which each pixel of the kernel is one image with channels of its own.
  const count = moves.size[0] * moves.size[1];
  const split = reshape(seen, [b!, n!, c!, count, ...moves.places]);
  const patches = Array.from({ length: count }, (_, i) =>
    reshape(sliceAxis(split, 3, i, i + 1), [b!, n!, c!, ...moves.places]),
  );
  return imagesOf(patches, [b!, ...sizes.images], moves);
}

/** images [b, n, c, h, w] and results [b, n, o, oh, ow] give kernels [b, o, c / g, kh, kw]. */
export function kernelGradientEach(
  images: Tensor,
  results: Tensor,
  sizes: Sizes,
  attributes: ConvolutionAttributes,
): Tensor {
  // The sum over the images is part of the product: [b, g, o / g, n places] times [b, g, n places, c / g pixels].
  const rows = transpose(rowsOf(results, attributes.groups), [0, 2, 3, 1, 4]);
  const seen = transpose(columnsOf(images, sizes, attributes), [0, 2, 1, 4, 3]);
  const [b, g, o, n, places] = rows.shape as [Dim, Dim, Dim, Dim, Dim];
  const product = matmul(
    reshape(rows, [b, g, o, multiplyDims(n, places)]),
    reshape(seen, [seen.shape[0]!, g, multiplyDims(n, places), seen.shape[4]!]),
  );
  return reshape(product, [product.shape[0]!, ...sizes.kernels]);
}

/** Kernels as matrices: [b, 1, g, o / g, c / g pixels]. */
function matricesOf(kernels: Tensor, groups: number): Tensor {
  const [b, o, part, kh, kw] = kernels.shape as [Dim, number, number, number, number];
  return reshape(kernels, [b, 1, groups, o / groups, part * kh * kw]);
}

/** Results as matrices: [b, n, g, o / g, places]. */
function rowsOf(results: Tensor, groups: number): Tensor {
  const [b, n, o, oh, ow] = results.shape as [Dim, Dim, number, Dim, Dim];
  return reshape(results, [b, n, groups, o / groups, multiplyDims(oh, ow)]);
}

/** What kernels see of images, as matrices: [b, n, g, c / g pixels, places]. */
function columnsOf(images: Tensor, sizes: Sizes, attributes: ConvolutionAttributes): Tensor {
  const moves = movesOf(sizes, attributes);
  const [b, n, c] = images.shape as [Dim, Dim, number];
  const { groups } = attributes;
  const patches = patchesOf(images, moves).map((patch) => reshape(patch, [1, ...patch.shape]));
  // Pixels of the kernel behind the channels, as they lie in kernels.
  const together = moveAxis(concat(patches, 0), 0, 3);
  const pixels = (c / groups) * moves.size[0] * moves.size[1];
  return reshape(together, [b, n, groups, pixels, multiplyDims(moves.places[0], moves.places[1])]);
}

function movesOf(
  { kernels, results }: Sizes,
  { strides, padding, dilations }: ConvolutionAttributes,
): WindowMoves {
  const [, , kh, kw] = kernels as [Dim, Dim, number, number];
  return { size: [kh, kw], places: [results[2]!, results[3]!], strides, padding, dilations };
}
