/** Operators that take parts of arrays. */
import { structural } from '../structural.js';
import { foldTensor, Known } from '../Known.js';
import type { OnnxValue } from '../Known.js';
import type { OnnxCall, Operator } from '../OnnxCall.js';
import { checkAxis } from '../../graph/check.js';
import { addDims, subtractDims } from '../../graph/dim.js';
import type { Dim } from '../../graph/dim.js';
import { add } from '../../primitives/add.js';
import { concat } from '../../primitives/concat.js';
import { dimension } from '../../primitives/dimension.js';
import { flip } from '../../primitives/flip.js';
import { gather } from '../../primitives/gather.js';
import { greaterEqual } from '../../primitives/greaterEqual.js';
import { iota } from '../../primitives/iota.js';
import { less } from '../../primitives/less.js';
import { lessEqual } from '../../primitives/lessEqual.js';
import { pad } from '../../primitives/pad.js';
import { reshape } from '../../primitives/reshape.js';
import { sliceAxis } from '../../primitives/slice.js';
import { takeAlongAxis } from '../../primitives/takeAlongAxis.js';
import { transpose } from '../../primitives/transpose.js';
import { where } from '../../primitives/where.js';
import { split } from '../../ops/shapes.js';
import type { Tensor } from '../../trace/Tensor.js';

/** Numbers from there on mean the end of an axis, whatever its size. */
const FAR = 2 ** 31 - 1;

function sliced(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const starts = call.ints('starts') ?? call.sizes(1);
  const stops = call.ints('ends') ?? call.sizes(2);
  const axes = call.listOf('axes', 3) ?? [...starts.keys()];
  const steps = call.has(4) ? call.integers(4) : [];
  return axes.reduce((part, axis, i) => {
    const at = checkAxis('Slice', axis, x.rank);
    return slicedAxis(part, at, starts[i]!, stops[i]!, steps[i] ?? 1);
  }, x);
}

function slicedAxis(x: Tensor, axis: number, start: Dim, stop: Dim, step: number): Tensor {
  const size = x.shape[axis]!;
  const backward = step < 0;
  const [low, high] = backward ? [-1, addDims(size, -1)] : [0, size];
  let [from, to] = [placeOf(start, size, low, high), placeOf(stop, size, low, high)];
  if (backward) [from, to] = [subtractDims(addDims(size, -1), from), subtractDims(addDims(size, -1), to)];
  if (typeof from === 'number' && typeof to === 'number') to = Math.max(from, to);
  return sliceAxis(backward ? flip(x, axis) : x, axis, from, to, Math.abs(step));
}

/** Place that a start or stop means: negative ones count from the end, those outside are limited. */
function placeOf(at: Dim, size: Dim, low: number, high: Dim): Dim {
  if (typeof at !== 'number') return at;
  if (at >= FAR) return high;
  if (at <= -FAR) return low;
  const place = at < 0 ? addDims(size, at) : at;
  if (typeof place !== 'number' || typeof high !== 'number') return place;
  return Math.min(Math.max(place, low), high);
}

function gathered(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const axis = checkAxis('Gather', call.int('axis', 0), x.rank);
  const index = call.value(1);
  if (index instanceof Known && index.elements.length === 1 && typeof index.elements[0] === 'number') {
    const place = index.elements[0] < 0 ? addDims(x.shape[axis]!, index.elements[0]) : index.elements[0];
    const part = sliceAxis(x, axis, place, addDims(place, 1));
    return reshape(part, x.shape.toSpliced(axis, 1, ...index.shape));
  }
  const rank = index.shape.length;
  // Rows are taken along the first axis; the axes of the indices go where that axis was.
  const front = transpose(x, [axis, ...[...x.shape.keys()].filter((other) => other !== axis)]);
  const rows = gather(front, fromStart(call, index, x.shape[axis]!));
  const order = [...rows.shape.keys()];
  const places = order.splice(0, rank);
  return transpose(rows, order.toSpliced(axis, 0, ...places));
}

/** Indices with negative ones counted from the end. */
function fromStart(call: OnnxCall, index: OnnxValue, size: Dim): Tensor {
  const tensor = call.tensor(1);
  const isPlace = (element: Dim): boolean => typeof element === 'number' && element >= 0;
  if (index instanceof Known && index.elements.every(isPlace)) return tensor;
  return where(less(tensor, 0), add(tensor, dimension(size, 'int32')), tensor);
}

function gatheredElements(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const axis = checkAxis('GatherElements', call.int('axis', 0), x.rank);
  const places = fromStart(call, call.value(1), x.shape[axis]!);
  // Along the other axes there may be fewer indices than elements: they are for the first ones.
  const part = places.shape.reduce<Tensor>(
    (rest, size, other) => (other === axis ? rest : sliceAxis(rest, other, 0, size)),
    x,
  );
  return takeAlongAxis(part, places, axis);
}

function padded(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const mode = call.string('mode', 'constant');
  const given = call.ints('pads') ?? call.sizes(1);
  const axes = call.has(3)
    ? call.integers(3).map((axis) => checkAxis('Pad', axis, x.rank))
    : [...x.shape.keys()];
  if (given.length !== 2 * axes.length)
    throw call.broken(`must have ${2 * axes.length} pads, got ${given.length}`);
  const widths: [Dim, Dim][] = x.shape.map(() => [0, 0]);
  axes.forEach((axis, i) => (widths[axis] = [given[i]!, given[i + axes.length]!]));
  // Negative widths cut off.
  const cut = widths.reduce((part, [before, after], axis) => {
    const negative = (width: Dim): number => (typeof width === 'number' && width < 0 ? width : 0);
    return sliceAxis(part, axis, -negative(before), addDims(x.shape[axis]!, negative(after)));
  }, x);
  const grown = widths.map((pair) =>
    pair.map((width) => (typeof width === 'number' && width < 0 ? 0 : width)),
  );
  if (mode === 'constant') {
    const value = call.has(2) ? foldTensor(call.tensor(2))?.data[0] : call.float('value', 0);
    if (value === undefined) throw call.unsupported('padding with a computed number');
    return pad(cut, grown as [Dim, Dim][], value);
  }
  if (mode !== 'reflect' && mode !== 'edge' && mode !== 'wrap')
    throw call.broken(`has an unknown mode "${mode}"`);
  return grown.reduce((part, [before, after], axis) => {
    if (typeof before !== 'number' || typeof after !== 'number')
      throw call.unsupported(`padding of a named width in mode ${mode}`);
    return before === 0 && after === 0 ? part : extended(part, axis, before, after, mode);
  }, cut);
}

/** Margin made of elements of the array itself. */
function extended(x: Tensor, axis: number, before: number, after: number, mode: string): Tensor {
  const size = x.shape[axis]!;
  const part = (start: Dim, stop: Dim): Tensor => sliceAxis(x, axis, start, stop);
  const edge = (piece: Tensor, times: number): Tensor[] => Array<Tensor>(times).fill(piece);
  const reversed = (piece: Tensor): Tensor => flip(piece, axis);
  const fromEnd = (count: number): Dim => addDims(size, -count);
  const [front, back] =
    mode === 'edge'
      ? [edge(part(0, 1), before), edge(part(fromEnd(1), size), after)]
      : mode === 'wrap'
        ? [[part(fromEnd(before), size)], [part(0, after)]]
        : [[reversed(part(1, before + 1))], [reversed(part(fromEnd(after + 1), fromEnd(1)))]];
  return concat([...front, x, ...back], axis);
}

/** Sizes of the parts of a Split. */
function partSizes(call: OnnxCall): readonly Dim[] {
  const { shape } = call.tensor(0);
  const size = shape[checkAxis('Split', call.int('axis', 0), shape.length)]!;
  const given = call.ints('split') ?? (call.has(1) ? call.sizes(1) : undefined);
  if (given !== undefined) return given;
  const count = call.node.outputs.length;
  if (typeof size !== 'number')
    throw call.unsupported(`an axis of the named size '${size}' in ${count} parts`);
  const part = Math.ceil(size / count);
  return Array.from({ length: count }, (_, i) => Math.max(Math.min(part, size - i * part), 0));
}

/** Zeros above or below a diagonal of matrices. */
function triangle(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const shift = call.has(1) ? call.number(1) : 0;
  const [rows, columns] = x.shape.slice(-2);
  if (rows === undefined || columns === undefined) throw call.broken('needs matrices');
  const row = add(reshape(iota(rows), [rows, 1]), shift);
  const column = reshape(iota(columns), [1, columns]);
  const kept = call.int('upper', 1) === 1 ? greaterEqual(column, row) : lessEqual(column, row);
  return where(kept, x, 0);
}

/** Parts of arrays by operator. */
export const indexing: Readonly<Record<string, Operator>> = {
  Slice: structural(sliced),
  Gather: structural(gathered),
  GatherElements: structural(gatheredElements),
  Split: structural((call) => split(call.tensor(0), partSizes(call), call.int('axis', 0))),
  Pad: padded,
  Trilu: triangle,
};
