import type { Dim } from '../graph/dim.js';
import { normalizeDim } from '../graph/dim.js';
import { allocateWide } from '../graph/dtype.js';
import type { Primitive } from '../graph/primitive.js';
import { countElements } from '../reference/indexing.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import { cast } from './cast.js';
import { div } from './div.js';
import { equal } from './equal.js';
import { checkIndices, gather } from './gather.js';
import { maximum } from './maximum.js';
import { mul } from './mul.js';
import type { SegmentAttributes } from './segmentSum.js';
import { batchSegments, inferSegments, segmentSum } from './segmentSum.js';

/** Of int32; what is there before a row comes, as -Infinity is for floating point numbers. */
const SMALLEST = -(2 ** 31);

/** Largest rows by segment. */
export const segmentMaxPrimitive: Primitive<SegmentAttributes> = {
  name: 'segmentMax',
  infer: (inputs, { size }) => inferSegments('segmentMax', inputs, size),
  jvp({ inputs, outputs, attributes: { size } }, [tangent]) {
    if (tangent === undefined) return [];
    return [segmentSum(mul(shares(inputs, outputs[0]!, size), tangent), inputs[1]!, size)];
  },
  vjp({ inputs, outputs, attributes: { size } }, [cotangent]) {
    if (cotangent === undefined) return [];
    return [mul(shares(inputs, outputs[0]!, size), gather(cotangent, inputs[1]!))];
  },
  batch: (applied) => batchSegments(applied),
  reference([values, ids], { outputs }) {
    const { dtype, shape } = outputs[0]!;
    const out = allocateWide(dtype, countElements(shape)).fill(dtype === 'int32' ? SMALLEST : -Infinity);
    const width = countElements(shape.slice(1));
    checkIndices('segmentMax', ids!.data, shape[0]!);
    for (let i = 0; i < ids!.data.length; i++)
      for (let j = 0; j < width; j++) {
        const at = ids!.data[i]! * width + j;
        out[at] = Math.max(out[at]!, values!.data[i * width + j]!);
      }
    return [out];
  },
};

/** Part that each element has in the maximum of its segment: 1, or equal parts where several are largest. */
function shares([values, ids]: readonly Tensor[], output: Tensor, size: Dim): Tensor {
  const largest = cast(equal(values!, gather(output, ids!)), values!.dtype);
  const count = segmentSum(largest, ids!, size);
  return div(largest, maximum(gather(count, ids!), 1));
}

/**
 * Largest elements by segment; for a segment without rows the smallest number of the type: -Infinity for floating
 * point numbers, -2147483648 for int32. The derivative is shared equally by several largest elements.
 *
 * @param values - numbers, [...i, ...]
 * @param ids - segment of each row, int32 from 0 to size - 1 in any order, [...i]
 * @param size - number of segments
 * @returns [size, ...]
 * @throws {@link ShapeError} if values and ids do not fit
 */
export function segmentMax(values: Tensor, ids: Tensor, size: Dim): Tensor {
  return applyOne(segmentMaxPrimitive, [values, ids], { size: normalizeDim(size) });
}
