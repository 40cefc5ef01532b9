import type { Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import * as tf from '@tensorflow/tfjs';
import type { Context, Operations } from '../context.js';

type Pair = [number, number];
type Padding = 'valid' | 'same' | number | [number, number][];
type Format = 'NHWC' | 'NCHW';
type Rounding = 'floor' | 'round' | 'ceil' | undefined;

const { backend_util } = tf;

/** Convolutions and pooling; tfjs has the channels last. */
export function imageOps(context: Context): Operations {
  /** Runs on [n, c, h, w] what the case has as [n, h, w, c] or [h, w, c]. */
  const onImages = (
    x: unknown,
    format: Format,
    others: readonly unknown[],
    fn: (images: Tensor, ...others: Tensor[]) => Tensor,
  ): unknown => {
    const images = context.tensor(x, 'float32');
    if (images.rank !== 3 && images.rank !== 4) context.reject('checks of arguments, which tfjs does itself');
    return context.run(
      (y, ...rest) => {
        const all = y.rank === 3 ? t.expandDims(y, 0) : y;
        const last = format === 'NHWC';
        const result = fn(last ? t.transpose(all, [0, 3, 1, 2]) : all, ...rest);
        const turned = last ? t.transpose(result, [0, 2, 3, 1]) : result;
        return y.rank === 3 ? t.squeeze(turned, [0]) : turned;
      },
      images,
      ...others.map((other) => context.tensor(other, 'float32')),
    );
  };
  const shapeOf = (x: unknown): [number, number, number, number] => {
    const { shape } = context.tensor(x);
    return (shape.length === 3 ? [1, ...shape] : shape) as [number, number, number, number];
  };
  const checkFloor = (info: {
    readonly outHeight: number;
    readonly outWidth: number;
    readonly inHeight: number;
    readonly inWidth: number;
    readonly strideHeight: number;
    readonly strideWidth: number;
    readonly effectiveFilterHeight: number;
    readonly effectiveFilterWidth: number;
    readonly padInfo: {
      readonly top: number;
      readonly left: number;
      readonly bottom: number;
      readonly right: number;
    };
  }): [number, number, number, number] => {
    const { top, left, bottom, right } = info.padInfo;
    const rows =
      Math.floor((info.inHeight + top + bottom - info.effectiveFilterHeight) / info.strideHeight) + 1;
    const columns =
      Math.floor((info.inWidth + left + right - info.effectiveFilterWidth) / info.strideWidth) + 1;
    if (
      rows !== info.outHeight ||
      columns !== info.outWidth ||
      ![top, left, bottom, right].every(Number.isInteger)
    )
      context.reject('sizes that are rounded up');
    return [top, left, bottom, right];
  };
  const checkRounding = (pad: Padding, rounding: Rounding): void => {
    const wrong = rounding !== undefined && (typeof pad !== 'number' || !Number.isInteger(pad));
    if (wrong || (typeof pad === 'number' && !Number.isInteger(pad)))
      context.reject('checks of arguments, which tfjs does itself');
  };
  const conv2d = (
    x: unknown,
    filter: unknown,
    strides: number | Pair,
    pad: Padding,
    format: Format = 'NHWC',
    dilations?: number | Pair | null,
    rounding?: Rounding,
  ): unknown => {
    const kernels = context.tensor(filter, 'float32');
    if (kernels.rank !== 4) context.reject('checks of arguments, which tfjs does itself');
    checkRounding(pad, rounding);
    const info = backend_util.computeConv2DInfo(
      shapeOf(x),
      kernels.shape as [number, number, number, number],
      strides,
      dilations ?? 1,
      pad as 'same',
      rounding,
      false,
      format === 'NHWC' ? 'channelsLast' : 'channelsFirst',
    );
    const padding = checkFloor(info);
    return onImages(x, format, [kernels], (images, k) =>
      t.conv2d(images, t.transpose(k, [3, 2, 0, 1]), { strides, padding, dilations: dilations ?? 1 }),
    );
  };
  const depthwiseConv2d = (
    x: unknown,
    filter: unknown,
    strides: number | Pair,
    pad: Padding,
    format: Format = 'NHWC',
    dilations?: number | Pair | null,
    rounding?: Rounding,
  ): unknown => {
    const kernels = context.tensor(filter, 'float32');
    if (kernels.rank !== 4) context.reject('checks of arguments, which tfjs does itself');
    checkRounding(pad, rounding);
    const [height, width, channels, times] = kernels.shape as [number, number, number, number];
    const info = backend_util.computeConv2DInfo(
      shapeOf(x),
      [height, width, channels, times],
      strides,
      dilations ?? 1,
      pad as 'same',
      rounding,
      true,
      format === 'NHWC' ? 'channelsLast' : 'channelsFirst',
    );
    const padding = checkFloor(info);
    return onImages(x, format, [kernels], (images, k) =>
      t.conv2d(images, t.reshape(t.transpose(k, [2, 3, 0, 1]), [channels * times, 1, height, width]), {
        strides,
        padding,
        dilations: dilations ?? 1,
        groups: channels,
      }),
    );
  };
  const pool =
    (kind: 'max' | 'average') =>
    (x: unknown, size: number | Pair, strides: number | Pair, pad: Padding, rounding?: Rounding): unknown => {
      checkRounding(pad, rounding);
      const info = backend_util.computePool2DInfo(shapeOf(x), size, strides, 1, pad as 'same', rounding);
      const padding = checkFloor(info);
      const options = { strides, padding } as const;
      return onImages(x, 'NHWC', [], (images) => {
        if (kind === 'max') return t.maxPool2d(images, size, options);
        // tfjs leaves the margin out of the mean, ours counts zeros.
        const mean = t.averagePool2d(images, size, options);
        return padding.every((width) => width === 0)
          ? mean
          : t.div(mean, t.averagePool2d(t.onesLike(images), size, options));
      });
    };
  const separableConv2d = (
    x: unknown,
    depthwise: unknown,
    pointwise: unknown,
    strides: number | Pair,
    pad: Padding,
    dilations?: number | Pair | null,
    format: Format = 'NHWC',
  ): unknown => {
    const { shape } = context.tensor(pointwise);
    if (shape[0] !== 1 || shape[1] !== 1) context.reject('checks of arguments, which tfjs does itself');
    const between = depthwiseConv2d(x, depthwise, strides, pad, format, dilations);
    return conv2d(between, pointwise, 1, 'valid', format);
  };
  /** The derivative of a convolution with respect to its images. */
  const conv2dTranspose = (
    x: unknown,
    filter: unknown,
    shape: number[],
    strides: number | Pair,
    pad: Padding,
    rounding?: Rounding,
  ): unknown => {
    const kernels = context.tensor(filter, 'float32');
    checkRounding(pad, rounding);
    const full = (shape.length === 3 ? [1, ...shape] : shape) as [number, number, number, number];
    if (kernels.rank !== 4 || shapeOf(x)[3] !== kernels.shape[3] || full[3] !== kernels.shape[2])
      context.reject('checks of arguments, which tfjs does itself');
    const info = backend_util.computeConv2DInfo(
      full,
      kernels.shape as [number, number, number, number],
      strides,
      1,
      pad as 'same',
      rounding,
    );
    const padding = checkFloor(info);
    const [n, h, w, c] = full;
    return onImages(x, 'NHWC', [kernels], (results, k) => {
      const zeros = t.full([n, c, h, w], 0);
      const turned = t.transpose(k, [3, 2, 0, 1]);
      const [, pull] = t.vjp((images: Tensor) => t.conv2d(images, turned, { strides, padding }), zeros);
      return pull(results)[0];
    });
  };
  return {
    conv2d,
    depthwiseConv2d,
    separableConv2d,
    conv2dTranspose,
    maxPool: pool('max'),
    avgPool: pool('average'),
  };
}
