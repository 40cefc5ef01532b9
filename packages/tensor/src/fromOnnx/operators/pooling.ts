/** Pooling over windows and over whole images. */
import type { OnnxCall, Operator } from '../OnnxCall.js';
import { checkStatic } from '../../graph/check.js';
import { averagePool2d, maxPool2d } from '../../ops/pooling.js';
import { mean } from '../../ops/reductions.js';
import { div } from '../../primitives/div.js';
import { full } from '../../primitives/full.js';
import { max } from '../../primitives/max.js';
import { pad } from '../../primitives/pad.js';
import type { Tensor } from '../../trace/Tensor.js';
import { asImages, asPlane, paddingOf, pairOf } from './windows.js';
import type { Padding } from './windows.js';

interface Windows {
  readonly images: Tensor;
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
  /** As the attributes say. */
  readonly padding: Padding;
  /** With what the last window needs when the number of windows is rounded up. */
  readonly widened: Padding;
}

function windowsOf(call: OnnxCall): Windows {
  const images = asImages(call, call.tensor(0));
  if (call.ints('kernel_shape') === undefined) throw call.broken('has no attribute kernel_shape');
  const window = pairOf(call, 'kernel_shape', 1);
  const strides = pairOf(call, 'strides', 1);
  if (call.ints('dilations')?.some((step) => step !== 1) === true)
    throw call.unsupported(`${call.node.op} with dilations`);
  const padding = paddingOf(call, images, window, strides);
  if (call.int('ceil_mode', 0) === 0) return { images, window, strides, padding, widened: padding };
  const extra = [0, 1].map((i) => {
    const size = checkStatic(call.node.op, 'with ceil_mode the size of the image', images.shape[i + 2]!);
    const room = size + padding[i]! + padding[i + 2]!;
    const step = strides[i]!;
    let last = Math.ceil((room - window[i]!) / step) * step;
    // A window may not begin behind the image and the padding before it.
    if (last >= size + padding[i]!) last -= step;
    return Math.max(last + window[i]! - room, 0);
  });
  const widened = [padding[0], padding[1], padding[2] + extra[0]!, padding[3] + extra[1]!] as const;
  return { images, window, strides, padding, widened };
}

function maxPool(call: OnnxCall): Tensor {
  const { images, window, strides, widened } = windowsOf(call);
  return asPlane(maxPool2d(images, window, { strides, padding: widened }), call.tensor(0));
}

function averagePool(call: OnnxCall): Tensor {
  const { images, window, strides, padding, widened } = windowsOf(call);
  const options = { strides, padding: widened };
  const average = averagePool2d(images, window, options);
  if (widened.every((width) => width === 0)) return asPlane(average, call.tensor(0));
  // The mean is over the pixels that count: those of the image, and of its padding if the attribute says so.
  const [, , height, width] = images.shape;
  const inside = full([1, 1, height!, width!], 1, images.dtype);
  const counted = call.int('count_include_pad', 0) === 1;
  const [top, left, bottom, right] = counted ? padding : [0, 0, 0, 0];
  const pixels = pad(inside, [[0, 0], [0, 0], [top, bottom], [left, right]], 1); // prettier-ignore
  const rest = [widened[0] - top, widened[1] - left, widened[2] - bottom, widened[3] - right] as const;
  const share = averagePool2d(pixels, window, { strides, padding: rest });
  return asPlane(div(average, share), call.tensor(0));
}

function overPixels(rule: typeof mean): Operator {
  return (call) => {
    const x = call.tensor(0);
    return rule(x, { axes: [...x.shape.keys()].slice(2), keepDims: true });
  };
}

/** Pooling by operator. */
export const pooling: Readonly<Record<string, Operator>> = {
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: overPixels(mean),
  GlobalMaxPool: overPixels(max),
};
