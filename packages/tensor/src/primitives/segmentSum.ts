import { ShapeError } from '@pct/core';
import { checkElements, sameShape } from '../graph/check.js';
import { describeTypes } from '../graph/describe.js';
import type { Dim } from '../graph/dim.js';
import { multiplyDims, normalizeDim } from '../graph/dim.js';
import { allocateWide } from '../graph/dtype.js';
import type { Batched, Primitive } from '../graph/primitive.js';
import type { TensorType } from '../graph/types.js';
import { countElements } from '../reference/indexing.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import { checkIndices, gather } from './gather.js';
import { splitFirst, withAxis } from './factories/batch.js';
import { joinIndices } from './factories/joinIndices.js';
import { moveAxis } from './transpose.js';

/** Attributes of operations on segments. */
export interface SegmentAttributes {
  /** Number of segments. */
  readonly size: Dim;
}

/** Types of values [...i, ...], ids [...i] to results [size, ...]. */
export function inferSegments(
  name: string,
  [values, ids]: readonly TensorType[],
  size: Dim,
): readonly TensorType[] {
  checkElements(name, [values!], 'number');
  checkElements(`${name} ids`, [ids!], 'integer');
  const rank = ids!.shape.length;
  if (!sameShape(values!.shape.slice(0, rank), ids!.shape))
    throw new ShapeError(
      `${name}: needs values [...i, ...] and ids [...i], got ${describeTypes([values!, ids!])}`,
    );
  return [{ dtype: values!.dtype, shape: [size, ...values!.shape.slice(rank)] }];
}

/** Results by segment of many examples: with ids of their own, the segments of all are next to each other. */
export function batchSegments({
  primitive,
  inputs,
  batched,
  attributes: { size: count },
  size,
}: Batched<SegmentAttributes>): readonly Tensor[] {
  const [values, ids] = inputs;
  if (batched[1] !== true) {
    const results = applyOne(primitive, [moveAxis(values!, 0, ids!.rank), ids!], { size: count });
    return [moveAxis(results, 1, 0)];
  }
  const [own] = withAxis({ inputs, batched, size });
  const joined = [own!, joinIndices(ids!, size, count)];
  return [splitFirst(applyOne(primitive, joined, { size: multiplyDims(size, count) }), size, count)];
}

/** Sums of rows by segment: the transpose of `gather`. */
export const segmentSumPrimitive: Primitive<SegmentAttributes> = {
  name: 'segmentSum',
  infer: (inputs, { size }) => inferSegments('segmentSum', inputs, size),
  jvp: ({ inputs, attributes: { size } }, [tangent]) => [tangent && segmentSum(tangent, inputs[1]!, size)],
  vjp: ({ inputs }, [cotangent]) => [cotangent && gather(cotangent, inputs[1]!)],
  batch: (applied) => batchSegments(applied),
  reference([values, ids], { outputs }) {
    const { dtype, shape } = outputs[0]!;
    const out = allocateWide(dtype, countElements(shape));
    const width = countElements(shape.slice(1));
    checkIndices('segmentSum', ids!.data, shape[0]!);
    for (let i = 0; i < ids!.data.length; i++)
      for (let j = 0; j < width; j++) out[ids!.data[i]! * width + j]! += values!.data[i * width + j]!;
    return [out];
  },
};

/**
 * Sums rows by segment; a segment without rows is 0.
 *
 * @param values - numbers, [...i, ...]
 * @param ids - segment of each row, int32 from 0 to size - 1 in any order, [...i]
 * @param size - number of segments
 * @returns [size, ...]
 * @throws {@link ShapeError} if values and ids do not fit
 */
export function segmentSum(values: Tensor, ids: Tensor, size: Dim): Tensor {
  return applyOne(segmentSumPrimitive, [values, ids], { size: normalizeDim(size) });
}
