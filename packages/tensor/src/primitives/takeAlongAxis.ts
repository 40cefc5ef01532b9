import { ShapeError } from '@pct/core';
import { checkAxis, checkElements } from '../graph/check.js';
import { describeTypes } from '../graph/describe.js';
import { allocateWide } from '../graph/dtype.js';
import type { Primitive } from '../graph/primitive.js';
import type { TensorType } from '../graph/types.js';
import { aroundAxis } from '../reference/indexing.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import type { AxisAttributes } from './concat.js';
import { checkIndices } from './gather.js';
import { putAlongAxis } from './putAlongAxis.js';
import { withAxis } from './factories/batch.js';

/** Elements by their index along an axis; x and indices agree in all other axes. */
export const takeAlongAxisPrimitive: Primitive<AxisAttributes> = {
  name: 'takeAlongAxis',
  infer([x, indices], { axis }) {
    checkAlongAxis('takeAlongAxis', x!, indices!, axis);
    return [{ dtype: x!.dtype, shape: indices!.shape }];
  },
  jvp: ({ inputs, attributes: { axis } }, [tangent]) => [tangent && takeAlongAxis(tangent, inputs[1]!, axis)],
  vjp({ inputs: [x, indices], attributes: { axis } }, [cotangent]) {
    return [cotangent && putAlongAxis(cotangent, indices!, axis, x!.shape[axis]!)];
  },
  batch({ attributes: { axis }, ...applied }) {
    const [x, indices] = withAxis(applied);
    return [takeAlongAxis(x!, indices!, axis + 1)];
  },
  reference([x, indices], { attributes: { axis }, outputs }) {
    const out = allocateWide(outputs[0]!.dtype, indices!.data.length);
    const [, length, after] = aroundAxis(x!.shape, axis);
    const [, taken] = aroundAxis(indices!.shape, axis);
    checkIndices('takeAlongAxis', indices!.data, length);
    for (let at = 0; at < out.length; at++) {
      const outer = Math.floor(at / (taken * after));
      out[at] = x!.data[(outer * length + indices!.data[at]!) * after + (at % after)]!;
    }
    return [out];
  },
};

/** Checks that indices are integers and fit in all axes but one. */
function checkAlongAxis(name: string, x: TensorType, indices: TensorType, axis: number): void {
  checkElements(`${name} indices`, [indices], 'integer');
  const fits =
    x.shape.length === indices.shape.length &&
    x.shape.every((size, i) => i === axis || size === indices.shape[i]);
  if (!fits)
    throw new ShapeError(`${name}: all axes but ${axis} must be equal, got ${describeTypes([x, indices])}`);
}

/**
 * Takes elements by their index along an axis: `out[i, j] = x[i, indices[i, j]]` for axis 1 of 2.
 *
 * @param x - any array
 * @param indices - int32, equal to x in all other axes
 * @param axis - negative ones counted from the end
 * @throws {@link ShapeError} if the other axes differ; indices out of range are an error when the program runs
 */
export function takeAlongAxis(x: Tensor, indices: Tensor, axis: number): Tensor {
  return applyOne(takeAlongAxisPrimitive, [x, indices], { axis: checkAxis('takeAlongAxis', axis, x.rank) });
}
