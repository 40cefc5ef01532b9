/** How windows move over images in ONNX: one or two axes of pixels behind [n, c]. */
import type { OnnxCall } from '../OnnxCall.js';
import { checkStatic } from '../../graph/check.js';
import { describeType } from '../../graph/describe.js';
import { reshape } from '../../primitives/reshape.js';
import { sameMargins } from '../../ops/windows.js';
import type { Margins } from '../../ops/windows.js';
import type { Tensor } from '../../trace/Tensor.js';

/** Signals [n, c, l] as images [n, c, 1, l]; images as they are. */
export function asImages(call: OnnxCall, x: Tensor): Tensor {
  if (x.rank === 4) return x;
  if (x.rank === 3) return reshape(x, [x.shape[0]!, x.shape[1]!, 1, x.shape[2]!]);
  throw call.unsupported(`${call.node.op} of ${describeType(x)}: only one or two axes behind [n, c] are`);
}

/** Images as signals if the original is one. */
export function asPlane(images: Tensor, original: Tensor): Tensor {
  const [n, c, , width] = images.shape;
  return original.rank === 3 ? reshape(images, [n!, c!, width!]) : images;
}

/** An attribute with one number per axis of pixels, the first of two being `fallback` for signals. */
export function pairOf(call: OnnxCall, name: string, fallback: number): readonly [number, number] {
  const [first, second] = call.ints(name) ?? [fallback, fallback];
  if (first === undefined) throw call.broken(`has an empty attribute ${name}`);
  return second === undefined ? [fallback, first] : [first, second];
}

/**
 * Padding from the attributes.
 *
 * @param reach - pixels that a window spans
 */
export function paddingOf(
  call: OnnxCall,
  images: Tensor,
  reach: readonly [number, number],
  strides: readonly [number, number],
): Margins {
  const auto = call.string('auto_pad', 'NOTSET');
  if (auto === 'VALID') return [0, 0, 0, 0];
  if (auto === 'NOTSET') {
    const pads = call.ints('pads') ?? [0, 0, 0, 0];
    if (pads.length === 2) return [0, pads[0]!, 0, pads[1]!];
    if (pads.length !== 4) throw call.broken(`must have 2 or 4 pads, got ${pads.length}`);
    return [pads[0]!, pads[1]!, pads[2]!, pads[3]!];
  }
  if (auto !== 'SAME_UPPER' && auto !== 'SAME_LOWER') throw call.broken(`has an unknown auto_pad "${auto}"`);
  const sizeOf = (axis: number): number =>
    checkStatic(call.node.op, `with auto_pad ${auto} the size of the image`, images.shape[axis]!);
  return sameMargins([sizeOf(2), sizeOf(3)], reach, strides, auto === 'SAME_UPPER' ? 'after' : 'before');
}
