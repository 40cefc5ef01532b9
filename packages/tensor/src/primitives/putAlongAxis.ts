import { ShapeError } from '@pct/core';
import { checkAxis, checkElements, sameShape } from '../graph/check.js';
import { describeTypes } from '../graph/describe.js';
import type { Dim } from '../graph/dim.js';
import { normalizeDim } from '../graph/dim.js';
import { allocateWide } from '../graph/dtype.js';
import type { Primitive } from '../graph/primitive.js';
import { aroundAxis, countElements } from '../reference/indexing.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import { checkIndices } from './gather.js';
import { takeAlongAxis } from './takeAlongAxis.js';
import { withAxis } from './factories/batch.js';

/** Attributes of {@link putAlongAxis}. */
export interface PutAlongAxisAttributes {
  readonly axis: number;
  /** Size of the axis in the result. */
  readonly size: Dim;
}

/** Adds elements at their index along an axis into zeros: the transpose of `takeAlongAxis`. */
export const putAlongAxisPrimitive: Primitive<PutAlongAxisAttributes> = {
  name: 'putAlongAxis',
  infer([values, indices], { axis, size }) {
    checkElements('putAlongAxis', [values!], 'number');
    const { dtype, shape } = values!;
    checkElements('putAlongAxis indices', [indices!], 'integer');
    if (!sameShape(shape, indices!.shape))
      throw new ShapeError(`putAlongAxis: shapes must be equal, got ${describeTypes([values!, indices!])}`);
    return [{ dtype, shape: shape.with(axis, size) }];
  },
  jvp({ inputs, attributes: { axis, size } }, [tangent]) {
    return [tangent && putAlongAxis(tangent, inputs[1]!, axis, size)];
  },
  vjp: ({ inputs, attributes: { axis } }, [cotangent]) => [
    cotangent && takeAlongAxis(cotangent, inputs[1]!, axis),
  ],
  batch({ attributes: { axis, size: length }, ...applied }) {
    const [values, indices] = withAxis(applied);
    return [putAlongAxis(values!, indices!, axis + 1, length)];
  },
  reference([values, indices], { attributes: { axis }, outputs }) {
    const { dtype, shape } = outputs[0]!;
    const out = allocateWide(dtype, countElements(shape));
    const [, length, after] = aroundAxis(shape, axis);
    const [, given] = aroundAxis(indices!.shape, axis);
    checkIndices('putAlongAxis', indices!.data, length);
    for (let at = 0; at < values!.data.length; at++) {
      const outer = Math.floor(at / (given * after));
      out[(outer * length + indices!.data[at]!) * after + (at % after)]! += values!.data[at]!;
    }
    return [out];
  },
};

/**
 * Adds elements at their index along an axis into zeros: `out[i, indices[i, j]] += values[i, j]` for axis 1 of 2.
 *
 * @param values - numbers
 * @param indices - int32 from 0 to size - 1, same shape
 * @param axis - negative ones counted from the end
 * @param size - size of that axis in the result
 * @throws {@link ShapeError} if the shapes differ; indices out of range are an error when the program runs
 */
export function putAlongAxis(values: Tensor, indices: Tensor, axis: number, size: Dim): Tensor {
  const checked = checkAxis('putAlongAxis', axis, values.rank);
  return applyOne(putAlongAxisPrimitive, [values, indices], { axis: checked, size: normalizeDim(size) });
}
