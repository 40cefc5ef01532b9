import type { ConvolutionAttributes } from '../primitives/factories/convolution.js';
import type { TypedArray } from '../graph/types.js';

/** Data of images [n, c, h, w], kernels [o, c / groups, kh, kw] and results [n, o, oh, ow]. */
export interface ConvolutionArrays {
  readonly images: { readonly data: TypedArray; readonly shape: readonly number[] };
  readonly kernels: { readonly data: TypedArray; readonly shape: readonly number[] };
  readonly results: { readonly data: TypedArray; readonly shape: readonly number[] };
}

/**
 * The sum of products of images, kernels and results over all triples of elements that belong together,
 * differentiated with respect to one of the three: adds to that one the products of the other two.
 */
export function convolve(
  target: keyof ConvolutionArrays,
  { images, kernels, results }: ConvolutionArrays,
  { strides, padding, dilations, groups }: ConvolutionAttributes,
): void {
  const [n, c, h, w] = images.shape as [number, number, number, number];
  const [o, part, kh, kw] = kernels.shape as [number, number, number, number];
  const [, , oh, ow] = results.shape as [number, number, number, number];
  const [x, k, y] = [images.data, kernels.data, results.data];
  for (let image = 0; image < n; image++)
    for (let out = 0; out < o; out++)
      for (let channel = 0; channel < part; channel++) {
        const plane = (image * c + Math.floor(out / (o / groups)) * part + channel) * h;
        for (let i = 0; i < kh; i++)
          for (let j = 0; j < kw; j++) {
            const atKernel = ((out * part + channel) * kh + i) * kw + j;
            for (let row = 0; row < oh; row++) {
              const from = row * strides[0] + i * dilations[0] - padding[0];
              if (from < 0 || from >= h) continue;
              for (let column = 0; column < ow; column++) {
                const pixel = column * strides[1] + j * dilations[1] - padding[1];
                if (pixel < 0 || pixel >= w) continue;
                const atImage = (plane + from) * w + pixel;
                const atResult = ((image * o + out) * oh + row) * ow + column;
                if (target === 'results') y[atResult]! += x[atImage]! * k[atKernel]!;
                else if (target === 'images') x[atImage]! += y[atResult]! * k[atKernel]!;
                else k[atKernel]! += x[atImage]! * y[atResult]!;
              }
            }
          }
      }
}
