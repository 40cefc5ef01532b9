/** Operators that make and change shapes. */
import { structural } from '../structural.js';
import { constantOf, dtypeOfOnnx } from '../arrays.js';
import { foldTensor, Known } from '../Known.js';
import type { OnnxValue } from '../Known.js';
import type { OnnxCall, Operator } from '../OnnxCall.js';
import { broadcastShapes, checkAxis } from '../../graph/check.js';
import { multiplyDims, sizeOfShape, subtractDims } from '../../graph/dim.js';
import type { Dim } from '../../graph/dim.js';
import { squeeze } from '../../ops/shapes.js';
import { add } from '../../primitives/add.js';
import { broadcastTo } from '../../primitives/broadcastTo.js';
import { cast } from '../../primitives/cast.js';
import { concat } from '../../primitives/concat.js';
import { constant } from '../../primitives/constant.js';
import { full } from '../../primitives/full.js';
import { iota } from '../../primitives/iota.js';
import { reshape } from '../../primitives/reshape.js';
import { transpose } from '../../primitives/transpose.js';
import type { Tensor } from '../../trace/Tensor.js';

/** More elements than that are no shape and stay arrays of the program. */
const MOST_KNOWN = 4096;

function reshaped(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const wanted = call.ints('shape') ?? call.sizes(1);
  const keepZeros = call.int('allowzero', 0) === 1;
  return reshape(
    x,
    wanted.map((size, axis) => (size === 0 && !keepZeros ? x.shape[axis]! : size)),
  );
}

function flattened(call: OnnxCall): Tensor {
  const { shape } = call.tensor(0);
  const axis = call.int('axis', 1);
  const at = axis === shape.length ? axis : checkAxis('Flatten', axis, shape.length);
  return reshape(call.tensor(0), [sizeOfShape(shape.slice(0, at)), sizeOfShape(shape.slice(at))]);
}

function unsqueezed(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const axes = call.listOf('axes', 1);
  if (axes === undefined) throw call.broken('has no axes');
  const rank = x.rank + axes.length;
  const inserted = new Set(axes.map((axis) => checkAxis('Unsqueeze', axis, rank)));
  const old = [...x.shape];
  return reshape(
    x,
    Array.from({ length: rank }, (_, axis) => (inserted.has(axis) ? 1 : (old.shift() ?? 1))),
  );
}

function expanded(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  return broadcastTo(x, broadcastShapes('Expand', [x, { dtype: x.dtype, shape: call.sizes(1) }]));
}

function tiled(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const times = call.sizes(1);
  const pairs = x.shape.flatMap((size, axis) => [times[axis] ?? 1, size]);
  const single = x.shape.flatMap((size) => [1, size]);
  return reshape(
    broadcastTo(reshape(x, single), pairs),
    x.shape.map((size, axis) => multiplyDims(size, times[axis] ?? 1)),
  );
}

function shapeOf(call: OnnxCall): Known {
  const { shape } = call.value(0);
  const part = shape.slice(call.int('start', 0), call.attribute('int', 'end'));
  return new Known('int32', [part.length], part);
}

function constantNode(call: OnnxCall): OnnxValue {
  const { float } = call.context;
  const value = call.array('value');
  if (value !== undefined) return constantOf(value, float);
  const single = call.attribute('float', 'value_float');
  if (single !== undefined) return constant(single, float);
  const whole = call.attribute('int', 'value_int');
  if (whole !== undefined) return new Known('int32', [], [whole]);
  const list = call.ints('value_ints');
  if (list !== undefined) return new Known('int32', [list.length], list);
  const numbers = call.attribute('floats', 'value_floats');
  if (numbers === undefined) throw call.unsupported('a constant that is neither an array nor numbers');
  const data = float === 'float32' ? Float32Array.from(numbers) : Float64Array.from(numbers);
  return constant({ data, shape: [numbers.length] });
}

function filled(call: OnnxCall): OnnxValue {
  const shape = call.sizes(0);
  const tensor = call.array('value');
  const value =
    tensor === undefined ? constant(0, call.context.float) : constantOf(tensor, call.context.float);
  if (!(value instanceof Known)) return broadcastTo(reshape(value, []), shape);
  const element = value.elements[0];
  if (typeof element !== 'number') throw call.broken('must have one element as its value');
  const count = sizeOfShape(shape);
  if (typeof count === 'number' && count <= MOST_KNOWN)
    return new Known(value.dtype, shape as number[], Array<Dim>(count).fill(element));
  return full(shape, element, dtypeOfOnnx(value.dtype, call.context.float));
}

function range(call: OnnxCall): OnnxValue {
  const values = [0, 1, 2].map((index) => call.value(index));
  if (!values.every((value) => value instanceof Known)) return rangeOfNumbers(call);
  const [start, limit, step] = [call.sizes(0)[0]!, call.sizes(1)[0]!, call.sizes(2)[0]!];
  if (typeof start === 'number' && typeof limit === 'number' && typeof step === 'number' && step !== 0) {
    const length = Math.max(Math.ceil((limit - start) / step), 0);
    return new Known(
      'int32',
      [length],
      Array.from({ length }, (_, i) => start + i * step),
    );
  }
  if (step !== 1) throw call.unsupported(`a range from ${start} to ${limit} in steps of ${step}`);
  const from = new Known('int32', [], [start]);
  const count = iota(subtractDims(limit, start));
  return start === 0 ? count : add(count, call.with([from]).tensor(0));
}

function rangeOfNumbers(call: OnnxCall): OnnxValue {
  const ends = [0, 1, 2].map((index) => foldTensor(call.tensor(index))?.data[0]);
  if (!ends.every((end) => end !== undefined)) throw call.unsupported('a range of computed numbers');
  const [start, limit, step] = ends as [number, number, number];
  if (step === 0) throw call.broken('has steps of 0');
  const length = Math.max(Math.ceil((limit - start) / step), 0);
  const numbers = Float64Array.from({ length }, (_, i) => start + i * step);
  return cast(constant({ data: numbers, shape: [length] }), call.tensor(0).dtype);
}

function joined(call: OnnxCall): OnnxValue {
  // Parts without elements say nothing about the other axes.
  const parts = call
    .tensors()
    .filter((part, _, all) => part.shape[0] !== 0 || part.rank > 1 || all.length === 1);
  return concat(parts.length === 0 ? call.tensors() : parts, call.int('axis'));
}

/** Shapes by operator. */
export const shapes: Readonly<Record<string, Operator>> = {
  Reshape: structural(reshaped),
  Flatten: structural(flattened),
  Squeeze: structural((call) => squeeze(call.tensor(0), call.listOf('axes', 1))),
  Unsqueeze: structural(unsqueezed),
  Transpose: structural((call) => transpose(call.tensor(0), call.ints('perm'))),
  Expand: structural(expanded),
  Tile: structural(tiled),
  Concat: structural(joined, 'all'),
  Shape: shapeOf,
  Size: (call) => new Known('int32', [], [sizeOfShape(call.value(0).shape)]),
  Constant: constantNode,
  ConstantOfShape: filled,
  Range: range,
};
