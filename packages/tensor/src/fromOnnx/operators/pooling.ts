/** Pooling over windows and over whole images. */
import type { OnnxCall, Operator } from '../OnnxCall.js';
import { checkStatic } from '../../graph/check.js';
import { maxPool2d } from '../../ops/pooling.js';
import { mean } from '../../ops/reductions.js';
import { averageOfPixels } from '../../ops/windows.js';
import type { Margins } from '../../ops/windows.js';
import { max } from '../../primitives/max.js';
import type { Tensor } from '../../trace/Tensor.js';
import { asImages, asPlane, paddingOf, pairOf } from './windows.js';

interface Windows {
  readonly images: Tensor;
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
  /** As the attributes say. */
  readonly padding: Margins;
  /** With what the last window needs when the number of windows is rounded up. */
  readonly widened: Margins;
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
  // What the last window of a rounded-up number needs beyond the padding never counts.
  const counted: Margins = call.int('count_include_pad', 0) === 1 ? padding : [0, 0, 0, 0];
  const average = averageOfPixels(images, window, { strides, padding: widened, counted });
  return asPlane(average, call.tensor(0));
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
