/**
 * Arrays of windows that touch, [n, c, rows, height, columns, width], as pooling makes them of images. Loops of
 * onnxruntime over axes of two or three elements at the end take many times as long as the work: here the windows
 * are added up whole planes at a time, and repeated as pixels of an enlarged image.
 */
import type { Dim } from '../../graph/dim.js';
import type { Node, TensorType } from '../../graph/types.js';
import type { OnnxModelBuilder } from '../builder.js';

/** Axes of this size and less are walked plane by plane. */
const SHORT = 4;

/** Sides of windows up to which repeating pixels is an enlargement of an image. */
const LARGEST_SIDE = 16;

/**
 * A reduction along short axes at the end: [..., width] to [...], or [..., height, columns, width] to
 * [..., columns].
 *
 * @param operator - that combines two arrays element by element
 * @param axes - those of the reduction, ascending
 * @returns undefined where the reduction is not of this kind
 */
export function reduceWindows(
  builder: OnnxModelBuilder,
  node: Node,
  x: string,
  operator: string,
  axes: readonly number[],
): string | undefined {
  const { shape } = node.inputs[0]!.type;
  const rank = shape.length;
  const [height, columns, width] = rank < 3 ? [1, 1, shape.at(-1)!] : shape.slice(-3);
  if (!isShort(width!) || axes.at(-1) !== rank - 1) return undefined;
  const whole = axes.length === 2;
  if (axes.length > 2 || (whole && (axes[0] !== rank - 3 || !isShort(height!)))) return undefined;
  let reduced = x;
  if (whole) {
    if (typeof columns !== 'number' || columns === 0) return undefined;
    const planes = builder.one('Reshape', [x, builder.int64([-1, height as number, columns * width])]);
    reduced = combine(builder, planes, operator, 1, height as number);
  }
  const rows = builder.one('Reshape', [reduced, builder.int64([-1, width])]);
  const turned = builder.one('Transpose', [rows], { perm: [1, 0] });
  const sum = combine(builder, turned, operator, 0, width);
  return builder.reshape(sum, node.outputs[0]!.type.shape);
}

function isShort(size: Dim): size is number {
  return typeof size === 'number' && size > 1 && size <= SHORT;
}

/** The `count` parts along an axis, combined one after another. */
function combine(
  builder: OnnxModelBuilder,
  value: string,
  operator: string,
  axis: number,
  count: number,
): string {
  return builder
    .node('Split', [value], { axis, num_outputs: count }, count)
    .reduce((left, right) => builder.one(operator, [left, right]));
}

/**
 * Repeats one number per window, float32 [n, c, rows, 1, columns, 1], for all of its pixels.
 *
 * @param to - shape to repeat for
 * @returns undefined where this is something else
 */
export function repeatInWindows(
  builder: OnnxModelBuilder,
  value: string,
  { dtype, shape: from }: TensorType,
  to: readonly Dim[],
): string | undefined {
  const [n, c, rows, height, columns, width] = to;
  const fits =
    dtype === 'float32' &&
    from.length === 6 &&
    to.length === 6 &&
    from.every((size, axis) => size === (axis === 3 || axis === 5 ? 1 : to[axis]));
  if (!fits || !isSide(height!) || !isSide(width!) || height * width === 1) return undefined;
  const image = builder.reshape(value, [n!, c!, rows!, columns!]);
  const scales = builder.constant('float32', [4], [1, 1, height, width]);
  const enlarged = builder.one('Resize', [image, '', scales], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
  return builder.reshape(enlarged, to);
}

function isSide(size: Dim): size is number {
  return typeof size === 'number' && size >= 1 && size <= LARGEST_SIDE;
}
