import { InvalidArgumentError, ShapeError } from '@pct/core';
import { checkAxes, checkAxis } from '../graph/check.js';
import { describeType } from '../graph/describe.js';
import type { Dim } from '../graph/dim.js';
import { addDims, divideDims, multiplyDims, sizeOfShape } from '../graph/dim.js';
import type { DType } from '../graph/types.js';
import { cast } from '../primitives/cast.js';
import { concat } from '../primitives/concat.js';
import { equal } from '../primitives/equal.js';
import { iota } from '../primitives/iota.js';
import { reshape } from '../primitives/reshape.js';
import { sliceAxis } from '../primitives/slice.js';
import type { Tensor } from '../trace/Tensor.js';

/**
 * Inserts an axis of size 1.
 *
 * @param axis - its place in the result, negative ones counted from the end
 */
export function expandDims(x: Tensor, axis: number): Tensor {
  return reshape(x, x.shape.toSpliced(checkAxis('expandDims', axis, x.rank + 1), 0, 1));
}

/**
 * Removes axes of size 1, all by default.
 *
 * @throws {@link ShapeError} if a named axis has another size
 */
export function squeeze(x: Tensor, axes?: readonly number[] | number): Tensor {
  const list = typeof axes === 'number' ? [axes] : axes;
  const checked = list && checkAxes('squeeze', list, x.rank);
  const wrong = checked?.find((axis) => x.shape[axis] !== 1);
  if (wrong !== undefined)
    throw new ShapeError(`squeeze: axis ${wrong} of ${describeType(x)} must have size 1`);
  return reshape(
    x,
    x.shape.filter((size, axis) => (checked === undefined ? size !== 1 : !checked.includes(axis))),
  );
}

/**
 * Joins axes from `start` to the end into one.
 *
 * @param start - @defaultValue `0`
 */
export function flatten(x: Tensor, start = 0): Tensor {
  const from = x.rank === 0 ? 0 : checkAxis('flatten', start, x.rank);
  return reshape(x, [...x.shape.slice(0, from), sizeOfShape(x.shape.slice(from))]);
}

/**
 * Puts equal arrays side by side along a new axis.
 *
 * @param axis - place of the new axis in the result. @defaultValue `0`
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  const [first] = tensors;
  if (first === undefined) throw new InvalidArgumentError('stack: needs at least one array');
  const at = checkAxis('stack', axis, first.rank + 1);
  return concat(
    tensors.map((tensor) => expandDims(tensor, at)),
    at,
  );
}

/**
 * Cuts an array into parts along an axis: the inverse of `concat`.
 *
 * @param parts - number of equal parts, or their sizes
 * @param axis - negative ones counted from the end. @defaultValue `0`
 * @throws {@link ShapeError} if the parts do not make up the axis
 */
export function split(x: Tensor, parts: number | readonly Dim[], axis = 0): Tensor[] {
  const at = checkAxis('split', axis, x.rank);
  const size = x.shape[at]!;
  if (typeof parts === 'number' && (!Number.isInteger(parts) || parts < 1))
    throw new InvalidArgumentError(
      `split: the number of parts must be an integer of at least 1, got ${parts}`,
    );
  const equalPart = typeof parts === 'number' ? divideDims(size, parts) : undefined;
  if (typeof parts === 'number' && equalPart === undefined)
    throw new ShapeError(`split: axis ${at} of ${describeType(x)} does not fall into ${parts} equal parts`);
  const sizes = typeof parts === 'number' ? Array<Dim>(parts).fill(equalPart!) : parts;
  if (sizes.reduce(addDims, 0) !== size)
    throw new ShapeError(`split: parts ${sizes.join(', ')} do not make up axis ${at} of ${describeType(x)}`);
  let start: Dim = 0;
  return sizes.map((part) => {
    const stop = addDims(start, part);
    const piece = sliceAxis(x, at, start, stop);
    start = stop;
    return piece;
  });
}

/**
 * Repeats each element of an axis: [a, b] twice is [a, a, b, b].
 *
 * @param times - at least 1
 * @param axis - negative ones counted from the end. @defaultValue `0`
 */
export function repeat(x: Tensor, times: number, axis = 0): Tensor {
  const at = checkAxis('repeat', axis, x.rank);
  if (!Number.isInteger(times) || times < 1)
    throw new InvalidArgumentError(`repeat: times must be an integer of at least 1, got ${times}`);
  const copies = stack(Array<Tensor>(times).fill(x), at + 1);
  return reshape(copies, x.shape.with(at, multiplyDims(x.shape[at]!, times)));
}

/**
 * 1 at the index and 0 elsewhere, along a new last axis; all 0 for an index out of range.
 *
 * @param indices - int32, [...]
 * @param size - number of classes
 * @param dtype - element type. @defaultValue `'float32'`
 * @returns [..., size]
 */
export function oneHot(indices: Tensor, size: Dim, dtype: DType = 'float32'): Tensor {
  if (indices.dtype !== 'int32')
    throw new InvalidArgumentError(`oneHot: indices must be int32, got ${describeType(indices)}`);
  return cast(equal(expandDims(indices, -1), iota(size)), dtype);
}
