/** Layers on images, which TensorFlow.js has as [n, h, w, c] unless told otherwise. */
import { InvalidArgumentError } from '@pct/core';
import { checkStatic } from '../../graph/check.js';
import type { Dim } from '../../graph/dim.js';
import { multiplyDims } from '../../graph/dim.js';
import { maxPool2d } from '../../ops/pooling.js';
import { mean } from '../../ops/reductions.js';
import type { Margins } from '../../ops/windows.js';
import { averageOfPixels, sameMargins } from '../../ops/windows.js';
import { add } from '../../primitives/add.js';
import { conv2d } from '../../primitives/conv2d.js';
import { max } from '../../primitives/max.js';
import { pad } from '../../primitives/pad.js';
import { reshape } from '../../primitives/reshape.js';
import { transpose } from '../../primitives/transpose.js';
import type { Tensor } from '../../trace/Tensor.js';
import { activate } from './activations.js';
import type { LayerCall, LayerRule } from './LayerCall.js';

const NO_MARGINS: Margins = [0, 0, 0, 0];

function isChannelsFirst(call: LayerCall): boolean {
  return call.text('dataFormat', 'channelsLast') === 'channelsFirst';
}

/** Applies a rule for images [n, c, h, w] to those that the layer gets. */
function onPlanes(call: LayerCall, rule: (images: Tensor) => Tensor): Tensor {
  if (isChannelsFirst(call)) return rule(call.input);
  return transpose(rule(transpose(call.input, [0, 3, 1, 2])), [0, 2, 3, 1]);
}

/** Margins that the layer's padding means. */
function marginsOf(
  call: LayerCall,
  images: Tensor,
  reach: readonly [number, number],
  strides: readonly [number, number],
): Margins {
  const padding = call.text('padding', 'valid');
  if (padding === 'valid') return NO_MARGINS;
  if (padding !== 'same')
    throw new InvalidArgumentError(`its padding must be 'valid' or 'same', got '${padding}'`);
  const sizes = [0, 1].map((axis) => {
    // With touching places of the kernel the margin does not depend on the size.
    if (strides[axis] === 1) return reach[axis]!;
    return checkStatic("padding 'same' with strides", 'the size of the image', images.shape[axis + 2]!);
  });
  return sameMargins([sizes[0]!, sizes[1]!], reach, strides);
}

function convolved(
  call: LayerCall,
  kernels: Tensor,
  dilations: readonly [number, number],
  groups: number,
): Tensor {
  const strides = call.pair('strides', [1, 1]);
  const window = call.pair('kernelSize');
  const reach = [dilations[0] * (window[0] - 1) + 1, dilations[1] * (window[1] - 1) + 1] as const;
  const { bias } = call.weights;
  const result = onPlanes(call, (images) => {
    const padding = marginsOf(call, images, reach, strides);
    const filtered = conv2d(images, kernels, { strides, dilations, padding, groups });
    return bias === undefined ? filtered : add(filtered, reshape(bias, [...bias.shape, 1, 1]));
  });
  return activate(call, result);
}

function convolution(call: LayerCall): Tensor {
  // [h, w, in, out] to [out, in, h, w].
  const kernels = transpose(call.weight('kernel'), [3, 2, 0, 1]);
  return convolved(call, kernels, call.pair('dilationRate', [1, 1]), 1);
}

function depthwiseConvolution(call: LayerCall): Tensor {
  // [h, w, in, multiplier] to [in multiplier, 1, h, w]; TensorFlow.js leaves the layer's dilationRate out.
  const [height, width, channels, multiplier] = call.weight('depthwise_kernel').shape as [Dim, Dim, Dim, Dim];
  const kernels = reshape(transpose(call.weight('depthwise_kernel'), [2, 3, 0, 1]), [
    multiplyDims(channels, multiplier),
    1,
    height,
    width,
  ]);
  return convolved(call, kernels, [1, 1], checkStatic('DepthwiseConv2D', 'the number of channels', channels));
}

type Pooling = (
  images: Tensor,
  window: readonly [number, number],
  settings: { readonly strides: readonly [number, number]; readonly padding: Margins },
) => Tensor;

function pooled(rule: Pooling): LayerRule {
  return {
    apply(call) {
      const window = call.pair('poolSize', [2, 2]);
      const strides = call.pair('strides', window);
      return onPlanes(call, (images) => {
        const padding = marginsOf(call, images, window, strides);
        return rule(images, window, { strides, padding });
      });
    },
  };
}

function overPixels(rule: typeof mean): LayerRule {
  return { apply: (call) => rule(call.input, { axes: isChannelsFirst(call) ? [2, 3] : [1, 2] }) };
}

function surrounded(call: LayerCall): Tensor {
  const padding = call.setting('padding') ?? 1;
  const sides = Array.isArray(padding) ? (padding as readonly unknown[]) : [padding, padding];
  const [rows, columns] = sides.map((side) => {
    const [before, after] = Array.isArray(side) ? (side as readonly unknown[]) : [side, side];
    if (typeof before !== 'number' || typeof after !== 'number')
      throw new InvalidArgumentError(`its setting padding must be numbers, got ${JSON.stringify(padding)}`);
    return [before, after] as const;
  });
  const none = [0, 0] as const;
  return pad(
    call.input,
    isChannelsFirst(call) ? [none, none, rows!, columns!] : [none, rows!, columns!, none],
  );
}

const biased =
  (kernel: string) =>
  (call: LayerCall): readonly string[] =>
    call.flag('useBias', true) ? [kernel, 'bias'] : [kernel];

/** Layers on images by class. */
export const imageLayers: Readonly<Record<string, LayerRule>> = {
  Conv2D: { weights: biased('kernel'), apply: convolution },
  DepthwiseConv2D: { weights: biased('depthwise_kernel'), apply: depthwiseConvolution },
  MaxPooling2D: pooled(maxPool2d),
  AveragePooling2D: pooled((images, window, settings) =>
    averageOfPixels(images, window, { ...settings, counted: NO_MARGINS }),
  ),
  GlobalMaxPooling2D: overPixels(max),
  GlobalAveragePooling2D: overPixels(mean),
  ZeroPadding2D: { apply: surrounded },
};
