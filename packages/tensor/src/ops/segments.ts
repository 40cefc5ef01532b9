import type { Dim } from '../graph/dim.js';
import { checkElements, sameShape } from '../graph/check.js';
import { describeTypes } from '../graph/describe.js';
import { ShapeError } from '@pct/core';
import { add } from '../primitives/add.js';
import { div } from '../primitives/div.js';
import { exp } from '../primitives/exp.js';
import { full } from '../primitives/full.js';
import { gather } from '../primitives/gather.js';
import { finiteShift } from './shift.js';
import { maximum } from '../primitives/maximum.js';
import { reshape } from '../primitives/reshape.js';
import { segmentMax } from '../primitives/segmentMax.js';
import { segmentSum } from '../primitives/segmentSum.js';
import { sub } from '../primitives/sub.js';
import type { Tensor } from '../trace/Tensor.js';

/**
 * Adds rows to chosen rows of an array; rows may be chosen several times.
 *
 * @param x - [n, ...]
 * @param indices - int32 from 0 to n - 1, [...i]
 * @param updates - [...i, ...]
 * @throws {@link ShapeError} if the shapes do not fit
 */
export function scatterAdd(x: Tensor, indices: Tensor, updates: Tensor): Tensor {
  const [size] = x.shape;
  const sums = size === undefined ? undefined : segmentSum(updates, indices, size);
  if (sums === undefined || !sameShape(sums.shape, x.shape))
    throw new ShapeError(
      `scatterAdd: needs x [n, ...], indices [...i] and updates [...i, ...], got ${describeTypes([x, indices, updates])}`,
    );
  return add(x, sums);
}

/**
 * Means of rows by segment; 0 for a segment without rows.
 *
 * @param values - floating point, [...i, ...]
 * @param ids - segment of each row, int32 from 0 to size - 1 in any order, [...i]
 * @param size - number of segments
 * @returns [size, ...]
 */
export function segmentMean(values: Tensor, ids: Tensor, size: Dim): Tensor {
  checkElements('segmentMean', [values], 'float');
  const sums = segmentSum(values, ids, size);
  const counts = segmentSum(full(ids.shape, 1, values.dtype), ids, size);
  const behind = Array<Dim>(sums.rank - 1).fill(1);
  return div(sums, reshape(maximum(counts, 1), [size, ...behind]));
}

/**
 * Softmax among the rows of each segment, without overflow.
 *
 * @param values - floating point, [...i, ...]
 * @param ids - segment of each row, int32 from 0 to size - 1 in any order, [...i]
 * @param size - number of segments
 * @returns like values; sums to 1 over the rows of each segment
 */
export function segmentSoftmax(values: Tensor, ids: Tensor, size: Dim): Tensor {
  checkElements('segmentSoftmax', [values], 'float');
  const shift = finiteShift(segmentMax(values, ids, size));
  const weights = exp(sub(values, gather(shift, ids)));
  return div(weights, gather(segmentSum(weights, ids, size), ids));
}
