import { InvalidArgumentError, ShapeError } from '@pct/core';
import { checkElements } from '../graph/check.js';
import { describeType } from '../graph/describe.js';
import type { Primitive } from '../graph/primitive.js';
import { allocateWide } from '../graph/dtype.js';
import { countElements } from '../reference/indexing.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import type { NoAttributes } from './factories/elementwise.js';
import { segmentSum } from './segmentSum.js';
import { joinFirst } from './factories/batch.js';
import { joinIndices } from './factories/joinIndices.js';
import { moveAxis } from './transpose.js';

/** Rows of an array: x [n, ...], indices [...i] gives [...i, ...]. */
export const gatherPrimitive: Primitive<NoAttributes> = {
  name: 'gather',
  infer([x, indices]) {
    checkElements('gather indices', [indices!], 'integer');
    if (x!.shape.length === 0)
      throw new ShapeError(`gather: needs an array with rows, got ${describeType(x!)}`);
    return [{ dtype: x!.dtype, shape: [...indices!.shape, ...x!.shape.slice(1)] }];
  },
  jvp: ({ inputs }, [tangent]) => [tangent && gather(tangent, inputs[1]!)],
  vjp({ inputs: [x, indices] }, [cotangent]) {
    return [cotangent && segmentSum(cotangent, indices!, x!.shape[0]!)];
  },
  batch({ inputs: [x, indices], batched: [manyArrays, manyIndices], size }) {
    if (manyArrays !== true) return [gather(x!, indices!)];
    // The same rows of each array: the examples go into the rows, and to the front again.
    if (manyIndices !== true) return [moveAxis(gather(moveAxis(x!, 0, 1), indices!), indices!.rank, 0)];
    return [gather(joinFirst(x!), joinIndices(indices!, size, x!.shape[1]!))];
  },
  reference([x, indices], { outputs }) {
    const { dtype, shape } = outputs[0]!;
    const out = allocateWide(dtype, countElements(shape));
    const width = countElements(x!.shape.slice(1));
    checkIndices('gather', indices!.data, x!.shape[0]!);
    indices!.data.forEach((row, i) => {
      out.set(x!.data.subarray(row * width, (row + 1) * width), i * width);
    });
    return [out];
  },
};

/** Checks indices when a program runs in the interpreter. */
export function checkIndices(name: string, indices: ArrayLike<number>, size: number): void {
  for (let i = 0; i < indices.length; i++)
    if (!(indices[i]! >= 0 && indices[i]! < size))
      throw new InvalidArgumentError(
        `${name}: indices must be from 0 to ${size - 1}, got ${indices[i]} at position ${i}`,
      );
}

/**
 * Takes rows of an array.
 *
 * @param x - [n, ...]
 * @param indices - int32 from 0 to n - 1, any shape
 * @returns [...shape of indices, ...]
 * @throws {@link ShapeError} if x has no axis; {@link InvalidArgumentError} if indices are not int32. Indices
 *   that are out of range are an error when the program runs
 */
export function gather(x: Tensor, indices: Tensor): Tensor {
  return applyOne(gatherPrimitive, [x, indices], {});
}
