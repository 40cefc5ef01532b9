/** Images of other sizes: interpolation along one axis after the other. */
import type { OnnxCall, Operator } from '../OnnxCall.js';
import { ShapeError } from '@pct/core';
import { checkAxis, checkStatic } from '../../graph/check.js';
import type { Dim } from '../../graph/dim.js';
import { divideDims, multiplyDims } from '../../graph/dim.js';
import { cast } from '../../primitives/cast.js';
import { constant } from '../../primitives/constant.js';
import { gather } from '../../primitives/gather.js';
import { matmul } from '../../primitives/matmul.js';
import { reshape } from '../../primitives/reshape.js';
import { swapAxes, transpose } from '../../primitives/transpose.js';
import type { Tensor } from '../../trace/Tensor.js';

/** How one axis changes. */
interface Stretch {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/** Place in the original of a place in the result. */
type Transformation = (place: number, stretch: Stretch) => number;

const halfPixel: Transformation = (place, { scale }) => (place + 0.5) / scale - 0.5;
const asymmetric: Transformation = (place, { scale }) => place / scale;

const TRANSFORMATIONS: ReadonlyMap<string, Transformation> = new Map<string, Transformation>([
  ['half_pixel', halfPixel],
  ['pytorch_half_pixel', (place, stretch) => (stretch.to > 1 ? halfPixel(place, stretch) : 0)],
  ['align_corners', (place, { from, to }) => (to > 1 ? (place * (from - 1)) / (to - 1) : 0)],
  ['asymmetric', asymmetric],
  ['tf_half_pixel_for_nn', (place, { scale }) => (place + 0.5) / scale],
  [
    'half_pixel_symmetric',
    (place, { from, to, scale }) => (from / 2) * (1 - to / (scale * from)) + (place + 0.5) / scale - 0.5,
  ],
]);

/** How places between two elements become one of them. */
const ROUNDINGS: ReadonlyMap<string, (place: number, scale: number) => number> = new Map([
  ['round_prefer_floor', (place: number) => Math.ceil(place - 0.5)],
  ['round_prefer_ceil', (place: number) => Math.floor(place + 0.5)],
  ['floor', (place: number) => Math.floor(place)],
  ['ceil', (place: number) => Math.ceil(place)],
  // Before operator set 11.
  ['simple', (place: number, scale: number) => (scale < 1 ? Math.ceil(place) : Math.floor(place))],
]);

interface Interpolation {
  readonly mode: string;
  readonly transformation: Transformation;
  readonly rounding: (place: number, scale: number) => number;
  readonly cubic: number;
  readonly excludeOutside: boolean;
}

function interpolationOf(call: OnnxCall): Interpolation {
  const old = call.node.op === 'Upsample' || call.context.opset < 11;
  const mode = call.string('mode', 'nearest');
  const where = call.string('coordinate_transformation_mode', old ? 'asymmetric' : 'half_pixel');
  const transformation = TRANSFORMATIONS.get(where);
  if (transformation === undefined) throw call.unsupported(`coordinate_transformation_mode "${where}"`);
  const nearest = call.string('nearest_mode', old ? 'simple' : 'round_prefer_floor');
  const rounding = ROUNDINGS.get(nearest);
  if (rounding === undefined) throw call.broken(`has an unknown nearest_mode "${nearest}"`);
  if (!['nearest', 'linear', 'cubic'].includes(mode)) throw call.broken(`has an unknown mode "${mode}"`);
  if (call.int('antialias', 0) === 1) throw call.unsupported('interpolation with antialias');
  return {
    mode,
    transformation,
    rounding,
    cubic: call.float('cubic_coeff_a', -0.75),
    excludeOutside: call.int('exclude_outside', 0) === 1,
  };
}

/** The axes that change. */
function stretchesOf(call: OnnxCall, x: Tensor): Stretch[] {
  const before = call.node.op === 'Upsample' || call.context.opset < 11;
  const axes = call.ints('axes')?.map((axis) => checkAxis('Resize', axis, x.rank)) ?? [...x.shape.keys()];
  const scales = call.attribute('floats', 'scales') ?? listAt(call, before ? 1 : 2);
  const sizes = before ? undefined : listAt(call, 3);
  const given = scales ?? sizes;
  const policy = call.string('keep_aspect_ratio_policy', 'stretch');
  if (policy !== 'stretch') throw call.unsupported(`keep_aspect_ratio_policy "${policy}"`);
  if (given === undefined) throw call.broken('has neither scales nor sizes');
  if (given.length !== axes.length)
    throw call.broken(`must have ${axes.length} ${scales ? 'scales' : 'sizes'}, got ${given.length}`);
  const changing = axes.flatMap((axis, i) => {
    const value = given[i]!;
    const same = scales === undefined ? value === x.shape[axis] : value === 1;
    if (same) return [];
    const what = `the size of axis ${axis}, which is resized,`;
    const from = checkStatic(call.node.op, what, x.shape[axis]!);
    const wanted = checkStatic(call.node.op, 'a size of the result', value);
    return [{ axis, from, value: wanted }];
  });
  if (scales !== undefined)
    return changing.map(({ axis, from, value }) => ({
      axis,
      from,
      to: Math.floor(from * value),
      scale: value,
    }));
  return changing.map(({ axis, from, value }) => ({ axis, from, to: value, scale: value / from }));
}

function listAt(call: OnnxCall, index: number): readonly Dim[] | undefined {
  const list = call.has(index) ? call.sizes(index) : [];
  return list.length === 0 ? undefined : list;
}

function resized(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const how = interpolationOf(call);
  return stretchesOf(call, x).reduce(
    (part, stretch) => (how.mode === 'nearest' ? picked(part, stretch, how) : mixed(part, stretch, how)),
    x,
  );
}

/** The nearest element for each place. */
function picked(x: Tensor, stretch: Stretch, { transformation, rounding }: Interpolation): Tensor {
  const { axis, from, to, scale } = stretch;
  const places = Int32Array.from({ length: to }, (_, place) => {
    // Places that are halves in exact arithmetic may not be after a division.
    const original = Number(transformation(place, stretch).toPrecision(12));
    return Math.min(Math.max(rounding(original, scale), 0), from - 1);
  });
  const front = swapAxes(x, 0, axis);
  return swapAxes(gather(front, constant({ data: places, shape: [to] })), 0, axis);
}

/** A weighted mean of neighbouring elements for each place. */
function mixed(x: Tensor, stretch: Stretch, how: Interpolation): Tensor {
  const { axis, from, to } = stretch;
  const matrix = new Float64Array(from * to);
  for (let place = 0; place < to; place++) {
    const original = how.transformation(place, stretch);
    const first = Math.floor(original);
    const weights = how.mode === 'linear' ? hat(original - first) : cubic(original - first, how.cubic);
    const begin = first + 1 - weights.length / 2;
    const isInside = (i: number): boolean => begin + i >= 0 && begin + i < from;
    const kept = weights.map((weight, i) => (how.excludeOutside && !isInside(i) ? 0 : weight));
    const total = how.excludeOutside ? kept.reduce((sum, weight) => sum + weight, 0) : 1;
    kept.forEach((weight, i) => {
      const at = Math.min(Math.max(begin + i, 0), from - 1);
      matrix[at * to + place]! += weight / total;
    });
  }
  const weights = cast(constant({ data: matrix, shape: [from, to] }), x.dtype);
  return swapAxes(matmul(swapAxes(x, axis, -1), weights), axis, -1);
}

function hat(ratio: number): number[] {
  return [1 - ratio, ratio];
}

/** Weights of four neighbours; Keys 1981, doi:10.1109/TASSP.1981.1163711, eq. 4. */
function cubic(ratio: number, a: number): number[] {
  const near = (x: number): number => ((a + 2) * x - (a + 3)) * x * x + 1;
  const far = (x: number): number => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return [far(1 + ratio), near(ratio), near(1 - ratio), far(2 - ratio)];
}

/** Channels [b b c] or [c b b] of [n, ., h, w] become blocks of b x b pixels. */
function depthToSpace(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const block = call.int('blocksize');
  const [n, , height, width] = x.shape as [Dim, Dim, Dim, Dim];
  const inOrder = call.string('mode', 'DCR') === 'CRD';
  const parts = inOrder ? [n, -1, block, block, height, width] : [n, block, block, -1, height, width];
  const order = inOrder ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2];
  const moved = transpose(reshape(x, parts), order);
  return reshape(moved, [n, moved.shape[1]!, multiplyDims(height, block), multiplyDims(width, block)]);
}

/** Blocks of b x b pixels become channels [b b c]. */
function spaceToDepth(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const block = call.int('blocksize');
  const [n, channels, height, width] = x.shape as [Dim, Dim, Dim, Dim];
  const [rows, columns] = [divideDims(height, block), divideDims(width, block)];
  if (rows === undefined || columns === undefined)
    throw new ShapeError(
      `SpaceToDepth: ${String(x)} does not fall into blocks of ${block} x ${block} pixels`,
    );
  const split = reshape(x, [n, channels, rows, block, columns, block]);
  const moved = transpose(split, [0, 3, 5, 1, 2, 4]);
  return reshape(moved, [n, multiplyDims(channels, block * block), rows, columns]);
}

/** Changes of size by operator. */
export const resizing: Readonly<Record<string, Operator>> = {
  Resize: resized,
  Upsample: resized,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
};
